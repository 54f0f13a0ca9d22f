package dev.ingot.server.workflow.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.workflow.definition.Outcome;
import dev.ingot.server.workflow.definition.Workflow;
import dev.ingot.server.workflow.machine.RunWorld.Faults;
import dev.ingot.server.workflow.machine.RunWorld.Mistake;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random graphs in a world in which everything goes wrong: crashes before and after every commit,
 * wake-ups that are lost or come twice, leases that run out, a clock that jumps. Each run must end
 * as a plain interpreter says that it does.
 */
class RunSimulationTest {
  private static final Duration ENOUGH = Duration.ofHours(6);

  private static ReferenceInterpreter.Script script(long seed) {
    return (step, attempt) -> {
      int dice = new Random(seed * 31 + step * 1009L + attempt * 97L).nextInt(100);
      return dice < 62 ? Outcome.SUCCEEDED : dice < 88 ? Outcome.FAILED : Outcome.TIMED_OUT;
    };
  }

  private static String run(long seed, Faults faults, Mistake mistake) {
    Random random = new Random(seed);
    Workflow workflow = RandomWorkflow.of(random);
    ReferenceInterpreter.Script script = script(seed);
    RunWorld world = new RunWorld(workflow, script, random, faults, mistake);
    boolean pausing = seed % 5 == 0;
    if (pausing) {
      for (int i = 0; i < random.nextInt(60); i++) {
        world.step();
      }
      world.ask(new Input.Pause());
      // Until it is heard: a pause that comes after the resume would stay.
      for (int i = 0; i < 40 || (world.isAsked() && !world.run().status().isFinal()); i++) {
        world.step();
      }
      // A pause that was refused because the run had ended needs no end.
      while (world.run().status() == RunStatus.PAUSED) {
        world.ask(new Input.Resume());
        world.step();
      }
    }
    boolean ended = world.finish(ENOUGH);
    if (!world.violations.isEmpty()) {
      return world.violations.getFirst();
    }
    if (!ended) {
      return "has not ended: " + world.run();
    }
    ReferenceInterpreter reference = new ReferenceInterpreter(workflow, script);
    if (reference.run() != world.run().status()) {
      return "ends " + world.run().status() + " instead of " + reference.run();
    }
    for (int i = 0; i < workflow.steps().size(); i++) {
      StepStatus wanted = reference.steps().get(workflow.steps().get(i).name());
      StepStatus is = world.run().steps().get(i).status();
      if (wanted != is) {
        return workflow.steps().get(i).name() + " ends " + is + " instead of " + wanted;
      }
    }
    return "";
  }

  private static void runs(int first, int count) {
    for (int seed = first; seed < first + count; seed++) {
      assertThat(run(seed, Faults.MANY, Mistake.NONE)).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void everyRunEndsAsAPlainInterpreterSays() {
    runs(1, 300);
  }

  @Test
  @Tag("long")
  void tenThousandRunsEndAsAPlainInterpreterSays() {
    runs(1_000, 10_000);
  }

  @Test
  void aWorldWithoutFaultsEndsTheSame() {
    for (int seed = 1; seed <= 50; seed++) {
      assertThat(run(seed, Faults.NONE, Mistake.NONE)).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void mistakesWouldBeSeen() {
    for (Mistake mistake : Mistake.values()) {
      if (mistake != Mistake.NONE) {
        boolean seen = false;
        for (int seed = 1; seed <= 1_500 && !seen; seed++) {
          seen = !run(seed, Faults.MANY, mistake).isEmpty();
        }
        assertThat(seen).as("%s is seen", mistake).isTrue();
      }
    }
  }

  @Test
  void aCancelledRunEndsAndDoesNothingAfter() {
    for (int seed = 1; seed <= 100; seed++) {
      Random random = new Random(seed);
      Workflow workflow = RandomWorkflow.of(random);
      RunWorld world = new RunWorld(workflow, script(seed), random, Faults.MANY, Mistake.NONE);
      for (int i = 0; i < random.nextInt(40); i++) {
        world.step();
      }
      world.ask(new Input.Cancel("enough"));
      assertThat(world.finish(Duration.ofHours(1))).as("seed %d ends", seed).isTrue();
      assertThat(world.violations).as("seed %d", seed).isEmpty();
      assertThat(world.run().status()).isNotEqualTo(RunStatus.RUNNING);
      assertThat(world.run().steps()).allMatch(step -> step.status().isFinal());
      if (world.run().status() == RunStatus.CANCELLED) {
        assertThat(world.run().reason()).isEqualTo("enough");
      }
    }
  }
}
