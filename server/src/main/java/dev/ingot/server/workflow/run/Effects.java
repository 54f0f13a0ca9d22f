package dev.ingot.server.workflow.run;

import dev.ingot.server.events.NewEvent;
import dev.ingot.server.workflow.machine.StepState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the changes of one transaction bring beside themselves. */
final class Effects {
  /** Written with the transaction. */
  final List<Timeline.Entry> timeline = new ArrayList<>();

  final List<NewEvent> events = new ArrayList<>();

  /** Done after it. */
  final List<Order> acts = new ArrayList<>();

  final List<Interrupt> interrupts = new ArrayList<>();

  /** Whether other runs were called. */
  boolean called;

  /** A step that is to act. */
  record Order(
      long run,
      int place,
      String step,
      String type,
      @Nullable String node,
      boolean again,
      Duration timeout,
      StepState state) {
    String key() {
      return "run-" + run + "-" + step + "-" + state.attempt();
    }
  }

  /** A step whose act is no longer wanted. */
  record Interrupt(long run, int place) {}
}
