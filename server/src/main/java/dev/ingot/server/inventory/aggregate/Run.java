package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.problem.Problem;
import java.time.Duration;

/** One run of a pipeline: what it may keep, and how long it may take. */
final class Run {
  private static final int LOOKS_AT_THE_CLOCK = 256;

  final Held held;
  private final long limit;
  private final long start = System.nanoTime();
  private int steps;

  Run(Held held, Duration limit) {
    this.held = held;
    this.limit = limit.toNanos();
  }

  /** Called for each document that a stage makes or looks at. */
  void step() {
    if (++steps % LOOKS_AT_THE_CLOCK == 0) {
      checkTime();
    }
  }

  void checkTime() {
    if (System.nanoTime() - start > limit) {
      throw Problem.invalid(
          "pipeline",
          "the pipeline takes longer than "
              + limit / 1e9
              + " s; $match fewer documents, by a path that is indexed");
    }
  }
}
