package dev.ingot.server.jobs.preprocess;

import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Arguments as they are shown: what is called like a secret is not. */
public final class Secrets {
  static final String HIDDEN = "(hidden)";

  private static final Pattern SECRET =
      Pattern.compile(
          ".*(password|passwd|passphrase|secret|token|private_?key|api_?key|credential).*",
          Pattern.CASE_INSENSITIVE);

  private Secrets() {}

  static ObjectNode hidden(ObjectNode arguments) {
    return (ObjectNode) hidden((JsonNode) arguments);
  }

  /** The same value without what is called like a secret, at any depth. */
  public static JsonNode hidden(JsonNode value) {
    if (value instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      object.forEachEntry(
          (name, each) ->
              copy.set(
                  name,
                  SECRET.matcher(name).matches() && !each.isNull()
                      ? JsonNodeFactory.instance.stringNode(HIDDEN)
                      : hidden(each)));
      return copy;
    }
    if (value instanceof ArrayNode array) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      array.forEach(each -> copy.add(hidden(each)));
      return copy;
    }
    return value;
  }
}
