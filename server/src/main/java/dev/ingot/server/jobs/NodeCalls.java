package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.jobs.task.TaskState;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Calls of one node, for features above: a job of one task, made with the caller's transaction. */
public final class NodeCalls {
  private static final int MOST_OUTPUT = 16 << 10;

  private final JobDesk desk;

  NodeCalls(JobDesk desk) {
    this.desk = desk;
  }

  /**
   * Calls a capability of a node; returns the job's id.
   *
   * @param expiry how long it waits for a node that is offline or busy
   * @throws dev.ingot.server.problem.Problem when the node cannot do it
   */
  public long call(
      Handle handle,
      Principal who,
      String node,
      String capability,
      JsonNode arguments,
      @Nullable Duration timeout,
      Duration expiry,
      boolean allowProtected) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    JobRequest request =
        new JobRequest(
            json.stringNode(node),
            capability,
            arguments,
            null,
            null,
            timeout == null ? null : json.numberNode(Math.max(1, timeout.toSeconds())),
            null,
            null,
            null,
            null,
            null,
            json.numberNode(Math.max(1, expiry.toSeconds())),
            null,
            false,
            allowProtected);
    return desk.create(handle, who, request).job().id();
  }

  /**
   * How a call ended.
   *
   * @param state the task's, in its word
   * @param stdout its end, at most 16 kB
   */
  public record Ended(
      boolean succeeded,
      String state,
      @Nullable String reason,
      @Nullable Integer exit,
      @Nullable JsonNode result,
      String stdout,
      String stderr) {
    /** As a step's result. */
    public JsonNode shown(long job) {
      var shown = Json.MAPPER.createObjectNode().put("job", job).put("state", state);
      shown.put("exit", exit).put("reason", reason);
      if (result != null) {
        shown.set("value", result);
      }
      return shown.put("stdout", stdout).put("stderr", stderr);
    }
  }

  /** The end of a call, empty while it goes on; a job that is gone has failed. */
  public Optional<Ended> ended(Handle handle, long job, String node) {
    TaskView task = TaskReader.find(handle, job, node).orElse(null);
    if (task == null) {
      return Optional.of(
          new Ended(false, "lost", "the job " + job + " is gone", null, null, "", ""));
    }
    if (!task.state().isFinal()) {
      return Optional.empty();
    }
    TaskView whole =
        TaskReader.withOutput(handle, job, java.util.List.of(task), MOST_OUTPUT).getFirst();
    return Optional.of(
        new Ended(
            task.state() == TaskState.SUCCEEDED,
            task.state().word(),
            task.reason(),
            task.exit(),
            whole.result(),
            tail(whole.stdout()),
            tail(whole.stderr())));
  }

  private static String tail(@Nullable String text) {
    return text == null
        ? ""
        : text.length() > MOST_OUTPUT ? text.substring(text.length() - MOST_OUTPUT) : text;
  }

  /** Ends a call that still goes on. */
  public void cancel(Handle handle, Principal who, long job, String reason) {
    if (JobTable.find(handle, job).filter(it -> it.state == Job.State.RUNNING).isPresent()) {
      desk.cancel(handle, who, job, reason);
    }
  }
}
