package dev.ingot.server.boot.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.netboot.Ipv4;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeaseBookTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Ipv4 PREFIX = Ipv4.parse("10.0.0.0");
  private static final Ipv4 OWN = Ipv4.parse("10.0.0.1");

  private static Subnet subnet(Map<String, String> reservations, String... ranges) {
    DhcpSettings settings =
        new DhcpSettings(
            DhcpSettings.Mode.RANGE,
            List.of(ranges),
            reservations,
            Duration.ofHours(1),
            "10.0.0.2",
            List.of(),
            List.of(),
            null);
    return Subnet.of("lab", PREFIX, 24, OWN, settings, AddressSource.Book.EMPTY);
  }

  private static LeaseRow row(String mac, Ipv4 address, long remaining, int second) {
    return new LeaseRow(address, mac, remaining, BEGIN.plusSeconds(second));
  }

  @Test
  void everyMachineIsOfferedAnAddressOfItsOwnUntilNoneIsLeft() {
    // ours, the gateway's and the edges are no machine's
    LeaseBook book = new LeaseBook(subnet(Map.of(), "10.0.0.0-10.0.0.9", "10.0.0.250-10.0.0.255"));
    Set<Ipv4> offered = new HashSet<>();
    for (int machine = 0; machine < 12; machine++) {
      String mac = "02:00:00:00:00:%02x".formatted(machine);
      Ipv4 offer = book.offer(mac, null, 0);
      assertThat(offer).isNotNull();
      book.learn(row(mac, offer, 1000, 1), 0);
      offered.add(offer);
    }
    assertThat(offered)
        .hasSize(12)
        .doesNotContain(PREFIX, OWN, Ipv4.parse("10.0.0.2"), Ipv4.parse("10.0.0.255"));
    assertThat(book.offer("02:00:00:00:01:00", null, 999)).isNull();
    assertThat(book.offer("02:00:00:00:01:00", null, 1000)).isNotNull();
  }

  @Test
  void offersToMachinesThatNeverCameBackGiveWay() {
    LeaseBook book = new LeaseBook(subnet(Map.of(), "10.0.0.10-10.0.0.13"));
    Set<Ipv4> offered = new HashSet<>();
    for (int flood = 0; flood < 100; flood++) {
      offered.add(book.offer("02:00:00:00:02:%02x".formatted(flood), null, 0));
    }
    assertThat(offered).hasSize(4).doesNotContainNull();
  }

  @Test
  void aMachineGetsWhatIsReservedForItThenWhatItHadThenWhatItAsksFor() {
    String reserved = "02:00:00:00:00:01";
    LeaseBook book = new LeaseBook(subnet(Map.of(reserved, "10.0.0.12"), "10.0.0.10-10.0.0.13"));
    Ipv4 twelve = Ipv4.parse("10.0.0.12");
    Ipv4 eleven = Ipv4.parse("10.0.0.11");
    assertThat(book.offer(reserved, eleven, 0)).isEqualTo(twelve);
    assertThat(book.offer("02:00:00:00:00:02", twelve, 0)).isNotEqualTo(twelve);
    book.learn(row("02:00:00:00:00:03", eleven, 0, 1), 0);
    assertThat(book.offer("02:00:00:00:00:03", Ipv4.parse("10.0.0.13"), 0)).isEqualTo(eleven);
    assertThat(book.offer("02:00:00:00:00:04", Ipv4.parse("10.0.0.10"), 100_000))
        .isEqualTo(Ipv4.parse("10.0.0.10"));
  }

  /** Against a model that is slow and plain: leases that hold are never offered to others. */
  @Test
  void nothingThatIsLeasedIsEverOfferedToAnother() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      LeaseBook book =
          new LeaseBook(subnet(Map.of(), "10.0.0.10-10.0.0.15", "10.0.0.20-10.0.0.22"));
      Map<Ipv4, LeaseRow> model = new HashMap<>();
      Map<Ipv4, Long> ends = new HashMap<>();
      long now = 0;
      for (int step = 0; step < 300; step++) {
        now += random.nextInt(2000);
        String mac = "02:00:00:00:00:%02x".formatted(random.nextInt(14));
        Ipv4 offer = book.offer(mac, null, now);
        long at = now;
        long held =
            ends.entrySet().stream()
                .filter(end -> end.getValue() > at && !mac.equals(model.get(end.getKey()).mac()))
                .count();
        assertThat(offer == null).as("seed %d step %d", seed, step).isEqualTo(held == 9);
        if (offer == null) {
          continue;
        }
        LeaseRow before = model.get(offer);
        if (before != null && ends.get(offer) > now) {
          assertThat(before.mac()).as("seed %d step %d", seed, step).isEqualTo(mac);
        }
        int what = random.nextInt(4);
        if (what < 3) { // takes it; its earlier one is free
          model.forEach(
              (address, row) -> {
                if (mac.equals(row.mac())) {
                  ends.put(address, at);
                }
              });
          long length = what == 0 ? 0 : random.nextInt(20_000);
          LeaseRow row = row(mac, offer, length, step);
          model.put(offer, row);
          ends.put(offer, now + length);
          book.learn(row, now);
        }
      }
    }
  }
}
