package dev.ingot.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is said about capabilities and tasks; docs/link.md shows each as JSON. A task is one call on
 * one node: {@code task} is the number of its job (a node has one task of a job), and {@code
 * attempt} fences it: what is said of another attempt than the present one changes nothing.
 */
public sealed interface TaskMessage extends Message {
  /** JSON of arguments or of a result beyond which the message goes by {@link Lane#BULK}. */
  int MAX_CONTROL_JSON = 24 << 10;

  /** The most JSON that arguments or a result may be. */
  int MAX_JSON = 512 << 10;

  /** The most output that goes with {@link Finished}; more goes before it. */
  int MAX_INLINE_OUTPUT = 16 << 10;

  @Override
  default Lane lane() {
    return switch (this) {
      case Capabilities capabilities -> Lane.INVENTORY;
      case Output output -> Lane.BULK;
      case Offer offer -> offer.bulky ? Lane.BULK : Lane.CONTROL;
      case Finished finished -> finished.bulky ? Lane.BULK : Lane.CONTROL;
      case CapabilitiesWanted wanted -> Lane.CONTROL;
      case Accept accept -> Lane.CONTROL;
      case Refuse refuse -> Lane.CONTROL;
      case AcceptCommitted committed -> Lane.CONTROL;
      case Started started -> Lane.CONTROL;
      case OutputAcknowledged acknowledged -> Lane.CONTROL;
      case FinishedAcknowledged acknowledged -> Lane.CONTROL;
      case Cancel cancel -> Lane.CONTROL;
    };
  }

  /** The server has not the list of the hello's digest. */
  record CapabilitiesWanted() implements TaskMessage {}

  /** What the agent can do: asked for, or because it changed. */
  record Capabilities(List<CapabilitySignature> list) implements TaskMessage {
    public Capabilities {
      list = List.copyOf(list);
    }
  }

  /**
   * The server has a task for the node. Nothing is started by it.
   *
   * @param bulky whether it goes by {@link Lane#BULK}
   */
  record Offer(
      long task,
      int attempt,
      String capability,
      JsonNode arguments,
      int timeoutSeconds,
      boolean bulky)
      implements TaskMessage {}

  /** The agent will do it, once the server has committed that. */
  record Accept(long task, int attempt) implements TaskMessage {}

  /**
   * The agent will not do it, or does not have it.
   *
   * @param reason for programs, one of the words of docs/link.md
   */
  record Refuse(long task, int attempt, String reason, String detail) implements TaskMessage {}

  /** The acceptance is committed: from now on the task is never offered to anyone. Start it. */
  record AcceptCommitted(long task, int attempt) implements TaskMessage {}

  /** It runs. A task that ends at once says only {@link Finished}. */
  record Started(long task, int attempt) implements TaskMessage {}

  /** What it wrote so far, in order per stream. */
  record Output(long task, int attempt, OutputChunk chunk) implements TaskMessage {}

  /** Everything of the stream before this offset is committed. */
  record OutputAcknowledged(long task, int attempt, OutputChunk.Stream stream, long offset)
      implements TaskMessage {}

  /**
   * It ended. Said again after each hello until it is acknowledged.
   *
   * @param exit exit status of a process, 128 + n when signal n ended it
   * @param result an object as the capability's result schema says
   * @param detail why it did not succeed, for people
   * @param milliseconds how long it ran
   * @param rest output that was not said before
   * @param bulky whether it goes by {@link Lane#BULK}, behind its output
   */
  record Finished(
      long task,
      int attempt,
      Status status,
      @Nullable Integer exit,
      @Nullable JsonNode result,
      @Nullable String detail,
      long milliseconds,
      List<OutputChunk> rest,
      boolean bulky)
      implements TaskMessage {
    public Finished {
      rest = List.copyOf(rest);
    }
  }

  /** How a task ended on its node. */
  enum Status {
    SUCCEEDED("succeeded"),
    FAILED("failed"),
    TIMED_OUT("timed out"),
    CANCELLED("cancelled");

    private final String word;

    Status(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** The end is committed, or recorded as too late: the agent may forget the task. */
  record FinishedAcknowledged(long task, int attempt) implements TaskMessage {}

  /**
   * The agent is to end the task, or to forget that it accepted it. It answers with {@link
   * Finished}; with {@link Refuse} {@code unknown-task} if it has no such task.
   */
  record Cancel(long task, int attempt, String reason) implements TaskMessage {}
}
