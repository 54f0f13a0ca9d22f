package dev.ingot.server.inventory.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A page of documents.
 *
 * @param next the cursor of the page that follows, null for the last one
 * @param count how many documents match, when it was asked for
 * @param explain how the answer is found, when that was asked for; then there are no items
 */
public record QueryAnswer(
    List<JsonNode> items,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String next,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long count,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode explain) {
  QueryAnswer(List<JsonNode> items, @Nullable String next, @Nullable Long count) {
    this(items, next, count, null);
  }

  static QueryAnswer explained(JsonNode explain) {
    return new QueryAnswer(List.of(), null, null, explain);
  }
}
