package dev.ingot.server.mercury;

import dev.ingot.core.Json;
import dev.ingot.server.jobs.Jobs;
import dev.ingot.server.mercury.Endpoints.Endpoint;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Mercury's rpc service over our jobs. */
final class JobsFace {
  /** Tasks, or jobs, of one answer. */
  static final int MOST = 10_000;

  private static final int PAGE = 500;
  private static final int MOST_JOBS = 1_000;

  /** Octets of each stream of a task. */
  private static final int MOST_OUTPUT = 64 << 10;

  private static final Set<String> FAILURES = Set.of("ERROR", "TIMEOUT", "EXCEPTION");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Jdbi jdbi;
  private final Jobs jobs;
  private final MercuryJobs maker;

  JobsFace(Jdbi jdbi, Jobs jobs, MercuryJobs maker) {
    this.jdbi = jdbi;
    this.jobs = jobs;
    this.maker = maker;
  }

  Endpoints endpoints() {
    return new Endpoints(
        "rpc",
        Map.of(
            "create_job",
            new Endpoint(List.of("query", "instruction"), this::create),
            "get_job",
            new Endpoint(
                List.of("job_id", "projection"),
                call -> projected(job(call.text("job_id")), call.value("projection"))),
            "get_job_status",
            new Endpoint(List.of("job_id"), call -> status(call.text("job_id"))),
            "get_job_tasks",
            new Endpoint(
                List.of("job_id", "projection"),
                call -> tasks(call.text("job_id"), call.value("projection"))),
            "get_task",
            new Endpoint(List.of("task_id"), call -> task(call.text("task_id"))),
            "get_jobs",
            new Endpoint(List.of("projection"), call -> jobs(call.value("projection"))),
            "get_active_tasks_by_mercury_id",
            new Endpoint(List.of("mercury_id"), call -> activeTasks(call.text("mercury_id")))));
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
        SELECT m.id, array_agg(m.job ORDER BY m.job) AS jobs, min(m.instruction::text) AS instruction,
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
      ObjectNode shown = NODES.objectNode().put("job_id", id);
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

  private static Optional<Kept> kept(Handle handle, String id) {
    return handle
        .createQuery(Kept.SELECT + " WHERE m.id = :id GROUP BY m.id")
        .bind("id", id)
        .map((row, context) -> Kept.of(row))
        .findOne();
  }

  /** Null if there is none. */
  @Nullable ObjectNode job(String id) {
    return jdbi.inTransaction(handle -> kept(handle, id).map(Kept::shown).orElse(null));
  }

  /** The job, whether any task failed, and each task's status; null if there is none. */
  @Nullable ObjectNode status(String id) {
    return jdbi.inTransaction(
        handle -> {
          Kept kept = kept(handle, id).orElse(null);
          if (kept == null) {
            return null;
          }
          ObjectNode shown = kept.shown();
          ArrayNode tasks = NODES.arrayNode();
          boolean failed = false;
          for (ObjectNode task : all(handle, kept, 0)) {
            String status = task.path("status").stringValue();
            failed |= FAILURES.contains(status);
            tasks
                .addObject()
                .put("task_id", task.path("task_id").stringValue())
                .put("status", status);
          }
          return shown.put("has_failures", failed).set("tasks", tasks);
        });
  }

  /** Count and tasks; a count of 0 if there is no such job. */
  ObjectNode tasks(String id, @Nullable JsonNode projection) {
    Projection wanted = Projection.of(projection);
    return jdbi.inTransaction(
        handle -> {
          List<ObjectNode> found =
              kept(handle, id).map(kept -> all(handle, kept, MOST_OUTPUT)).orElse(List.of());
          ArrayNode tasks = NODES.arrayNode();
          found.forEach(task -> tasks.add(wanted.of(task, "task_id")));
          return NODES.objectNode().put("count", found.size()).set("tasks", tasks);
        });
  }

  private List<ObjectNode> all(Handle handle, Kept kept, int output) {
    List<ObjectNode> found = new ArrayList<>();
    for (long number : kept.jobs()) {
      String after = "";
      List<JsonNode> page;
      do {
        page = jobs.shownTasks(handle, number, after, PAGE, output);
        for (JsonNode task : page) {
          found.add(MercuryTask.of(kept.id(), kept.instruction(), kept.method(), task));
          after = task.path("node").stringValue();
        }
      } while (page.size() == PAGE && found.size() < MOST);
    }
    return found;
  }

  /** Null if there is none. */
  @Nullable ObjectNode task(String id) {
    MercuryTask.Id read = MercuryTask.id(id);
    if (read == null) {
      return null;
    }
    return jdbi.inTransaction(
        handle -> {
          String job =
              handle
                  .createQuery("SELECT id FROM mercury_job WHERE job = :job")
                  .bind("job", read.job())
                  .mapTo(String.class)
                  .findOne()
                  .orElse(null);
          Kept kept = job == null ? null : kept(handle, job).orElse(null);
          if (kept == null) {
            return null;
          }
          return jobs.shownTask(handle, read.job(), read.node(), MOST_OUTPUT)
              .map(task -> MercuryTask.of(kept.id(), kept.instruction(), kept.method(), task))
              .orElse(null);
        });
  }

  /** Count and jobs, the last ones first; without their instructions unless they are asked for. */
  ObjectNode jobs(@Nullable JsonNode projection) {
    Projection wanted = Projection.of(projection);
    return jdbi.inTransaction(
        handle -> {
          List<Kept> kept =
              handle
                  .createQuery(
                      Kept.SELECT + " GROUP BY m.id ORDER BY min(m.created) DESC, m.id LIMIT :most")
                  .bind("most", MOST_JOBS)
                  .map((row, context) -> Kept.of(row))
                  .list();
          ArrayNode shown = NODES.arrayNode();
          for (Kept each : kept) {
            ObjectNode job = each.shown();
            if (wanted.included().isEmpty()) {
              job.remove("instruction");
            }
            shown.add(wanted.of(job, "job_id"));
          }
          return NODES.objectNode().put("count", shown.size()).set("jobs", shown);
        });
  }

  private ObjectNode activeTasks(String node) {
    return jdbi.inTransaction(
        handle -> {
          List<String> open =
              handle
                  .createQuery(
                      """
                      SELECT DISTINCT m.id FROM mercury_job m JOIN task t ON t.job = m.job
                      WHERE t.node = :node AND t.finished IS NULL LIMIT :most
                      """)
                  .bind("node", node)
                  .bind("most", MOST_JOBS)
                  .mapTo(String.class)
                  .list();
          ArrayNode tasks = NODES.arrayNode();
          for (String id : open) {
            kept(handle, id).map(kept -> all(handle, kept, 0)).orElse(List.of()).stream()
                .filter(task -> task.path("mercury_id").asString("").equals(node))
                .forEach(tasks::add);
          }
          return NODES.objectNode().put("count", tasks.size()).set("tasks", tasks);
        });
  }

  static @Nullable JsonNode projected(
      @Nullable ObjectNode document, @Nullable JsonNode projection) {
    return document == null ? null : Projection.of(projection).of(document, "job_id");
  }
}
