package dev.ingot.server.jobs.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever is lost, restarted and cancelled, in any order. */
class TaskSimulationTest {
  @Test
  void everyTaskEndsAndNoAttemptRunsTwiceWhateverIsLostRestartedAndCancelled() {
    Map<TaskState, Integer> ends = new EnumMap<>(TaskState.class);
    int late = 0;
    int ran = 0;
    for (long seed = 0; seed < 800; seed++) {
      int retries = (int) (seed % 3);
      boolean reboots = seed % 7 == 0;
      Rules rules =
          new Rules(
              retries,
              TaskWorld.RULES.expiry(),
              reboots,
              false,
              TaskWorld.RULES.offerWait(),
              TaskWorld.RULES.acceptedWait(),
              TaskWorld.RULES.grace(),
              TaskWorld.RULES.cancelWait());
      TaskWorld world = new TaskWorld(seed, rules);
      rough(world);
      calm(world);
      assertThat(world.task.state.isFinal()).as("seed %d: %s", seed, world.task.state).isTrue();
      assertThat(world.problems()).as("seed %d", seed).isEmpty();
      assertThat(world.lastHello).as("seed %d: the agent may forget it", seed).isEmpty();
      ends.merge(world.task.state, 1, Integer::sum);
      late += world.task.late == null ? 0 : 1;
      ran += world.begun.isEmpty() ? 0 : 1;
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
          if (world.random.nextInt(8) == 0) {
            world.cancel();
          }
        }
        case 5, 6, 7 -> world.work();
        case 8 -> world.pass(Duration.ofSeconds(world.random.nextInt(100)));
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
    for (int step = 0; step < 700; step++) {
      if (!world.deliver()) {
        world.work();
        world.pass(Duration.ofSeconds(4));
      }
    }
    // The last hello says what the agent still holds.
    world.lose();
    for (int step = 0; step < 200; step++) {
      if (!world.deliver()) {
        world.pass(Duration.ofSeconds(4));
      }
    }
  }
}
