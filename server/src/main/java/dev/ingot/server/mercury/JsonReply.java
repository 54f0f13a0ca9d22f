package dev.ingot.server.mercury;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ingot.core.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A reply in JSON: what is answered, or {@code {"error": true, "message": …}}. */
final class JsonReply extends Reply {
  JsonReply(ReplySpace space) {
    super(space);
  }

  @Override
  void element(Octets to, JsonNode element, int before) {
    if (before > 0) {
      to.write(',');
    }
    Json.MAPPER.writeValue(to, element);
  }

  @Override
  void whole(Octets before, Octets behind, JsonNode message, @Nullable String list, int elements) {
    if (list == null) {
      element(before, message, 0);
      return;
    }
    byte[] object = Json.bytes(message);
    before.write(object, 0, object.length - 1);
    before.write(((message.isEmpty() ? "\"" : ",\"") + list + "\":[").getBytes(US_ASCII));
    behind.write("]}".getBytes(US_ASCII));
  }

  @Override
  void failed(Octets to, String message) {
    element(
        to, JsonNodeFactory.instance.objectNode().put("error", true).put("message", message), 0);
  }
}
