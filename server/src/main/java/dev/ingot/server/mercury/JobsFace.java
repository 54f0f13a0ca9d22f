package dev.ingot.server.mercury;

import dev.ingot.core.Json;
import dev.ingot.server.jobs.Jobs;
import dev.ingot.server.mercury.Endpoints.Endpoint;
import dev.ingot.server.nodes.TextArray;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Mercury's rpc service over our jobs. */
final class JobsFace {
  private static final int PAGE = 500;

  /** Tasks with what they wrote, or jobs with their instructions, that are read at a time. */
  private static final int LARGE_PAGE = 16;

  private static final int MOST_JOBS = 1_000;

  /** Octets of each stream of a task. */
  private static final int MOST_OUTPUT = 64 << 10;

  private static final Set<String> FAILURES = Set.of("ERROR", "TIMEOUT", "EXCEPTION");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Turns turns;
  private final Jobs jobs;
  private final MercuryJobs maker;
  private final ForeignTable foreign;

  JobsFace(Turns turns, Jobs jobs, MercuryJobs maker, ForeignTable foreign) {
    this.turns = turns;
    this.jobs = jobs;
    this.maker = maker;
    this.foreign = foreign;
  }

  Endpoints endpoints() {
    return new Endpoints(
        "rpc",
        Map.of(
            "create_job",
            new Endpoint(List.of("query", "instruction"), (call, _) -> create(call)),
            "get_job",
            new Endpoint(
                List.of("job_id", "projection"),
                (call, _) -> projected(job(call.text("job_id")), call.value("projection"))),
            "get_job_status",
            new Endpoint(List.of("job_id"), (call, reply) -> status(call.text("job_id"), reply)),
            "get_job_tasks",
            new Endpoint(
                List.of("job_id", "projection"),
                (call, reply) -> tasks(call.text("job_id"), call.value("projection"), reply)),
            "get_task",
            new Endpoint(List.of("task_id"), (call, _) -> task(call.text("task_id"))),
            "get_jobs",
            new Endpoint(
                List.of("projection"), (call, reply) -> jobs(call.value("projection"), reply)),
            "get_active_tasks_by_mercury_id",
            new Endpoint(
                List.of("mercury_id"),
                (call, reply) -> activeTasks(call.text("mercury_id"), reply))));
  }

  private @Nullable JsonNode create(Arguments arguments) {
    return create(arguments.object("query"), arguments.object("instruction"));
  }

  /** Null if no active node matches. */
  @Nullable JsonNode create(ObjectNode query, ObjectNode instruction) {
    MercuryJobs.Made made = maker.make(query, instruction);
    return made == null
        ? null
        : NODES.objectNode().put("job_id", made.id()).put("targets", made.targets());
  }

  /**
   * A job of theirs.
   *
   * @param jobs the numbers of ours
   * @param finished when the last of ours was over; null while one is not
   */
  private record Kept(
      String id,
      List<Long> jobs,
      String method,
      int tasks,
      JsonNode instruction,
      Instant created,
      @Nullable Instant finished) {
    static final String SELECT =
        """
        SELECT m.id, array_agg(m.job ORDER BY m.job) AS jobs,
               CASE WHEN :instructed THEN min(m.instruction::text) ELSE '{}' END AS instruction,
               min(m.created) AS created, coalesce(min(j.capability), '') AS method,
               coalesce(sum(j.total), 0) AS tasks,
               CASE WHEN bool_and(j.id IS NULL OR j.finished IS NOT NULL)
                    THEN coalesce(max(j.finished), min(m.created)) END AS finished
        FROM mercury_job m LEFT JOIN job j ON j.id = m.job
        """;

    static Kept of(ResultSet row) throws SQLException {
      Timestamp finished = row.getTimestamp("finished");
      return new Kept(
          row.getString("id"),
          List.of((Long[]) row.getArray("jobs").getArray()),
          row.getString("method"),
          row.getInt("tasks"),
          Json.read(row.getString("instruction")),
          row.getTimestamp("created").toInstant(),
          finished == null ? null : finished.toInstant());
    }

    ObjectNode shown() {
      ObjectNode shown = NODES.objectNode().put("_id", id).put("job_id", id);
      shown.put("time_started", Shown.seconds(created));
      if (finished == null) {
        shown.putNull("time_completed");
      } else {
        shown.put("time_completed", Shown.seconds(finished));
      }
      shown.putNull("ttl_time_completed").set("instruction", instruction);
      return shown.put("task_count", tasks);
    }
  }

  private @Nullable Kept kept(String id) {
    return turns.take(handle -> kept(handle, id, true).orElse(null));
  }

  private static Optional<Kept> kept(Handle handle, String id, boolean instructed) {
    return handle
        .createQuery(Kept.SELECT + " WHERE m.id = :id GROUP BY m.id")
        .bind("instructed", instructed)
        .bind("id", id)
        .map((row, context) -> Kept.of(row))
        .findOne();
  }

  /** Null if there is none. */
  @Nullable ObjectNode job(String id) {
    Kept kept = kept(id);
    return kept == null ? null : kept.shown();
  }

  /** The job, whether any task failed, and each task's status; null if there is none. */
  @Nullable ObjectNode status(String id, Reply reply) {
    Kept kept = kept(id);
    if (kept == null) {
      return null;
    }
    reply.list("tasks");
    boolean failed = false;
    TaskPages pages = new TaskPages(turns, jobs, kept.jobs(), PAGE, -1);
    for (List<JsonNode> page = pages.next(); !page.isEmpty(); page = pages.next()) {
      for (JsonNode each : page) {
        ObjectNode task = MercuryTask.of(kept.id(), NODES.objectNode(), kept.method(), each, null);
        String status = task.path("status").stringValue();
        failed |= FAILURES.contains(status);
        reply.add(task.retain("task_id", "status"));
      }
    }
    return kept.shown().put("has_failures", failed);
  }

  /** Count and tasks; a count of 0 if there is no such job. */
  ObjectNode tasks(String id, @Nullable JsonNode projection, Reply reply) {
    Projection wanted = Projection.of(projection);
    Kept kept = kept(id);
    reply.list("tasks");
    if (kept != null) {
      TaskPages pages = new TaskPages(turns, jobs, kept.jobs(), LARGE_PAGE, MOST_OUTPUT);
      for (List<JsonNode> page = pages.next(); !page.isEmpty(); page = pages.next()) {
        List<String> nodes = page.stream().map(each -> each.path("node").stringValue()).toList();
        Map<String, ForeignTable.Place> places =
            turns.take(handle -> foreign.places(handle, nodes));
        for (JsonNode each : page) {
          ObjectNode task =
              MercuryTask.of(
                  kept.id(),
                  kept.instruction(),
                  kept.method(),
                  each,
                  places.get(each.path("node").stringValue()));
          reply.add(wanted.of(task, "task_id"));
        }
      }
    }
    return NODES.objectNode().put("count", reply.count());
  }

  /** Null if there is none. */
  @Nullable JsonNode task(String id) {
    MercuryTask.Id read = MercuryTask.id(id);
    if (read == null) {
      return null;
    }
    return turns.take(
        handle ->
            handle
                .createQuery("SELECT id FROM mercury_job WHERE job = :job")
                .bind("job", read.job())
                .mapTo(String.class)
                .findOne()
                .flatMap(job -> kept(handle, job, true))
                .flatMap(kept -> task(handle, kept, read))
                .orElse(null));
  }

  private Optional<ObjectNode> task(Handle handle, Kept kept, MercuryTask.Id id) {
    return jobs.shownTask(handle, id.job(), id.node(), MOST_OUTPUT)
        .map(
            task ->
                MercuryTask.of(
                    kept.id(),
                    kept.instruction(),
                    kept.method(),
                    task,
                    foreign.places(handle, List.of(id.node())).get(id.node())));
  }

  /**
   * Count and jobs, the last ones first and not all; without their instructions unless they are
   * asked for.
   */
  ObjectNode jobs(@Nullable JsonNode projection, Reply reply) {
    Projection wanted = Projection.of(projection);
    boolean instructed =
        wanted.included().isEmpty()
            ? !wanted.excluded().isEmpty() && !wanted.excluded().contains("instruction")
            : wanted.included().stream().anyMatch(path -> path.startsWith("instruction"));
    List<String> ids =
        turns.take(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT id FROM mercury_job GROUP BY id
                        ORDER BY min(created) DESC, id LIMIT :most
                        """)
                    .bind("most", MOST_JOBS)
                    .mapTo(String.class)
                    .list());
    reply.list("jobs");
    int page = instructed ? LARGE_PAGE : PAGE;
    for (int from = 0; from < ids.size(); from += page) {
      List<String> next = ids.subList(from, Math.min(ids.size(), from + page));
      for (Kept each : turns.take(handle -> kept(handle, next, instructed))) {
        ObjectNode job = each.shown();
        if (!instructed) {
          job.remove("instruction");
        }
        reply.add(wanted.of(job, "job_id"));
      }
    }
    return NODES.objectNode().put("count", reply.count());
  }

  private static List<Kept> kept(Handle handle, List<String> ids, boolean instructed) {
    return handle
        .createQuery(
            Kept.SELECT
                + " WHERE m.id = ANY(:ids) GROUP BY m.id ORDER BY min(m.created) DESC, m.id")
        .bind("instructed", instructed)
        .bind("ids", new TextArray(ids))
        .map((row, context) -> Kept.of(row))
        .list();
  }

  private ObjectNode activeTasks(String node, Reply reply) {
    List<String> open =
        turns.take(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT m.id || ' ' || m.job FROM mercury_job m JOIN task t ON t.job = m.job
                        WHERE t.node = :node AND t.finished IS NULL ORDER BY m.job LIMIT :most
                        """)
                    .bind("node", node)
                    .bind("most", MOST_JOBS)
                    .mapTo(String.class)
                    .list());
    reply.list("tasks");
    for (String each : open) {
      String job = each.substring(0, each.indexOf(' '));
      MercuryTask.Id id =
          new MercuryTask.Id(Long.parseLong(each.substring(each.indexOf(' ') + 1)), node);
      turns
          .take(handle -> kept(handle, job, true).flatMap(kept -> task(handle, kept, id)))
          .filter(task -> task.path("time_completed").isNull())
          .ifPresent(reply::add);
    }
    return NODES.objectNode().put("count", reply.count());
  }

  static @Nullable JsonNode projected(
      @Nullable ObjectNode document, @Nullable JsonNode projection) {
    return document == null ? null : Projection.of(projection).of(document, "job_id");
  }
}
