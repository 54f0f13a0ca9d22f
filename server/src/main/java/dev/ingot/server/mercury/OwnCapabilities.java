package dev.ingot.server.mercury;

import dev.ingot.protocol.CapabilitySignature;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What agents of ours can do, as Mercury's agents say it of themselves. */
final class OwnCapabilities {
  private OwnCapabilities() {}

  /** By name; what a node cannot do now is left out, as Mercury's agents do. */
  static ObjectNode of(List<CapabilitySignature> published) {
    ObjectNode capabilities = JsonNodeFactory.instance.objectNode();
    published.stream()
        .filter(each -> each.unavailable() == null)
        .forEach(each -> capabilities.set(each.name(), one(each)));
    return capabilities;
  }

  private static ObjectNode one(CapabilitySignature signature) {
    boolean line = signature.name().equals("run"); // see OwnArguments
    ObjectNode one = JsonNodeFactory.instance.objectNode();
    one.put("name", signature.name()).put("entry", signature.name());
    one.put("description", signature.description()).put("doc", signature.doc());
    one.put("serial", signature.lock() != null).put("num_args", line ? 1 : 0);
    ArrayNode names = one.putArray("kwarg_names");
    if (!line) {
      signature
          .parameters()
          .path("required")
          .valueStream()
          .map(JsonNode::asString)
          .forEach(names::add);
    }
    one.put("no_return", signature.reboots()).put("timeout", signature.timeoutSeconds());
    return one.put("task_id_kwargs", false);
  }
}
