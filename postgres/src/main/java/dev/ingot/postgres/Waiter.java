package dev.ingot.postgres;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Where this module waits: for other processes, which tell nobody when they change. */
final class Waiter {
  private static final Duration STEP = Duration.ofMillis(15);

  private Waiter() {}

  /** Whether the condition came true within the time; an interrupt ends the wait early. */
  static boolean until(BooleanSupplier condition, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0 || !pause(STEP)) {
        return condition.getAsBoolean();
      }
    }
    return true;
  }

  /** False when interrupted; the interrupt stays set. */
  static boolean pause(Duration time) {
    try {
      Thread.sleep(time);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
