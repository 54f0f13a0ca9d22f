package dev.ingot.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.netboot.syslog.SyslogMessage;
import dev.ingot.netboot.syslog.SyslogParser;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Severity;
import dev.ingot.server.store.TestStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SyslogEventsIT {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private static SyslogMessage line(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return SyslogParser.parse(bytes, 0, bytes.length, NOON);
  }

  @Test
  void linesThatARuleLooksForAreEventsOncePerMachineAndTime() {
    List<NewEvent> written = new ArrayList<>();
    Map<String, SyslogRule> rules =
        Map.of(
            "disk",
            new SyslogRule("(?<disk>sd[a-z]): I/O error", "kernel", null, Duration.ofMinutes(5)));
    try (TestStore store = TestStore.open()) {
      SyslogEvents events =
          new SyslogEvents(rules, store.jdbi(), (handle, event) -> written.add(event));
      SyslogMessage error = line("<3>Jan  1 12:00:00 host kernel: sda: I/O error, sector 7");
      for (int second = 0; second < 400; second++) {
        Instant at = NOON.plusSeconds(second);
        events.heed(error, "10.0.0.1", "node-1", at);
        events.heed(line("<3>Jan  1 12:00:00 host app: sda: I/O error"), "10.0.0.1", null, at);
        events.heed(line("<3>Jan  1 12:00:00 host kernel: all is well"), "10.0.0.1", null, at);
      }
      events.heed(error, "10.0.0.2", null, NOON);
      assertThat(written).isEmpty();
      events.flush();
    }
    assertThat(written).extracting(NewEvent::nodeId).containsExactly("node-1", "node-1", null);
    assertThat(written).extracting(NewEvent::severity).containsOnly(Severity.WARNING);
    assertThat(written.getFirst().data().path("groups").path("disk").asString()).isEqualTo("sda");
    assertThat(written.get(1).data().path("more").asLong()).isEqualTo(299);
  }

  @Test
  void aPatternThatGoesBackAndForthHoldsNothingUp() {
    List<NewEvent> written = new ArrayList<>();
    Map<String, SyslogRule> rules =
        Map.of("evil", new SyslogRule("(a+)+(b|c)*\\1$", null, null, null));
    try (TestStore store = TestStore.open()) {
      SyslogEvents events =
          new SyslogEvents(rules, store.jdbi(), (handle, event) -> written.add(event));
      SyslogMessage hostile = line("<3>x: " + "a".repeat(4000) + "!");
      for (int count = 0; count < 20_000; count++) { // without a bound the first never ends
        events.heed(hostile, "10.0.0.1", null, NOON);
      }
      events.heed(line("<3>x: aa"), "10.0.0.1", null, NOON.plus(Duration.ofMinutes(11)));
      events.flush();
    }
    assertThat(written).hasSize(1);
    assertThatThrownBy(() -> new SyslogRule("(", null, null, null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
