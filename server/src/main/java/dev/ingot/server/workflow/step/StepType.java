package dev.ingot.server.workflow.step;

import dev.ingot.server.workflow.machine.Progress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What steps of one type do. What it needs later it keeps in the memory that its progress carries:
 * whoever goes on may be another server.
 */
public interface StepType {
  /** The word in definitions. */
  String name();

  /** What it does, a sentence for people. */
  String summary();

  /** What its options must be, JSON Schema of an object. */
  JsonNode options();

  /** Whether it needs its node for itself: one such run per node, and limits of spread. */
  default boolean isDestructive() {
    return false;
  }

  /** The same of one step, where it is its options that say so. */
  default boolean isDestructive(JsonNode options) {
    return isDestructive();
  }

  /** What is wrong with options that fit the schema; null when nothing is. */
  default @Nullable String misfit(JsonNode options) {
    return null;
  }

  /** What this server lacks for a step, which runs dry all the same; null when it lacks nothing. */
  default @Nullable String lacks(JsonNode options) {
    return null;
  }

  /**
   * Begins an attempt, in the transaction that writes what came of it: no network here. What goes
   * beyond the database answers {@link Progress.Acting}, and does it in {@link #act}.
   */
  Progress begin(Beginning step);

  /** Looks whether what it waits for has come, in a transaction; called again and again. */
  default Progress look(Look step) {
    throw new IllegalStateException(name() + " does not wait");
  }

  /**
   * Does what was written, in no transaction. It may be interrupted, and may be called again when
   * its server died: {@link Act#again} says so; then it does what does no harm twice, or asks first
   * whether it was done.
   */
  default Progress act(Act step) throws InterruptedException {
    throw new IllegalStateException(name() + " does not act");
  }

  /** When what it waits for comes by itself; null where nobody knows. */
  default @Nullable Instant comesAt(JsonNode memory) {
    return null;
  }

  /** What it began is no longer wanted: it ends what would go on, in a transaction. */
  default void stop(Look step) {}
}
