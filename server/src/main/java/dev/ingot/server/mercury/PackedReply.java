package dev.ingot.server.mercury;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A reply in MessagePack: {@code {error: false, message}}, or {@code {error: true, message,
 * traceback}}, whose traceback is always empty.
 */
final class PackedReply extends Reply {
  PackedReply(ReplySpace space) {
    super(space);
  }

  @Override
  void element(Octets to, JsonNode element, int before) {
    MessagePackJson.write(element, to);
  }

  @Override
  void whole(Octets before, Octets behind, JsonNode message, @Nullable String list, int elements) {
    MessagePackJson.write(
        before,
        packer -> {
          packer.packMapHeader(2).packString("error").packBoolean(false).packString("message");
          if (list == null) {
            MessagePackJson.write(packer, message);
            return;
          }
          packer.packMapHeader(message.size() + 1);
          for (var entry : message.properties()) {
            packer.packString(entry.getKey());
            MessagePackJson.write(packer, entry.getValue());
          }
          packer.packString(list).packArrayHeader(elements);
        });
  }

  @Override
  void failed(Octets to, String message) {
    ObjectNode failed =
        JsonNodeFactory.instance.objectNode().put("error", true).put("message", message);
    failed.putArray("traceback");
    MessagePackJson.write(failed, to);
  }
}
