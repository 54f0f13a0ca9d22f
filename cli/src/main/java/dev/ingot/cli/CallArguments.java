package dev.ingot.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The words {@code key=value} of a call: a value is what the capability's signature says it is,
 * {@code key:=value} is JSON in any case.
 */
final class CallArguments {
  private static final JsonMapper MAPPER = new JsonMapper();

  private CallArguments() {}

  /**
   * @param parameters the JSON Schema of the arguments, null when it is not known
   */
  static ObjectNode of(List<String> words, @Nullable JsonNode parameters) {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw CommandException.usage(word + ": key=value is wanted");
      }
      boolean json = word.charAt(equals - 1) == ':';
      String key = word.substring(0, json ? equals - 1 : equals);
      String value = word.substring(equals + 1);
      if (arguments.has(key)) {
        throw CommandException.usage(key + ": given twice");
      }
      arguments.set(key, json ? read(key, value) : typed(key, value, parameters));
    }
    return arguments;
  }

  private static JsonNode typed(String key, String value, @Nullable JsonNode parameters) {
    JsonNode schema = parameters == null ? null : parameters.path("properties").path(key);
    String type = schema == null ? "" : schema.path("type").asString("");
    return switch (type) {
      case "integer", "number", "boolean", "object", "null" -> read(key, value);
      // One word is a list of one.
      case "array" ->
          value.startsWith("[")
              ? read(key, value)
              : JsonNodeFactory.instance.arrayNode().add(value);
      default -> JsonNodeFactory.instance.stringNode(value);
    };
  }

  private static JsonNode read(String key, String value) {
    try {
      return MAPPER.readTree(value);
    } catch (JacksonException e) {
      throw new CommandException(ExitCode.USAGE, "%s: %s is not JSON".formatted(key, value), e);
    }
  }
}
