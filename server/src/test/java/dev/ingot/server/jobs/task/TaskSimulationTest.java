package dev.ingot.server.jobs.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever is lost, restarted and cancelled, in any order. */
class TaskSimulationTest {
  private static final Rules RULES =
      new Rules(
          0,
          Duration.ofMinutes(10),
          false,
          false,
          Duration.ofSeconds(30),
          Duration.ofMinutes(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30));

  @Test
  void everyTaskEndsAndNoAttemptRunsTwiceWhateverIsLostRestartedAndCancelled() {
    Map<TaskState, Integer> ends = new EnumMap<>(TaskState.class);
    int late = 0;
    int ran = 0;
    for (long seed = 0; seed < 1200; seed++) {
      int retries = (int) (seed % 3);
      boolean reboots = seed % 7 == 0;
      Rules rules =
          new Rules(
              retries,
              RULES.expiry(),
              reboots,
              false,
              RULES.offerWait(),
              RULES.acceptedWait(),
              RULES.grace(),
              RULES.cancelWait());
      TaskWorld world = new TaskWorld(seed, rules);
      rough(world);
      calm(world);
      assertThat(world.problems()).as("seed %d", seed).isEmpty();
      assertThat(world.lastHello).as("seed %d: the agent may forget it", seed).isEmpty();
      ends.merge(world.task.state, 1, Integer::sum);
      late += world.task.late == null ? 0 : 1;
      ran += world.watch.begun().isEmpty() ? 0 : 1;
    }
    // The simulation is worth something only while it gets everywhere.
    assertThat(ends.keySet())
        .contains(
            TaskState.SUCCEEDED,
            TaskState.FAILED,
            TaskState.TIMED_OUT,
            TaskState.CANCELLED,
            TaskState.LOST);
    assertThat(late).isGreaterThan(5);
    assertThat(ran).isGreaterThan(400);
  }

  private static void rough(TaskWorld world) {
    for (int step = 0; step < 120; step++) {
      switch (world.random.nextInt(40)) {
        case 0 -> world.lose();
        case 1 -> world.restartAgent(false);
        case 2 -> world.restartAgent(true);
        case 3 -> world.restartServer();
        case 4 -> {
          if (world.random.nextInt(4) == 0) {
            world.cancel();
          }
        }
        case 5, 6, 7 -> world.work();
        case 8 -> world.pass(Duration.ofSeconds(world.random.nextInt(100)));
        case 12, 13 -> world.hearStale();
        case 14 -> world.replay();
        case 15 -> world.lie();
        case 9, 10, 11 -> world.pass(Duration.ofSeconds(world.random.nextInt(10)));
        default -> {
          if (!world.deliver()) {
            world.pass(Duration.ofMillis(world.random.nextInt(2_000)));
          }
        }
      }
    }
  }

  /** Nothing goes wrong any more: within two hours everybody knows everything. */
  private static void calm(TaskWorld world) {
    world.faults = false;
    while (world.hearStale()) {
      world.deliver();
    }
    steps(world, 700);
    // The last hello says what the agent still holds; the one before may be told to end it.
    world.lose();
    steps(world, 200);
    world.lose();
    steps(world, 200);
  }

  private static void steps(TaskWorld world, int most) {
    int quiet = 0;
    for (int step = 0; step < most && quiet < 15; step++) {
      if (world.deliver()) {
        quiet = 0;
      } else {
        // Enough of them for the longest pause before another hello.
        quiet = world.task.state.isFinal() ? quiet + 1 : 0;
        world.work();
        world.pass(Duration.ofSeconds(6));
      }
    }
  }
}
