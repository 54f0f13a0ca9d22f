package dev.ingot.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a simulated machine does when its power is switched. */
class SimulatedAgentTest {
  @Test
  void oneThatIsSwitchedOffDialsNobodyUntilItIsSwitchedOnAndThenInAnotherBoot() {
    SimulatedMachine machine = new SimulatedMachine(8, 1);
    FleetProgress progress = new FleetProgress();
    SplittableRandom random = new SplittableRandom(8);
    AtomicInteger boots = new AtomicInteger();
    AtomicInteger dials = new AtomicInteger();
    AtomicLong clock = new AtomicLong();
    try (Beginnings beginnings = new Beginnings(null, progress)) {
      SimulatedAgent agent =
          new SimulatedAgent(
              () -> {
                boots.incrementAndGet();
                return Fleet.boot(
                    machine,
                    machine.sections(Behaviour.STEADY),
                    InstantSource.system(),
                    "voucher",
                    random);
              },
              new SimulatedTasks(
                  machine.hostname(), Behaviour.STEADY, random, progress, beginnings),
              Behaviour.STEADY,
              random,
              listener -> dials.incrementAndGet(),
              clock::get,
              progress);
      agent.tick(clock.get());
      assertThat(dials).hasValue(1);
      agent.power(false);
      assertThat(agent.isOn()).isFalse();
      for (int i = 0; i < 1000; i++) {
        agent.tick(clock.addAndGet(10_000));
      }
      assertThat(dials).hasValue(1);
      assertThat(boots).hasValue(1);
      agent.power(true);
      agent.power(true);
      assertThat(agent.isOn()).isTrue();
      agent.tick(clock.incrementAndGet());
      agent.tick(clock.incrementAndGet());
      assertThat(boots).hasValue(2);
      assertThat(dials).hasValue(2);
    }
  }
}
