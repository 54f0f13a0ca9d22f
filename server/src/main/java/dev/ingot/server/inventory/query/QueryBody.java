package dev.ingot.server.inventory.query;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A question to the inventory as it is sent; what is left out is null. */
public record QueryBody(
    @Nullable JsonNode filter,
    @Nullable JsonNode projection,
    @Nullable JsonNode sort,
    @Nullable Integer limit,
    @Nullable String cursor,
    @Nullable Boolean count,
    @Nullable Boolean explain) {
  /** A question for the answer, not for how it is found. */
  public QueryBody(
      @Nullable JsonNode filter,
      @Nullable JsonNode projection,
      @Nullable JsonNode sort,
      @Nullable Integer limit,
      @Nullable String cursor,
      @Nullable Boolean count) {
    this(filter, projection, sort, limit, cursor, count, null);
  }
}
