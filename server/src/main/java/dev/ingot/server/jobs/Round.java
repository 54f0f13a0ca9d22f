package dev.ingot.server.jobs;

import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.jobs.task.Rules;
import dev.ingot.server.jobs.task.Task;
import dev.ingot.server.jobs.task.TaskEvent;
import dev.ingot.server.jobs.task.TaskKey;
import dev.ingot.server.jobs.task.TaskMachine;
import dev.ingot.server.jobs.task.TaskOutput;
import dev.ingot.server.jobs.task.TaskState;
import dev.ingot.server.jobs.task.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * One transaction over jobs and their tasks: locks both in one order, applies what happened, keeps
 * the jobs' counts and paces, and writes everything in few statements.
 */
final class Round {
  private final Handle handle;
  private final Instant now;
  private final JobsSettings settings;
  private final BiConsumer<TaskKey, TaskMessage> say;
  private final Map<TaskKey, Task> tasks = new TreeMap<>();
  private final Map<TaskKey, Integer> places = new HashMap<>();
  private final Set<TaskKey> ended = new HashSet<>();
  private final List<OutputTable.Piece> output = new ArrayList<>();
  private TreeMap<Long, Job> jobs = new TreeMap<>();

  Round(Handle handle, Instant now, JobsSettings settings, BiConsumer<TaskKey, TaskMessage> say) {
    this.handle = handle;
    this.now = now;
    this.settings = settings;
    this.say = say;
  }

  /** Locks the jobs, then the tasks; what is not there is left out. Called once. */
  void lock(Collection<Long> jobIds, Collection<TaskKey> keys) {
    Set<Long> ids = new TreeSet<>(jobIds);
    keys.forEach(key -> ids.add(key.job()));
    jobs = JobTable.lock(handle, ids);
    TaskTable.lock(handle, new TreeSet<>(keys)).forEach(this::hold);
    jobs.values().forEach(job -> job.revision++);
  }

  /** A task whose job is locked is locked too. */
  void hold(Task task) {
    if (tasks.putIfAbsent(task.key, task) == null) {
      places.put(task.key, JobCounts.place(task));
      if (task.state.isFinal()) {
        ended.add(task.key);
      }
    }
  }

  Handle handle() {
    return handle;
  }

  Collection<Job> jobs() {
    return jobs.values();
  }

  @Nullable Job job(long id) {
    return jobs.get(id);
  }

  boolean holds(TaskKey key) {
    return tasks.containsKey(key);
  }

  /** Something happened to a task that is held. */
  void apply(TaskKey key, TaskEvent event) {
    Task task = tasks.get(key);
    Job job = jobs.get(key.job());
    if (task != null && job != null) {
      TaskMachine.apply(task, event, rules(job), now, message -> say.accept(key, message));
      if (task.changed) {
        job.changed = true;
      }
    }
  }

  /** The state of a held task. */
  @Nullable TaskState state(TaskKey key) {
    Task task = tasks.get(key);
    return task == null ? null : task.state;
  }

  int attempt(TaskKey key) {
    Task task = tasks.get(key);
    return task == null ? 0 : task.attempt;
  }

  /** Whether the present attempt's end has come from its node. */
  boolean answered(TaskKey key) {
    Task task = tasks.get(key);
    return task != null && task.answered;
  }

  int timeout(TaskKey key) {
    Task task = tasks.get(key);
    return task == null ? 0 : task.timeoutSeconds;
  }

  private Rules rules(Job job) {
    return new Rules(
        job.plan.retries(),
        Duration.ofSeconds(job.plan.expirySeconds()),
        job.plan.reboots(),
        job.over(),
        settings.offer(),
        settings.accepted(),
        settings.grace(),
        settings.cancel());
  }

  /** A held task wrote something. */
  void output(TaskKey key, int attempt, OutputChunk chunk) {
    Task task = tasks.get(key);
    Job job = jobs.get(key.job());
    if (task == null || job == null) {
      return;
    }
    TaskOutput.Taken taken = TaskOutput.take(task, attempt, chunk);
    job.changed |= task.changed;
    if (taken != null) {
      output.add(OutputTable.Piece.of(key, attempt, taken.chunk(), taken.gap(), job.revision));
    }
  }

  /** A held task returned something. */
  void result(TaskKey key, int attempt, byte[] json) {
    Job job = jobs.get(key.job());
    if (job != null && attempt == attempt(key)) {
      output.add(new OutputTable.Piece(key, attempt, OutputTable.RESULT, 0, 0, json, job.revision));
    }
  }

  /** Writes everything; the events of what ended go to the journal. */
  void write(JobJournal journal) {
    List<Task> changed = tasks.values().stream().filter(task -> task.changed).toList();
    for (Task task : changed) {
      count(task);
    }
    TaskTable.write(handle, changed, task -> revision(task.key.job()));
    OutputTable.append(handle, output);
    for (Job job : jobs.values()) {
      settle(job);
    }
    journal.write(handle, jobs, changed, now);
    JobTable.write(handle, jobs.values().stream().filter(job -> job.changed).toList());
  }

  private long revision(long job) {
    Job locked = jobs.get(job);
    return locked == null ? 0 : locked.revision;
  }

  private void count(Task task) {
    Job job = jobs.get(task.key.job());
    if (job == null) {
      return;
    }
    int before = places.getOrDefault(task.key, 0);
    job.counts.move(before, JobCounts.place(task), 1);
    if (task.state.isFinal() && !ended.contains(task.key) && task.position < job.windowEnd) {
      job.windowOpen--;
    }
  }

  /** Ends what is to be ended, opens the next batch, and the job's own end. */
  private void settle(Job job) {
    if (job.state != Job.State.RUNNING) {
      return;
    }
    String enough = job.over() ? null : job.enoughFailures();
    if (enough != null && job.counts.open() > 0) {
      job.stopReason = enough;
      job.changed = true;
    }
    String over = job.cancelReason != null ? job.cancelReason : job.stopReason;
    if (over != null && job.counts.of(TaskState.PENDING) > 0) {
      int[] gone = TaskTable.cancelPending(handle, job, over);
      int cancelled = JobCounts.place(TaskState.CANCELLED, null);
      for (Waiting wait : Waiting.values()) {
        job.counts.move(wait.ordinal(), cancelled, gone[wait.ordinal()]);
      }
      job.windowOpen -= gone[gone.length - 1];
      job.changed = true;
    }
    while (job.windowOpen <= 0 && job.windowEnd < job.plan.total() && job.counts.open() > 0) {
      Integer batch = job.plan.batch();
      int from = job.windowEnd;
      job.windowEnd =
          batch == null ? job.plan.total() : (int) Math.min(job.plan.total(), (long) from + batch);
      job.windowOpen = TaskTable.openBetween(handle, job.id(), from, job.windowEnd);
      job.changed = true;
    }
    if (job.counts.open() == 0) {
      job.state =
          job.cancelReason != null
              ? Job.State.CANCELLED
              : job.stopReason != null ? Job.State.STOPPED : Job.State.FINISHED;
      job.finished = now;
      job.changed = true;
    }
  }
}
