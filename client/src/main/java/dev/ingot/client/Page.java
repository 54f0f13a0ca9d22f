package dev.ingot.client;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One page of a list.
 *
 * @param next the cursor of the following page, null on the last
 */
public record Page(List<JsonNode> items, @Nullable String next) {
  static Page of(JsonNode answer) {
    JsonNode items = answer.path("items");
    if (!items.isArray()) {
      throw ClientException.notIngot(200, "the answer is no list", null);
    }
    JsonNode next = answer.path("next");
    return new Page(items.valueStream().toList(), next.isString() ? next.asString() : null);
  }
}
