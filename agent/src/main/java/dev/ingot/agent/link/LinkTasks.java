package dev.ingot.agent.link;

import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.protocol.HeldTask;
import dev.ingot.protocol.Lane;
import dev.ingot.protocol.LaneWriter;
import dev.ingot.protocol.MessageCodec;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.TaskEnd;
import dev.ingot.protocol.TaskMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that this process holds, as the link sees them: what whoever executes them tells goes
 * in, and the server hears it, once or, after a new connection, again until it has it. Part of a
 * {@link LinkMachine} and as little thread-safe.
 */
public final class LinkTasks {
  private final Consumer<LinkAction> actions;
  private final Map<Long, LinkTask> held = new LinkedHashMap<>();
  private final OutputBudget budget = new OutputBudget(OutputBudget.MOST);
  private @Nullable List<CapabilitySignature> capabilities;
  private @Nullable String digest;
  private @Nullable LaneWriter writer;
  private long now;

  LinkTasks(Consumer<LinkAction> actions) {
    this.actions = actions;
  }

  /** What the agent can do; before the first call it knows no tasks. */
  public void capabilitiesAre(List<CapabilitySignature> list) {
    String newer = CapabilitySignature.digest(list);
    boolean changed = digest != null && !newer.equals(digest);
    capabilities = List.copyOf(list);
    digest = newer;
    if (changed && writer != null) {
      sayCapabilities(writer);
    }
  }

  /** An offer is taken: it is begun when {@link LinkAction.Begin} says so. */
  public void accept(long task, int attempt) {
    if (held.containsKey(task) || held.size() >= HeldTask.MOST) {
      refuse(task, attempt, "busy", held.size() + " tasks are held");
      return;
    }
    held.put(task, new LinkTask(task, attempt, budget));
    say(new TaskMessage.Accept(task, attempt));
  }

  /**
   * An offer is not taken.
   *
   * @param reason one of the words of docs/link.md
   */
  public void refuse(long task, int attempt, String reason, String detail) {
    say(new TaskMessage.Refuse(task, attempt, reason, detail));
  }

  /** A task that was begun runs now: its turn at its lock came. */
  public void started(long task, int attempt) {
    LinkTask known = find(task, attempt);
    if (known != null) {
      known.started(now);
    }
  }

  /** A running task wrote something; bytes that nobody changes any more. */
  public void output(long task, int attempt, OutputChunk.Stream stream, byte[] bytes) {
    LinkTask known = find(task, attempt);
    if (known != null) {
      known.output(stream, bytes, now);
    }
  }

  /** A task that was begun ended. */
  public void finished(long task, int attempt, TaskEnd end) {
    LinkTask known = find(task, attempt);
    if (known != null) {
      known.finished(end, now);
      if (writer != null) {
        known.flush(writer, now);
      }
    }
  }

  /**
   * Says something of a task as it is, also of one that is not held: what a simulated agent says
   * that lies.
   */
  public void claims(TaskMessage message) {
    say(message);
  }

  private @Nullable LinkTask find(long task, int attempt) {
    LinkTask known = held.get(task);
    return known != null && known.attempt() == attempt ? known : null;
  }

  @Nullable String digest() {
    return digest;
  }

  /** What the hello says of them. */
  List<HeldTask> held() {
    return held.values().stream().map(LinkTask::held).toList();
  }

  /** The server let the agent in: what it may not have heard is said again. */
  void linked(LaneWriter opened) {
    writer = opened;
    held.values().forEach(task -> task.linked(opened, now));
  }

  void apart() {
    writer = null;
  }

  void at(long time) {
    now = time;
  }

  /** When {@link #flush} is due at the latest. */
  long wakeAt() {
    long due = Long.MAX_VALUE;
    for (LinkTask task : held.values()) {
      due = Math.min(due, task.wakeAt());
    }
    return due;
  }

  void flush() {
    if (writer != null) {
      for (LinkTask task : held.values()) {
        task.flush(writer, now);
      }
    }
  }

  void heard(TaskMessage message) {
    switch (message) {
      case TaskMessage.CapabilitiesWanted _ -> {
        if (writer != null) {
          sayCapabilities(writer);
        }
      }
      case TaskMessage.Offer offer -> offered(offer);
      case TaskMessage.AcceptCommitted(long task, int attempt) -> {
        LinkTask known = find(task, attempt);
        if (known == null) {
          refuse(task, attempt, "unknown-task", "this agent has no such task");
        } else if (known.commit()) {
          actions.accept(new LinkAction.Begin(task, attempt));
        }
      }
      case TaskMessage.OutputAcknowledged(long task, int attempt, var stream, long offset) -> {
        LinkTask known = find(task, attempt);
        if (known != null) {
          known.acknowledged(stream, offset);
        }
      }
      case TaskMessage.FinishedAcknowledged(long task, int attempt) -> {
        LinkTask known = find(task, attempt);
        if (known != null && known.state() == HeldTask.State.FINISHED) {
          held.remove(task);
          known.forgotten();
        }
      }
      case TaskMessage.Cancel(long task, int attempt, String reason) ->
          cancel(task, attempt, reason);
      case TaskMessage.Capabilities _,
          TaskMessage.Accept _,
          TaskMessage.Refuse _,
          TaskMessage.Started _,
          TaskMessage.Output _,
          TaskMessage.Finished _ ->
          LinkMachine.unexpected(message.getClass().getSimpleName());
    }
  }

  private void offered(TaskMessage.Offer offer) {
    LinkTask known = held.get(offer.task());
    if (known == null) {
      actions.accept(new LinkAction.Offered(offer));
    } else if (known.attempt() == offer.attempt() && known.state() == HeldTask.State.ACCEPTED) {
      say(new TaskMessage.Accept(offer.task(), offer.attempt()));
    } else {
      refuse(
          offer.task(),
          offer.attempt(),
          "busy",
          "attempt %d of the task is still %s here"
              .formatted(known.attempt(), known.state().word()));
    }
  }

  private void cancel(long task, int attempt, String reason) {
    LinkTask known = find(task, attempt);
    if (known == null) {
      refuse(task, attempt, "unknown-task", "this agent has no such task");
      return;
    }
    switch (known.state()) {
      case ACCEPTED -> {
        held.remove(task);
        actions.accept(new LinkAction.CancelTask(task, attempt, reason));
      }
      case COMMITTED, RUNNING -> actions.accept(new LinkAction.CancelTask(task, attempt, reason));
      case FINISHED -> {} // its end is on the way
    }
  }

  private void sayCapabilities(LaneWriter linked) {
    List<CapabilitySignature> list = capabilities == null ? List.of() : capabilities;
    linked.queue(Lane.INVENTORY, MessageCodec.encode(new TaskMessage.Capabilities(list)));
  }

  private void say(TaskMessage message) {
    if (writer != null) {
      writer.queue(message);
    }
  }
}
