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
  private static final int MOST_GROUPS = 10_000;
  private static final int PAGE = 1000;

  private final Questions questions;

  ViewRun(Questions questions) {
    this.questions = questions;
  }

  /**
   * A page of what a view shows.
   *
   * @param columns empty: whatever the items have
   * @param count of all items: of nodes when it was asked for, of groups always
   */
  record Rows(
      String view,
      String kind,
      List<ViewColumn> columns,
      List<JsonNode> items,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String next,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long count) {}

  /**
   * @param asked its limit is at most {@value #MOST_GROUPS}; nodes come in pages of at most {@value
   *     #PAGE}
   */
  Rows of(Handle handle, ViewDefinition view, ViewRoutes.Asked asked, PathAccess access) {
    Map<String, JsonNode> values = view.values(asked.parameters());
    if (view.isAggregation()) {
      return groups(handle, view, values, asked, access);
    }
    QueryAnswer answer =
        questions.answer(
            handle,
            view.question(view.filter(values), page(asked.limit()), asked.cursor(), asked.count()),
            access);
    return new Rows(
        view.name(), "nodes", view.columns(), answer.items(), answer.next(), answer.count());
  }

  private static @Nullable Integer page(@Nullable Integer limit) {
    return limit == null || limit > MOST_GROUPS ? limit : Integer.valueOf(Math.min(limit, PAGE));
  }

  /**
   * Groups are made anew by each run, so that they come all at once: a page would be of another.
   */
  private Rows groups(
      Handle handle,
      ViewDefinition view,
      Map<String, JsonNode> values,
      ViewRoutes.Asked asked,
      PathAccess access) {
    if (asked.cursor() != null) {
      throw Problem.invalid(
          "cursor", "a view with a pipeline has no pages; its groups come all at once");
    }
    int limit = asked.limit() == null ? MOST_GROUPS : asked.limit();
    if (limit < 0 || limit > MOST_GROUPS) {
      throw Problem.invalid("limit", "not a whole number from 0 to " + MOST_GROUPS);
    }
    List<JsonNode> items =
        questions.answer(handle, view.filter(values), view.pipeline(values), access);
    return new Rows(
        view.name(),
        "groups",
        view.columns(),
        items.subList(0, Math.min(limit, items.size())),
        null,
        (long) items.size());
  }
}
