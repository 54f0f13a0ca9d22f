package dev.ingot.server.inventory.views;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ingot.server.inventory.query.QueryAnswer;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Runs views. */
final class ViewRun {
  private final Questions questions;

  ViewRun(Questions questions) {
    this.questions = questions;
  }

  /**
   * A page of what a view shows.
   *
   * @param columns empty: whatever the items have
   * @param count of all items, when it was asked for
   */
  record Rows(
      String view,
      String kind,
      List<ViewColumn> columns,
      List<JsonNode> items,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String next,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long count) {}

  Rows of(Handle handle, ViewDefinition view, ViewRoutes.Asked asked, PathAccess access) {
    Map<String, JsonNode> values = view.values(asked.parameters());
    if (view.isAggregation()) {
      throw Problem.invalid("pipeline", "this server has no aggregation");
    }
    QueryAnswer answer =
        questions.answer(
            handle,
            view.question(view.filter(values), asked.limit(), asked.cursor(), asked.count()),
            access);
    return new Rows(
        view.name(), "nodes", view.columns(), answer.items(), answer.next(), answer.count());
  }
}
