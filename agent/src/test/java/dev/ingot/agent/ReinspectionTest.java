package dev.ingot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.agent.inspect.InspectionReport;
import dev.ingot.agent.link.LinkAction;
import dev.ingot.core.IdentityFacts;
import dev.ingot.core.Json;
import dev.ingot.core.MercuryId;
import dev.ingot.protocol.FieldClass;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Section;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

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
            Duration.ofDays(1),
            new Random(1),
            first,
            (_, _, facts) -> found.add(facts),
            _ -> {})) {
      reinspection.start();
      reinspection.ask(new LinkAction.Inspect(1, List.of()));
      assertThat(found.poll(20, TimeUnit.SECONDS)).isEqualTo(KNOWN);
    }
  }

  @Test
  void readingsAreToldToWhoAsksAndElseOnceInAWhile() throws InterruptedException {
    Map<Integer, Boolean> told = new ConcurrentHashMap<>();
    AtomicInteger inspected = new AtomicInteger();
    Reinspection.Inspector inspector =
        sections ->
            report(
                sections.contains("mem") ? List.of(free(inspected.incrementAndGet())) : List.of());
    Reinspection.Listener listener =
        (sections, fresh, _) ->
            told.put(
                sections.getFirst().content().path("free").asInt(),
                told.getOrDefault(sections.getFirst().content().path("free").asInt(), false)
                    || fresh.equals(Set.of("mem")));
    try (Reinspection reinspection =
        new Reinspection(
            inspector,
            Duration.ofMillis(20),
            Duration.ofMillis(60),
            new Random(1),
            report(List.of(free(0))),
            listener,
            _ -> {})) {
      reinspection.start();
      await().until(() -> told.containsKey(8));
      assertThat(told)
          .containsEntry(1, false)
          .containsEntry(2, false)
          .containsEntry(3, true)
          .containsEntry(4, false)
          .containsEntry(6, true);
    }
    try (Reinspection reinspection =
        new Reinspection(
            inspector,
            Duration.ofDays(1),
            Duration.ofDays(1),
            new Random(1),
            report(List.of(free(0))),
            listener,
            _ -> {})) {
      reinspection.start();
      reinspection.refresh(List.of("mem"));
      assertThat(told.get(inspected.get())).isTrue();
    }
  }

  /** Not asked, and so not forgotten either, whatever was in between. */
  @Test
  void aDiskThatSleepsSaysWhatItSaidWhenItWasAwakeButNoReadings() throws InterruptedException {
    List<Section> seen = new CopyOnWriteArrayList<>();
    Iterator<Section> inspections =
        List.of(
                smart(
                    "[{'device':'/dev/sda','power_mode':'standby'},{'device':'/dev/sdb','power_mode':'standby'}]"),
                new Section("smart", null, "no answer within 60000 ms", SMART),
                smart("[{'device':'/dev/sda','power_mode':'standby'}]"),
                smart("[{'device':'/dev/sda','serial':'S2','celsius':30,'hours':1}]"))
            .iterator();
    try (Reinspection reinspection =
        new Reinspection(
            sections ->
                report(
                    sections.contains("smart") && inspections.hasNext()
                        ? List.of(inspections.next())
                        : List.of()),
            Duration.ofDays(1),
            Duration.ofDays(1),
            new Random(1),
            report(List.of(smart("[{'device':'/dev/sda','serial':'S1','celsius':31,'hours':9}]"))),
            (sections, _, _) -> seen.add(sections.getLast()),
            _ -> {})) {
      reinspection.start();
      for (int i = 0; i < 3; i++) {
        reinspection.refresh(List.of("smart"));
      }
    }
    assertThat(seen.stream().map(Section::content).filter(Objects::nonNull).distinct())
        .containsSubsequence(
            content(
                "[{'device':'/dev/sda','serial':'S1','hours':9,'power_mode':'standby'},{'device':'/dev/sdb','power_mode':'standby'}]"),
            content("[{'device':'/dev/sda','serial':'S1','hours':9,'power_mode':'standby'}]"),
            content("[{'device':'/dev/sda','serial':'S2','celsius':30,'hours':1}]"));
  }

  private static final FieldClasses SMART =
      new FieldClasses(
          Map.of(
              "celsius", FieldClass.READING,
              "power_mode", FieldClass.READING,
              "hours", FieldClass.COUNTER));

  private static Section smart(String json) {
    return new Section("smart", content(json), null, SMART);
  }

  private static JsonNode content(String json) {
    return Json.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static InspectionReport report(List<Section> sections) {
    return new InspectionReport(sections, KNOWN, MercuryId.derive(KNOWN), null, Map.of());
  }

  private static Section free(int bytes) {
    return new Section(
        "mem",
        Json.MAPPER.createObjectNode().put("free", bytes),
        null,
        new FieldClasses(Map.of("free", FieldClass.READING)));
  }
}
