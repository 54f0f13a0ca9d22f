package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.jobs.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/**
 * The events of jobs. Ten thousand tasks make few: the job's beginning and end, its counts every
 * few seconds, and of the tasks that failed the first hundred by name.
 */
final class JobJournal {
  private static final Duration PROGRESS = Duration.ofSeconds(2);
  private static final int MOST_FAILURES_TOLD = 100;

  private final Outbox outbox;

  JobJournal(Outbox outbox) {
    this.outbox = outbox;
  }

  void started(Handle handle, Job job) {
    outbox.append(handle, event(job, "started", Severity.INFORMATION));
  }

  /** What the round made of them; jobs are marked with what is told. */
  void write(Handle handle, Map<Long, Job> jobs, List<Task> changed, Instant now) {
    List<NewEvent> events = new ArrayList<>();
    for (Task task : changed) {
      Job job = task.state.isFailure() ? jobs.get(task.key.job()) : null;
      if (job != null && now.equals(task.finished) && job.told < MOST_FAILURES_TOLD) {
        job.told++;
        job.changed = true;
        events.add(failed(job, task));
      }
    }
    for (Job job : jobs.values()) {
      if (now.equals(job.finished)) {
        boolean well = job.state == Job.State.FINISHED && job.counts.failures() == 0;
        events.add(event(job, "finished", well ? Severity.INFORMATION : Severity.WARNING));
      } else if (job.changed && job.state == Job.State.RUNNING && due(job, now)) {
        job.progressTold = now;
        events.add(event(job, "progress", Severity.INFORMATION));
      }
    }
    if (!events.isEmpty()) {
      outbox.appendAll(handle, events);
    }
  }

  private static boolean due(Job job, Instant now) {
    Instant told = job.progressTold == null ? job.plan.created() : job.progressTold;
    return !told.plus(PROGRESS).isAfter(now);
  }

  private static NewEvent event(Job job, String action, Severity severity) {
    ObjectNode data = Json.MAPPER.createObjectNode();
    data.put("capability", job.plan.capability()).put("state", job.state.word());
    data.put("total", job.plan.total()).put("by", job.plan.createdBy());
    data.set("counts", Json.MAPPER.valueToTree(job.counts.shown()));
    return new NewEvent("job", action, severity, String.valueOf(job.id()), null, data);
  }

  private static NewEvent failed(Job job, Task task) {
    ObjectNode data = Json.MAPPER.createObjectNode();
    data.put("capability", job.plan.capability()).put("state", task.state.word());
    data.put("reason", task.reason).put("attempt", task.attempt);
    if (task.exit != null) {
      data.put("exit", task.exit);
    }
    return new NewEvent(
        "task", "failed", Severity.WARNING, String.valueOf(job.id()), task.key.node(), data);
  }
}
