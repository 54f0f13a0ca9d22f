package dev.ingot.server.inventory.views;

import dev.ingot.server.inventory.aggregate.AggregateBody;
import dev.ingot.server.inventory.aggregate.Aggregations;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.inventory.query.QueryAnswer;
import dev.ingot.server.inventory.query.QueryBody;
import dev.ingot.server.inventory.segment.PathAccess;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The doors of the inventory that a view goes through. */
record Questions(Queries queries, Aggregations aggregations) {
  /** Throws what is wrong with a question. */
  void check(QueryBody question) {
    queries.check(question);
  }

  /** Throws what is wrong with an aggregation. */
  void check(@Nullable JsonNode filter, JsonNode pipeline) {
    queries.check(new QueryBody(filter, null, null, null, null, null));
    Aggregations.check(pipeline, "pipeline");
  }

  /** What a pipeline makes of the documents that a filter matches. */
  List<JsonNode> answer(Handle handle, JsonNode filter, JsonNode pipeline, PathAccess access) {
    ArrayNode whole = JsonNodeFactory.instance.arrayNode();
    if (!filter.isEmpty()) {
      whole.addObject().set("$match", filter);
    }
    pipeline.forEach(whole::add);
    return aggregations.answer(handle, new AggregateBody(whole), access);
  }

  QueryAnswer answer(Handle handle, QueryBody question, PathAccess access) {
    return queries.answer(handle, question, access);
  }

  List<String> matching(Handle handle, JsonNode filter, PathAccess access) {
    return queries.matching(handle, filter, "on", access);
  }
}
