package dev.ingot.server.inventory.views;

import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.inventory.query.QueryAnswer;
import dev.ingot.server.inventory.query.QueryBody;
import dev.ingot.server.inventory.segment.PathAccess;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The doors of the inventory that a view goes through. */
record Questions(Queries queries) {
  /** Throws what is wrong with a question. */
  void check(QueryBody question) {
    queries.check(question);
  }

  /** Throws what is wrong with an aggregation. */
  void check(@Nullable JsonNode filter, JsonNode pipeline) {}

  QueryAnswer answer(Handle handle, QueryBody question, PathAccess access) {
    return queries.answer(handle, question, access);
  }

  List<String> matching(Handle handle, JsonNode filter, PathAccess access) {
    return queries.matching(handle, filter, "on", access);
  }
}
