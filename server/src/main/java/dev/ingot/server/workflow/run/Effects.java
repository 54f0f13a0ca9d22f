package dev.ingot.server.workflow.run;

import dev.ingot.server.events.NewEvent;
import dev.ingot.server.workflow.machine.StepState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the changes of one transaction bring beside themselves. */
final class Effects {
  /** Not after the leases that are given begin, by this process's nanoTime. */
  final long since;

  /** Written with the transaction. */
  final List<Timeline.Entry> timeline = new ArrayList<>();

  final List<NewEvent> events = new ArrayList<>();

  /** Runs that ended: what they still hold is let go with the transaction. */
  final List<Long> ended = new ArrayList<>();

  /** Done after it. */
  final List<Order> acts = new ArrayList<>();

  final List<Interrupt> interrupts = new ArrayList<>();

  /** Whether other runs were called. */
  boolean called;

  Effects(long since) {
    this.since = since;
  }

  /**
   * A step that is to act.
   *
   * @param since its lease does not begin before, by this process's nanoTime
   */
  record Order(
      long run,
      int place,
      String step,
      String type,
      @Nullable String node,
      boolean again,
      Duration timeout,
      StepState state,
      long since) {
    String key() {
      return "run-" + run + "-" + step + "-" + state.attempt();
    }
  }

  /** A step whose act is no longer wanted. */
  record Interrupt(long run, int place) {}
}
