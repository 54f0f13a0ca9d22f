package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import dev.ingot.core.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON as tools write it: bounded, but with a key twice where a tool's author did not look. */
final class ToolJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(Json.MAX_DEPTH).build())
                  .build())
          .build();

  private ToolJson() {}

  /**
   * Reads one value; nothing at all is an empty list, as for {@code ip} on a machine without
   * routes.
   *
   * @throws ToolUnavailable if it is no JSON
   */
  static JsonNode read(String tool, String json) throws ToolUnavailable {
    try {
      return json.isBlank() ? Fields.array() : MAPPER.readTree(json);
    } catch (JacksonException e) {
      throw new ToolUnavailable(tool + " did not write JSON: " + e.getOriginalMessage());
    }
  }

  /** The elements of a list. */
  static Iterable<JsonNode> list(String tool, String json) throws ToolUnavailable {
    JsonNode root = read(tool, json);
    if (!root.isArray()) {
      throw new ToolUnavailable(tool + " did not write a list");
    }
    return root;
  }

  /** A text without blanks around it; null if there is none. */
  static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    String text = value.isString() ? value.asString().strip() : "";
    return text.isEmpty() ? null : text;
  }

  /** A whole number; null if there is none. */
  static @Nullable Long number(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isIntegralNumber() && value.canConvertToLong() ? value.asLong() : null;
  }
}
