package dev.ingot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.agent.inspect.InspectionReport;
import dev.ingot.agent.link.LinkAction;
import dev.ingot.core.IdentityFacts;
import dev.ingot.core.MercuryId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReinspectionTest {
  private static final IdentityFacts KNOWN =
      new IdentityFacts(
          "37313930-3631-5443-3531-4E5239393532", null, null, null, null, null, List.of(), null);
  private static final IdentityFacts NOTHING =
      new IdentityFacts(null, null, null, null, null, null, List.of(), null);

  @Test
  void anInspectionThatCannotSayWhoItIsLeavesTheMachineWhoItWas() throws InterruptedException {
    LinkedBlockingQueue<IdentityFacts> found = new LinkedBlockingQueue<>();
    InspectionReport first =
        new InspectionReport(List.of(), KNOWN, MercuryId.derive(KNOWN), null, Map.of());
    InspectionReport unsure =
        new InspectionReport(List.of(), NOTHING, null, "not read in time", Map.of());
    try (Reinspection reinspection =
        new Reinspection(
            _ -> unsure,
            Duration.ofDays(1),
            new Random(1),
            first,
            (_, facts) -> found.add(facts),
            _ -> {})) {
      reinspection.start();
      reinspection.ask(new LinkAction.Inspect(1, List.of()));
      assertThat(found.poll(20, TimeUnit.SECONDS)).isEqualTo(KNOWN);
    }
  }
}
