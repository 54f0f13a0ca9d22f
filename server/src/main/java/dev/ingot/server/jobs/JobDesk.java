package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.jobs.preprocess.JobPreprocessor.Rendered;
import dev.ingot.server.jobs.preprocess.Secrets;
import dev.ingot.server.jobs.task.TaskState;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.WakeUps;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What people do with jobs: make them, end them, try the failed ones again. */
final class JobDesk {
  /** The topic of {@link WakeUps} that says: look at the jobs. */
  static final String TOPIC = "jobs";

  private final JobPlanner planner;
  private final Rendering rendering;
  private final JobJournal journal;
  private final Audit audit;
  private final VisibleNodes visible;
  private final WakeUps wakeUps;
  private final JobsSettings settings;

  JobDesk(
      JobPlanner planner,
      Rendering rendering,
      JobJournal journal,
      Audit audit,
      VisibleNodes visible,
      WakeUps wakeUps,
      JobsSettings settings) {
    this.planner = planner;
    this.rendering = rendering;
    this.journal = journal;
    this.audit = audit;
    this.visible = visible;
    this.wakeUps = wakeUps;
    this.settings = settings;
  }

  /** A job, and how it was planned if it was made now. */
  record Made(Job job, @Nullable Planned planned) {}

  /** A request that says itself who it is, so that it may be said twice. */
  @SuppressWarnings("ArrayRecordComponent")
  record Idempotency(String key, byte[] digest) {}

  /** The nodes that are meant, and what a preprocessor made for each; null without one. */
  private record Prepared(JobPlanner.Meant meant, @Nullable Map<String, Rendered> rendered) {}

  /** What would be done. */
  Planned plan(Jdbi jdbi, Principal who, JobRequest request) {
    checkMay(who, request);
    Prepared prepared = prepare(jdbi, who, request);
    return jdbi.inTransaction(handle -> plan(handle, who, request, prepared));
  }

  private Planned plan(
      Handle handle, Principal who, JobRequest request, @Nullable Prepared prepared) {
    return prepared == null
        ? planner.plan(handle, request, planner.meant(handle, who, request), null)
        : planner.plan(handle, request, prepared.meant(), prepared.rendered());
  }

  /** What may take long, between two short transactions; null when nothing is to be prepared. */
  private @Nullable Prepared prepare(Jdbi jdbi, Principal who, JobRequest request) {
    if (request.preprocessor() == null) {
      return null;
    }
    JobPlanner.Meant meant = jdbi.inTransaction(handle -> planner.meant(handle, who, request));
    return prepare(jdbi, request, meant);
  }

  private Prepared prepare(Jdbi jdbi, JobRequest request, JobPlanner.Meant meant) {
    if (request.preprocessor() == null) {
      return new Prepared(meant, null);
    }
    Planned planned = jdbi.inTransaction(handle -> planner.plan(handle, request, meant, null));
    List<String> runnable = planned.runnable().stream().map(Planned.Entry::node).toList();
    return new Prepared(meant, rendering.render(jdbi, request, runnable));
  }

  private static void checkMay(Principal who, JobRequest request) {
    // What is rendered from the inventory is shown: only who may read all of it may have it so.
    if (request.preprocessor() != null && who.isRestricted()) {
      throw Problem.forbidden("a preprocessor reads whole documents, which your role may not");
    }
  }

  Made create(Jdbi jdbi, Principal who, JobRequest request, @Nullable Idempotency idempotency) {
    Optional<Job> known =
        idempotency == null
            ? Optional.empty()
            : jdbi.inTransaction(handle -> known(handle, who, idempotency));
    if (known.isPresent()) {
      return new Made(known.get(), null);
    }
    checkMay(who, request);
    Prepared prepared = prepare(jdbi, who, request);
    return jdbi.inTransaction(
        handle ->
            insert(
                handle,
                who,
                request,
                plan(handle, who, request, prepared),
                request.target(),
                null,
                idempotency,
                "job.create"));
  }

  /** The same in the caller's transaction, which no preprocessor may keep open. */
  Made create(Handle handle, Principal who, JobRequest request) {
    if (request.preprocessor() != null) {
      throw Problem.invalid("preprocessor", "is not asked within a transaction");
    }
    Planned planned = plan(handle, who, request, null);
    return insert(handle, who, request, planned, request.target(), null, null, "job.create");
  }

  private static Optional<Job> known(
      Handle handle, Principal who, @Nullable Idempotency idempotency) {
    if (idempotency == null) {
      return Optional.empty();
    }
    Optional<Job> job = JobTable.byIdempotency(handle, who.name(), idempotency.key());
    if (job.isPresent()
        && !Arrays.equals(JobTable.requestDigest(handle, job.get().id()), idempotency.digest())) {
      throw Problem.invalid(
          "Idempotency-Key", "was used for another request, which made job " + job.get().id());
    }
    return job;
  }

  private Made insert(
      Handle handle,
      Principal who,
      JobRequest request,
      Planned planned,
      String target,
      @Nullable Long retryOf,
      @Nullable Idempotency idempotency,
      String action) {
    if (JobTable.countRunning(handle) >= settings.running()) {
      throw Problem.unavailable(settings.running() + " jobs run already", null);
    }
    NewJob made = NewJob.of(who, request, planned, target, retryOf, settings);
    long id = made.insert(handle, idempotency);
    if (id == 0) {
      // Somebody said the same at the same time.
      return new Made(known(handle, who, idempotency).orElseThrow(), null);
    }
    Job job = JobTable.find(handle, id).orElseThrow();
    audit.record(handle, who, action, "job:" + id, null, summary(job));
    journal.started(handle, job);
    wakeUps.afterCommit(handle, TOPIC);
    return new Made(job, planned);
  }

  private static JsonNode summary(Job job) {
    ObjectNode summary = Json.MAPPER.createObjectNode();
    summary.put("capability", job.plan.capability()).put("on", job.plan.target());
    summary.put("total", job.plan.total());
    if (job.plan.arguments().length() <= 4096) {
      summary.set("arguments", Secrets.hidden(Json.read(job.plan.arguments())));
    }
    return summary;
  }

  /** The job, if the principal may see it. */
  Job require(Handle handle, Principal who, long id) {
    return JobTable.find(handle, id)
        .filter(job -> !who.isRestricted() || job.plan.createdBy().equals(who.name()))
        .orElseThrow(() -> Problem.notFound("no job " + id));
  }

  /** Of these tasks those on nodes that the principal may see. */
  List<TaskView> visible(Handle handle, Principal who, List<TaskView> tasks) {
    if (!who.isRestricted()) {
      return tasks;
    }
    List<String> nodes = visible.of(handle, who, tasks.stream().map(TaskView::node).toList());
    return tasks.stream().filter(task -> nodes.contains(task.node())).toList();
  }

  /** A task of the job on the node that is meant. */
  TaskView task(Handle handle, Principal who, long job, String reference) {
    require(handle, who, job);
    // The node of an old task may be gone: its whole id still names it.
    Optional<TaskView> exact = TaskReader.find(handle, job, reference);
    String node =
        exact.isPresent() && !who.isRestricted()
            ? reference
            : visible.resolve(handle, who, reference);
    return TaskReader.find(handle, job, node)
        .orElseThrow(() -> Problem.notFound("job " + job + " has no task on node " + node));
  }

  Job cancel(Handle handle, Principal who, long id, @Nullable String reason) {
    Job job = require(handle, who, id);
    if (job.state != Job.State.RUNNING) {
      throw Problem.conflict("job " + id + " is " + job.state.word() + " already");
    }
    if (JobTable.cancel(handle, id, said(who, reason))) {
      audit.record(handle, who, "job.cancel", "job:" + id, null, null);
      wakeUps.afterCommit(handle, TOPIC);
    }
    return require(handle, who, id);
  }

  TaskView cancelTask(
      Handle handle, Principal who, long id, String reference, @Nullable String reason) {
    TaskView task = task(handle, who, id, reference);
    if (task.state().isFinal()) {
      throw Problem.conflict(
          "the task of job %d on node %s is %s already"
              .formatted(id, task.node(), task.state().word()));
    }
    TaskTable.askToCancel(handle, id, task.node(), said(who, reason));
    audit.record(handle, who, "task.cancel", "job:" + id + " node:" + task.node(), null, null);
    wakeUps.afterCommit(handle, TOPIC);
    return task;
  }

  private static String said(Principal who, @Nullable String reason) {
    return "cancelled by " + who.name() + (reason == null ? "" : ": " + reason);
  }

  /** A new job over the nodes where this one failed. */
  Made retryFailed(Jdbi jdbi, Principal who, long id) {
    Retry retry = jdbi.inTransaction(handle -> retry(handle, who, id));
    Prepared prepared = prepare(jdbi, retry.request(), retry.meant());
    return jdbi.inTransaction(
        handle ->
            insert(
                handle,
                who,
                retry.request(),
                plan(handle, who, retry.request(), prepared),
                "failed of job " + id,
                id,
                null,
                "job.retry-failed"));
  }

  private record Retry(JobRequest request, JobPlanner.Meant meant) {}

  private Retry retry(Handle handle, Principal who, long id) {
    Job job = require(handle, who, id);
    if (job.state == Job.State.RUNNING) {
      throw Problem.conflict("job " + id + " still runs; its failures can be tried again after it");
    }
    List<String> nodes = visible.of(handle, who, TaskTable.failed(handle, id));
    if (nodes.isEmpty()) {
      throw Problem.conflict("job " + id + " has no task that failed");
    }
    JobRequest request = NewJob.again(job);
    checkMay(who, request);
    return new Retry(request, new JobPlanner.Meant(nodes, true));
  }

  /** For a page of tasks in some state. */
  static @Nullable TaskState state(@Nullable String text) {
    return text == null ? null : TaskState.parse("state", text);
  }
}
