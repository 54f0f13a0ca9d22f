package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.inventory.filter.FilterParser;
import dev.ingot.server.inventory.filter.Matching;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs pipelines over the inventory, each within limits of time and memory, few at once. */
public final class Aggregations {
  /** How many documents an answer may have. */
  static final int MOST_ITEMS = 10_000;

  /** How many values a path may be asked for. */
  static final int MOST_VALUES = 100_000;

  private static final int AT_ONCE = 2;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final Jdbi jdbi;
  private final Documents documents;
  private final Queries queries;
  private final Duration limit;
  private final Semaphore running = new Semaphore(AT_ONCE, true);

  public Aggregations(Jdbi jdbi, Queries queries, Duration limit) {
    this.jdbi = jdbi;
    this.documents = new Documents(queries);
    this.queries = queries;
    this.limit = limit;
  }

  /**
   * Throws what is wrong with a pipeline.
   *
   * @param field where it was sent
   */
  public static void check(JsonNode pipeline, String field) {
    PipelineParser.parse(pipeline, field);
  }

  /**
   * What a pipeline makes of the inventory.
   *
   * @throws Problem forbidden, naming the first path that may not be read
   */
  public List<JsonNode> answer(AggregateBody body, PathAccess access) {
    return alone(() -> jdbi.withHandle(handle -> made(handle, body, access)));
  }

  /** The same for those who have a connection already. */
  public List<JsonNode> answer(Handle handle, AggregateBody body, PathAccess access) {
    return alone(() -> made(handle, body, access));
  }

  private List<JsonNode> made(Handle handle, AggregateBody body, PathAccess access) {
    Pipeline pipeline = PipelineParser.parse(body.pipeline(), "pipeline");
    Needs needs = Needs.of(pipeline);
    Filter match = access.narrowed(pipeline.match(), "pipeline");
    needs.check(access, "pipeline");
    List<JsonNode> items = new ArrayList<>();
    Run run = new Run(new Held(), limit);
    Sink last =
        document -> {
          if (items.size() == MOST_ITEMS) {
            throw Problem.invalid(
                "pipeline",
                "the pipeline answers more than " + MOST_ITEMS + " documents: end it with $limit");
          }
          run.held.add(Held.weight(document), "pipeline");
          return items.add(document);
        };
    Sink first = Stages.chain(pipeline.stages(), last, run);
    return queries.limited(
        handle,
        "pipeline",
        () -> {
          // Where rows happen to lie tells of writes: nobody learns of those that are hidden.
          boolean ordered = pipeline.isOrdered() || access.principal().isRestricted();
          documents.each(handle, match, needs, ordered, run, access, first);
          return items;
        });
  }

  /** The different values at a path of the documents that match, in MongoDB's order. */
  public List<JsonNode> distinct(DistinctBody body, PathAccess access) {
    FieldPath path = FieldPath.parse(body.path(), "path");
    JsonNode asked = body.filter();
    Filter filter =
        access.narrowed(
            asked == null ? Filter.EVERYTHING : FilterParser.parse(asked, "filter"), "filter");
    access.require(path, "path");
    Run run = new Run(new Held(), limit);
    Set<Object> known = new HashSet<>();
    List<JsonNode> values = new ArrayList<>();
    Sink gathering = document -> gather(document, path, run, known, values);
    alone(
        () ->
            jdbi.withHandle(
                handle ->
                    queries.limited(
                        handle,
                        "filter",
                        () -> {
                          documents.each(
                              handle, filter, Needs.of(path), false, run, access, gathering);
                          return values;
                        })));
    values.sort(ValueOrder.INSTANCE);
    return values;
  }

  private static boolean gather(
      ObjectNode document, FieldPath path, Run run, Set<Object> known, List<JsonNode> values) {
    for (JsonNode value : Matching.values(document, path)) {
      if (value.isMissingNode() || value.isArray() || !known.add(ValueKey.of(value))) {
        continue;
      }
      if (values.size() == MOST_VALUES) {
        throw Problem.invalid(
            "path",
            "there are more than " + MOST_VALUES + " different values: filter the documents");
      }
      run.held.add(2 * Held.weight(value) + Held.ENTRY, "path");
      values.add(value);
    }
    return true;
  }

  /** With few others at the same time, because each may keep much in memory. */
  private <T> T alone(Supplier<T> work) {
    if (!waited()) {
      throw Problem.unavailable(
          AT_ONCE + " pipelines run already, and no more run at once on one server", null);
    }
    try {
      return work.get();
    } finally {
      running.release();
    }
  }

  private boolean waited() {
    try {
      return running.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
