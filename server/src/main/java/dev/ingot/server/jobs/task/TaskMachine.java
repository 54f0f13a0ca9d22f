package dev.ingot.server.jobs.task;

import dev.ingot.protocol.HeldTask;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.jobs.task.TaskEvent.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What each event does to a task. It runs at most once per attempt, because only a committed
 * acceptance starts it and an accepted task is never offered again; an end is final, and what comes
 * later is recorded beside it.
 */
public final class TaskMachine {
  /** Offers that may stay unanswered. */
  static final int MOST_OFFERS = 3;

  /** When a busy node is asked again. */
  static final Duration BUSY_PAUSE = Duration.ofSeconds(2);

  private final Task task;
  private final Rules rules;
  private final Instant now;
  private final Consumer<TaskMessage> say;

  private TaskMachine(Task task, Rules rules, Instant now, Consumer<TaskMessage> say) {
    this.task = task;
    this.rules = rules;
    this.now = now;
    this.say = say;
  }

  /**
   * Changes the task.
   *
   * @param now the database's
   * @param say takes what is to be said to the node after the commit
   */
  public static void apply(
      Task task, TaskEvent event, Rules rules, Instant now, Consumer<TaskMessage> say) {
    new TaskMachine(task, rules, now, say).apply(event);
  }

  private void apply(TaskEvent event) {
    switch (event) {
      case TaskEvent.Dispatched(Session session) -> dispatched(session);
      case TaskEvent.Parked() -> parked();
      case TaskEvent.Crowded() -> {
        if (task.state == TaskState.PENDING && task.wait == Waiting.TURN) {
          waitFor(Waiting.BUSY, BUSY_PAUSE);
        }
      }
      case TaskEvent.Awaited() -> {
        if (task.state == TaskState.PENDING && task.wait != Waiting.TURN) {
          waitFor(Waiting.TURN, null);
        }
      }
      case TaskEvent.Accepted(Session session, int attempt) -> accepted(session, attempt);
      case TaskEvent.Refused refused -> refused(refused);
      case TaskEvent.Started(Session session, int attempt) -> {
        if (task.state == TaskState.ACCEPTED && mine(session, attempt)) {
          started(now);
        }
      }
      case TaskEvent.Finished(Session session, TaskMessage.Finished message) ->
          finished(session, message);
      case TaskEvent.Opened(Session session, HeldTask held) -> opened(session, held);
      case TaskEvent.Closed(Session session) -> {
        if (task.state == TaskState.OFFERED && task.epoch == session.epoch()) {
          takenBack();
        }
      }
      case TaskEvent.Overdue() -> {
        Instant deadline = task.deadline;
        if (deadline != null && !deadline.isAfter(now)) {
          overdue();
        }
      }
      case TaskEvent.CancelAsked(String reason) -> cancelAsked(reason);
      case TaskEvent.NodeGone(String reason) -> {
        if (!task.state.isFinal()) {
          boolean ran = task.state == TaskState.ACCEPTED || task.state == TaskState.RUNNING;
          end(ran ? TaskState.LOST : TaskState.CANCELLED, reason);
        }
      }
    }
  }

  private void dispatched(Session session) {
    if (task.state == TaskState.PENDING && task.wait == Waiting.TURN) {
      task.state = TaskState.OFFERED;
      task.wait = null;
      task.epoch = session.epoch();
      task.offers++;
      task.offered = now;
      until(rules.offerWait());
    }
  }

  private void parked() {
    if (task.state == TaskState.PENDING && task.wait == Waiting.TURN) {
      waitFor(Waiting.NODE, rules.expiry());
    }
  }

  private void accepted(Session session, int attempt) {
    if (task.state == TaskState.OFFERED
        && task.attempt == attempt
        && task.epoch == session.epoch()) {
      task.state = TaskState.ACCEPTED;
      task.accepted = now;
      task.incarnation = session.incarnation();
      task.bootId = session.bootId();
      until(rules.acceptedWait());
      say.accept(new TaskMessage.AcceptCommitted(task.key.job(), attempt));
    } else if (task.state == TaskState.ACCEPTED && mine(session, attempt)) {
      say.accept(new TaskMessage.AcceptCommitted(task.key.job(), attempt));
    } else if (!mine(session, attempt) || task.state.isFinal()) {
      forget(attempt, "the server has given it up");
    }
  }

  /** Whether this process accepted this attempt, and that was committed. */
  private boolean mine(Session session, int attempt) {
    return task.attempt == attempt && session.incarnation().equals(task.incarnation);
  }

  private void forget(int attempt, String reason) {
    say.accept(new TaskMessage.Cancel(task.key.job(), attempt, reason));
  }

  private void refused(TaskEvent.Refused refused) {
    if (task.state == TaskState.OFFERED
        && task.attempt == refused.attempt()
        && task.epoch == refused.session().epoch()) {
      if (refused.reason().equals("busy") && !expired()) {
        task.state = TaskState.PENDING;
        waitFor(Waiting.BUSY, BUSY_PAUSE);
      } else {
        end(TaskState.REFUSED, refused.reason() + ": " + refused.detail());
      }
    } else if ((task.state == TaskState.ACCEPTED || task.state == TaskState.RUNNING)
        && mine(refused.session(), refused.attempt())) {
      if (task.cancelReason != null) {
        end(TaskState.CANCELLED, task.cancelReason);
      } else if (refused.reason().equals(TaskEvent.Refused.SILENT)) {
        end(TaskState.LOST, refused.detail());
      } else {
        end(TaskState.LOST, "its node does not know it any more: " + refused.detail());
      }
    }
  }

  /** Whether it was asked, every pause, for as long as it may wait. */
  private boolean expired() {
    return BUSY_PAUSE.multipliedBy(task.offers).compareTo(rules.expiry()) >= 0;
  }

  private void started(Instant when) {
    task.state = TaskState.RUNNING;
    task.started = when;
    if (task.cancelReason == null) {
      task.deadline = now.plus(Duration.ofSeconds(task.timeoutSeconds)).plus(rules.grace());
    }
    changed();
  }

  private void finished(Session session, TaskMessage.Finished message) {
    boolean known = mine(session, message.attempt());
    if (known && (task.state == TaskState.ACCEPTED || task.state == TaskState.RUNNING)) {
      if (task.state == TaskState.ACCEPTED) {
        Instant begun = now.minusMillis(Math.min(message.milliseconds(), 7L * 86_400_000));
        Instant accepted = task.accepted;
        started(accepted != null && begun.isBefore(accepted) ? accepted : begun);
      }
      task.exit = message.exit();
      task.answered = true;
      end(
          switch (message.status()) {
            case SUCCEEDED -> TaskState.SUCCEEDED;
            case FAILED -> TaskState.FAILED;
            case TIMED_OUT -> TaskState.TIMED_OUT;
            case CANCELLED -> TaskState.CANCELLED;
          },
          message.detail());
    } else if (!known || !task.answered) {
      task.late = LateAnswer.json(message, now);
      changed();
    }
    say.accept(new TaskMessage.FinishedAcknowledged(task.key.job(), message.attempt()));
  }

  private void opened(Session session, @Nullable HeldTask held) {
    switch (task.state) {
      case PENDING -> {
        drop(held);
        if (task.wait == Waiting.NODE) {
          waitFor(Waiting.TURN, null);
        }
      }
      case OFFERED -> {
        if (task.epoch != session.epoch()) {
          drop(held);
          takenBack();
          if (task.state == TaskState.PENDING) {
            waitFor(Waiting.TURN, null);
          }
        }
      }
      case ACCEPTED, RUNNING -> openedWhileHeld(session, held);
      case SUCCEEDED, FAILED, TIMED_OUT, CANCELLED, LOST, REFUSED -> drop(held);
    }
  }

  /** What the node still has and shall not have. */
  private void drop(@Nullable HeldTask held) {
    if (held != null && held.state() != HeldTask.State.FINISHED) {
      forget(held.attempt(), "the server has given it up");
    }
  }

  private void openedWhileHeld(Session session, @Nullable HeldTask held) {
    if (held != null && !mine(session, held.attempt())) {
      drop(held);
    }
    if (held == null || !mine(session, held.attempt())) {
      unknownTo(session);
      return;
    }
    switch (held.state()) {
      case ACCEPTED -> say.accept(new TaskMessage.AcceptCommitted(task.key.job(), task.attempt));
      case COMMITTED, FINISHED -> {}
      case RUNNING -> {
        if (task.state == TaskState.ACCEPTED) {
          started(now);
        }
      }
    }
    if (task.cancelReason != null && held.state() != HeldTask.State.FINISHED) {
      forget(task.attempt, task.cancelReason);
    }
  }

  /** The process that accepted it is gone, or has forgotten it. */
  private void unknownTo(Session session) {
    if (rules.reboots() && !session.bootId().equals(task.bootId)) {
      if (task.state == TaskState.ACCEPTED) {
        started(now);
      }
      task.answered = true;
      end(TaskState.SUCCEEDED, "the node is back with boot " + session.bootId());
    } else if (rules.reboots() && !session.incarnation().equals(task.incarnation)) {
      // Its agent was ended first; the machine may follow. The deadline stands.
      return;
    } else if (task.cancelReason != null) {
      end(TaskState.CANCELLED, task.cancelReason);
    } else if (session.incarnation().equals(task.incarnation)) {
      end(TaskState.LOST, "its node does not know it any more");
    } else {
      end(
          TaskState.LOST,
          session.bootId().equals(task.bootId)
              ? "the agent was started anew while it had the task"
              : "the node was booted anew while it had the task");
    }
  }

  /** An offer that nobody took. */
  private void takenBack() {
    if (task.offers >= MOST_OFFERS * 10) {
      end(TaskState.TIMED_OUT, "its node went away " + task.offers + " times while it was offered");
    } else {
      task.state = TaskState.PENDING;
      waitFor(Waiting.NODE, rules.expiry());
    }
  }

  private void overdue() {
    switch (task.state) {
      case PENDING -> {
        switch (task.wait) {
          case NODE -> end(TaskState.TIMED_OUT, "the node was offline for " + text(rules.expiry()));
          case BUSY -> waitFor(Waiting.TURN, null);
          case TURN -> {}
          case null -> {}
        }
      }
      case OFFERED -> {
        forget(task.attempt, "the offer was not answered in time");
        if (task.offers >= MOST_OFFERS) {
          end(TaskState.TIMED_OUT, "the node did not answer " + task.offers + " offers");
        } else {
          task.state = TaskState.PENDING;
          waitFor(Waiting.TURN, null);
        }
      }
      case ACCEPTED, RUNNING -> {
        int attempt = task.attempt;
        if (task.cancelReason != null) {
          end(TaskState.CANCELLED, task.cancelReason + "; the node did not confirm that it ended");
        } else if (task.state == TaskState.ACCEPTED) {
          end(
              TaskState.TIMED_OUT,
              "the node did not start it within " + text(rules.acceptedWait()));
        } else {
          end(
              TaskState.TIMED_OUT,
              "nothing was heard of it for %d s after its timeout of %d s"
                  .formatted(rules.grace().toSeconds(), task.timeoutSeconds));
        }
        forget(attempt, "the server has given it up");
      }
      case SUCCEEDED, FAILED, TIMED_OUT, CANCELLED, LOST, REFUSED -> {
        task.deadline = null;
        changed();
      }
    }
  }

  private static String text(Duration time) {
    long seconds = time.toSeconds();
    return seconds % 3600 == 0 && seconds > 0
        ? seconds / 3600 + " h"
        : seconds % 60 == 0 && seconds > 0 ? seconds / 60 + " min" : seconds + " s";
  }

  private void cancelAsked(String reason) {
    switch (task.state) {
      case PENDING -> end(TaskState.CANCELLED, reason);
      case OFFERED -> {
        int attempt = task.attempt;
        end(TaskState.CANCELLED, reason);
        forget(attempt, reason);
      }
      case ACCEPTED, RUNNING -> {
        if (task.cancelReason == null) {
          task.cancelReason = reason;
          until(rules.cancelWait());
          forget(task.attempt, reason);
        }
      }
      case SUCCEEDED, FAILED, TIMED_OUT, CANCELLED, LOST, REFUSED -> {}
    }
  }

  private void waitFor(Waiting what, @Nullable Duration atMost) {
    task.wait = what;
    task.since = now;
    task.deadline = atMost == null ? null : now.plus(atMost);
    changed();
  }

  private void until(Duration atMost) {
    task.deadline = now.plus(atMost);
    changed();
  }

  /** Ends the attempt, and the task unless another one is due. */
  private void end(TaskState how, @Nullable String why) {
    task.state = how;
    task.reason = why;
    task.finished = now;
    task.deadline = null;
    task.wait = null;
    changed();
    boolean again = how == TaskState.FAILED || how == TaskState.TIMED_OUT || how == TaskState.LOST;
    if (again && task.attempt <= rules.retries() && !rules.over() && task.cancelReason == null) {
      PastAttempt.add(task);
      task.attempt++;
      task.state = TaskState.PENDING;
      task.offers = 0;
      task.epoch = 0;
      task.incarnation = null;
      task.bootId = null;
      task.reason = null;
      task.exit = null;
      task.answered = false;
      task.stored[0] = 0;
      task.stored[1] = 0;
      task.dropped[0] = 0;
      task.dropped[1] = 0;
      task.offered = null;
      task.accepted = null;
      task.started = null;
      task.finished = null;
      waitFor(Waiting.TURN, null);
    }
  }

  private void changed() {
    task.changed = true;
  }
}
