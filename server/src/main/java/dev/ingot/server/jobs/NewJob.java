package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.jobs.task.TaskState;
import dev.ingot.server.jobs.task.Waiting;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A job that is about to be written, with all its tasks. */
record NewJob(
    Principal who,
    JobRequest request,
    Planned planned,
    String target,
    @Nullable Long retryOf,
    JobsSettings settings) {

  static NewJob of(
      Principal who,
      JobRequest request,
      Planned planned,
      String target,
      @Nullable Long retryOf,
      JobsSettings settings) {
    return new NewJob(who, request, planned, target, retryOf, settings);
  }

  /** The request that made a job, for other nodes. */
  static JobRequest again(Job job) {
    Job.Plan plan = job.plan;
    JsonNodeFactory json = JsonNodeFactory.instance;
    Integer timeout = plan.timeoutSeconds();
    return new JobRequest(
        json.stringNode(plan.target()),
        plan.capability(),
        Json.read(plan.arguments()),
        plan.instruction(),
        plan.preprocessor(),
        timeout == null ? null : json.numberNode(timeout),
        plan.concurrency(),
        plan.canary(),
        plan.batch(),
        new JobRequest.StopAfter(plan.stopFailures(), plan.stopPercent()),
        plan.retries(),
        json.numberNode(plan.expirySeconds()),
        null,
        false,
        plan.allowProtected());
  }

  /** Writes it all; returns its id, 0 when there is one of that idempotency key. */
  long insert(Handle handle, JobDesk.@Nullable Idempotency idempotency) {
    List<Planned.Entry> runnable = planned.runnable();
    List<Planned.Entry> refused = planned.refused();
    List<Planned.Entry> all = new ArrayList<>(runnable);
    all.addAll(refused);
    int[] counts = new int[JobCounts.SIZE];
    counts[Waiting.TURN.ordinal()] = runnable.size();
    counts[JobCounts.place(TaskState.REFUSED, null)] = refused.size();
    int window = window(all.size());
    long id =
        insertJob(
            handle, idempotency, all.size(), counts, window, Math.min(window, runnable.size()));
    if (id > 0) {
      insertTasks(handle, id, all, runnable.size());
    }
    return id;
  }

  private int window(int total) {
    Integer first = request.canary() != null ? request.canary() : request.batch();
    return first == null ? total : Math.min(total, first);
  }

  private long insertJob(
      Handle handle,
      JobDesk.@Nullable Idempotency idempotency,
      int total,
      int[] counts,
      int window,
      int open) {
    JobRequest.StopAfter stop = request.stopAfter();
    JsonNode arguments = request.arguments();
    return handle
        .createQuery(
            """
            INSERT INTO job (state, capability, target, arguments, rendered, timeout_seconds,
              instruction, preprocessor,
              priority, concurrency, canary, batch, stop_failures, stop_percent, retries,
              expiry_seconds, reboots, allow_protected, total, counts, window_end, window_open,
              created_by, retry_of, idempotency_key, request_digest)
            VALUES ('running', :capability, :target, :arguments, :rendered, :timeout,
              :instruction, :preprocessor,
              :priority, :concurrency, :canary, :batch, :stopFailures, :stopPercent, :retries,
              :expiry, :reboots, :allowProtected, :total, :counts, :windowEnd, :windowOpen,
              :by, :retryOf, :key, :digest)
            ON CONFLICT (created_by, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
            RETURNING id
            """)
        .bind("capability", request.capability())
        .bind("target", target)
        .bind("arguments", arguments == null ? "{}" : Json.write(arguments))
        .bind("rendered", request.preprocessor() != null)
        .bind("timeout", request.timeoutSeconds())
        .bind("instruction", request.instruction())
        .bind("preprocessor", request.preprocessor())
        .bind("priority", request.isBulk(total) ? 1 : 0)
        .bind("concurrency", request.concurrency())
        .bind("canary", request.canary())
        .bind("batch", request.batch())
        .bind("stopFailures", stop == null ? null : stop.failures())
        .bind("stopPercent", stop == null ? null : stop.percent())
        .bind("retries", request.retries() == null ? 0 : request.retries())
        .bind("expiry", request.expirySeconds(settings.expiry()))
        .bind("reboots", planned.reboots())
        .bind("allowProtected", request.mayProtected())
        .bind("total", total)
        .bind("counts", SqlArray.integers(counts))
        .bind("windowEnd", window)
        .bind("windowOpen", open)
        .bind("by", who.name())
        .bind("retryOf", retryOf)
        .bind("key", idempotency == null ? null : idempotency.key())
        .bind("digest", idempotency == null ? null : idempotency.digest())
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }

  private static void insertTasks(Handle handle, long id, List<Planned.Entry> all, int runnable) {
    handle
        .createUpdate(
            """
            INSERT INTO task (job, node, position, state, wait, timeout_seconds, reason, finished)
            SELECT :job, u.node, u.place - 1,
              CASE WHEN u.place <= :runnable THEN 0 ELSE 9 END,
              CASE WHEN u.place <= :runnable THEN 0 END, u.timeout, u.reason,
              CASE WHEN u.place > :runnable THEN now() END
            FROM unnest(:nodes, :timeouts, :reasons) WITH ORDINALITY
              AS u (node, timeout, reason, place)
            """)
        .bind("job", id)
        .bind("runnable", runnable)
        .bind("nodes", SqlArray.texts(all, Planned.Entry::node))
        .bind("timeouts", SqlArray.integers(all, Planned.Entry::timeoutSeconds))
        .bind("reasons", SqlArray.texts(all, Planned.Entry::refusal))
        .execute();
    List<ArgumentsTable.Rendered> rendered = new ArrayList<>();
    for (Planned.Entry entry : all) {
      ArgumentsTable.Rendered own = entry.arguments();
      if (own != null) {
        rendered.add(own);
      }
    }
    if (!rendered.isEmpty()) {
      ArgumentsTable.store(handle, id, rendered);
    }
  }
}
