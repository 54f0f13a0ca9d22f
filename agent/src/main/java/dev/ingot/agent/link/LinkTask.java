package dev.ingot.agent.link;

import dev.ingot.core.Json;
import dev.ingot.protocol.HeldTask;
import dev.ingot.protocol.Lane;
import dev.ingot.protocol.LaneWriter;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.TaskEnd;
import dev.ingot.protocol.TaskMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One task that the process holds: how far it is, and what the server has heard of that. */
final class LinkTask {
  /** What is over within this time is said in one message. */
  static final long SAID_AFTER = 50;

  /** How long little output waits for more. */
  static final long OUTPUT_AFTER = 100;

  private static final int OUTPUT_AT_ONCE = 16 << 10;

  private final long task;
  private final int attempt;
  private final TaskOutput stdout;
  private final TaskOutput stderr;
  private HeldTask.State state = HeldTask.State.ACCEPTED;
  private long startedAt;
  private long outputSince = Long.MAX_VALUE;
  private boolean startSaid;
  private boolean endSaid;
  private @Nullable TaskEnd end;
  private long endedAt;

  LinkTask(long task, int attempt, OutputBudget budget) {
    this.task = task;
    this.attempt = attempt;
    this.stdout = new TaskOutput(OutputChunk.Stream.STDOUT, budget);
    this.stderr = new TaskOutput(OutputChunk.Stream.STDERR, budget);
  }

  /** It is no longer held. */
  void forgotten() {
    stdout.discard();
    stderr.discard();
  }

  int attempt() {
    return attempt;
  }

  HeldTask.State state() {
    return state;
  }

  HeldTask held() {
    return new HeldTask(task, attempt, state);
  }

  /** Whether this is news. */
  boolean commit() {
    if (state != HeldTask.State.ACCEPTED) {
      return false;
    }
    state = HeldTask.State.COMMITTED;
    return true;
  }

  void started(long now) {
    if (state == HeldTask.State.COMMITTED) {
      state = HeldTask.State.RUNNING;
      startedAt = now;
    }
  }

  void output(OutputChunk.Stream stream, byte[] bytes, long now) {
    if (state == HeldTask.State.RUNNING && bytes.length > 0) {
      of(stream).add(bytes);
      outputSince = Math.min(outputSince, now);
    }
  }

  void finished(TaskEnd how, long now) {
    if (state == HeldTask.State.COMMITTED) {
      startedAt = now; // it never ran
    } else if (state != HeldTask.State.RUNNING) {
      return;
    }
    state = HeldTask.State.FINISHED;
    endedAt = now;
    end = carried(how);
  }

  /** A result that no message carries is left out, and that is said. */
  private static TaskEnd carried(TaskEnd end) {
    JsonNode result = end.result();
    int size = result == null ? 0 : Json.bytes(result).length;
    if (size <= TaskMessage.MAX_JSON) {
      return end;
    }
    String said =
        "the result is larger (%d bytes) than the link carries (%d)"
            .formatted(size, TaskMessage.MAX_JSON);
    return new TaskEnd(
        end.status(), end.exit(), null, end.detail() == null ? said : end.detail() + "; " + said);
  }

  void acknowledged(OutputChunk.Stream stream, long offset) {
    of(stream).acknowledged(offset);
  }

  private TaskOutput of(OutputChunk.Stream stream) {
    return switch (stream) {
      case STDOUT -> stdout;
      case STDERR -> stderr;
    };
  }

  /** A new connection, whose hello told the state. */
  void linked(LaneWriter writer, long now) {
    startSaid = false;
    endSaid = false;
    stdout.again();
    stderr.again();
    flush(writer, now);
  }

  long wakeAt() {
    if (state != HeldTask.State.RUNNING) {
      return Long.MAX_VALUE;
    }
    long output = mayStream() ? outputDue() : Long.MAX_VALUE;
    return startSaid ? output : Math.min(output, startedAt + SAID_AFTER);
  }

  /** One chunk at a time: the next goes when the last is stored. */
  private boolean mayStream() {
    return !stdout.outstanding()
        && !stderr.outstanding()
        && stdout.waiting() + stderr.waiting() > 0;
  }

  private long outputDue() {
    return stdout.waiting() + stderr.waiting() >= OUTPUT_AT_ONCE
        ? Long.MIN_VALUE
        : outputSince == Long.MAX_VALUE ? Long.MIN_VALUE : outputSince + OUTPUT_AFTER;
  }

  /** Says what is due. */
  void flush(LaneWriter writer, long now) {
    switch (state) {
      case ACCEPTED, COMMITTED -> {}
      case RUNNING -> {
        if (!startSaid && now >= startedAt + SAID_AFTER) {
          startSaid = true;
          writer.queue(new TaskMessage.Started(task, attempt));
        }
        if (mayStream() && now >= outputDue()) {
          stream(writer);
        }
      }
      case FINISHED -> {
        // What waits to be sent is copied: one large end after the other.
        if (!endSaid && end != null && (isSmall() || !writer.waiting(Lane.BULK))) {
          endSaid = true;
          sayEnd(writer, end);
        }
      }
    }
  }

  private void stream(LaneWriter writer) {
    for (TaskOutput output : List.of(stdout, stderr)) {
      OutputChunk chunk = output.next();
      if (chunk != null) {
        writer.queue(new TaskMessage.Output(task, attempt, chunk));
      }
    }
    if (stdout.waiting() + stderr.waiting() == 0) {
      outputSince = Long.MAX_VALUE;
    }
  }

  private boolean isSmall() {
    return !stdout.outstanding()
        && !stderr.outstanding()
        && stdout.left() + stderr.left() <= TaskMessage.MAX_INLINE_OUTPUT;
  }

  private void sayEnd(LaneWriter writer, TaskEnd how) {
    // Control overtakes bulk: behind output that is under way the end goes by bulk too.
    boolean follows = !isSmall();
    List<OutputChunk> rest = new ArrayList<>(stdout.rest());
    rest.addAll(stderr.rest());
    if (follows) {
      rest.forEach(chunk -> writer.queue(new TaskMessage.Output(task, attempt, chunk)));
    }
    JsonNode result = how.result();
    boolean bulky =
        follows || (result != null && Json.bytes(result).length > TaskMessage.MAX_CONTROL_JSON);
    writer.queue(
        new TaskMessage.Finished(
            task,
            attempt,
            how.status(),
            how.exit(),
            result,
            how.detail(),
            Math.max(0, endedAt - startedAt),
            follows ? List.of() : rest,
            bulky));
  }
}
