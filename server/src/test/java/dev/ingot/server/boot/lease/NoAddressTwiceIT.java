package dev.ingot.server.boot.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.MacAddress;
import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpAnswer;
import dev.ingot.netboot.dhcp.MessageType;
import dev.ingot.server.boot.lease.DhcpSettings.Mode;
import dev.ingot.server.resources.address.DhcpAddresses;
import dev.ingot.server.store.TestStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Leases against a plain model: two servers, many machines. */
class NoAddressTwiceIT {
  private static final Ipv4 OWN = Asking.OWN;
  private static final Ipv4 TEN = Ipv4.parse("10.7.0.10");

  private static Leases leases(TestStore store) {
    DhcpSettings settings =
        new DhcpSettings(
            Mode.RANGE,
            List.of("10.7.0.10-10.7.0.25"),
            Map.of("02:00:00:00:00:05", "10.7.0.15"),
            Duration.ofMinutes(10),
            null,
            List.of(),
            List.of(),
            null);
    Leases leases =
        new Leases(
            store.store().ingest(),
            new DhcpAddresses(),
            List.of(new Leases.Network("lab", settings, Ipv4.parse("10.7.0.0"), 24, OWN)),
            () -> System.nanoTime() / 1_000_000);
    leases.start();
    return leases;
  }

  /**
   * Two servers over one database, many machines at once, leases that end, messages that are lost,
   * repeated and false: whoever has an acknowledgement is alone with the address.
   */
  @Test
  void noAddressIsGivenTwice() throws Exception {
    try (TestStore store = TestStore.open()) {
      for (int seed = 0; seed < 4; seed++) {
        oneLife(store, seed);
      }
    }
  }

  private static void oneLife(TestStore store, int seed) throws Exception {
    int base = seed * 100;
    Leases[] servers = {leases(store), leases(store)};
    Map<Ipv4, MacAddress> holders = new ConcurrentHashMap<>();
    Set<String> doubled = ConcurrentHashMap.newKeySet();
    try (ExecutorService machines = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done = new ArrayList<>();
      for (int machine = 0; machine < 24; machine++) {
        MacAddress mac = new MacAddress("02:00:00:00:00:%02x".formatted(machine));
        Random random = new Random(base + machine);
        done.add(machines.submit(() -> live(servers, mac, random, holders, doubled)));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
    assertThat(doubled).as("seed %d", seed).isEmpty();
    // what the machines believe is what the table says
    Map<Ipv4, MacAddress> table = new ConcurrentHashMap<>();
    store
        .jdbi()
        .useHandle(
            handle ->
                LeaseTable.all(handle, "10.7.0.0/24")
                    .forEach(
                        row -> {
                          if (row.mac() != null && row.remainingMilliseconds() > 0) {
                            table.put(row.address(), new MacAddress(row.mac()));
                          }
                        }));
    assertThat(new HashSet<>(table.values())).hasSize(table.size());
    assertThat(table).containsAllEntriesOf(holders);
    for (Leases server : servers) {
      server.close();
    }
    store.jdbi().useHandle(handle -> handle.execute("TRUNCATE boot_lease"));
  }

  private static void live(
      Leases[] servers,
      MacAddress mac,
      Random random,
      Map<Ipv4, MacAddress> holders,
      Set<String> doubled) {
    Ipv4 mine = null;
    for (int step = 0; step < 25; step++) {
      Leases server = servers[random.nextInt(2)];
      switch (random.nextInt(mine == null ? 2 : 5)) {
        case 0, 1 -> { // begins anew, as after a reset; the answer may be lost
          DhcpAnswer offer = Asking.discover(server, mac);
          if (offer instanceof DhcpAnswer.Grant granted) {
            Ipv4 wanted = granted.lease().address();
            if (mine != null && !wanted.equals(mine)) {
              holders.remove(mine, mac);
              mine = null;
            }
            if (Asking.select(servers[random.nextInt(2)], mac, wanted)
                instanceof DhcpAnswer.Grant) {
              mine = wanted;
            } else if (mine != null) {
              doubled.add(mac + " was not given " + mine + " again");
            }
          }
        }
        case 2 -> {
          if (!(Asking.renew(server, mac, mine) instanceof DhcpAnswer.Grant)) {
            doubled.add(mac + " lost " + mine);
          }
        }
        case 3 -> {
          holders.remove(mine, mac);
          Asking.say(server, mac, MessageType.RELEASE, mine, null, OWN);
          mine = null;
        }
        default -> { // takes what nobody offered it
          holders.remove(mine, mac);
          Ipv4 any = new Ipv4(TEN.bits() + random.nextInt(16));
          mine = Asking.select(server, mac, any) instanceof DhcpAnswer.Grant ? any : null;
        }
      }
      if (mine != null) {
        MacAddress other = holders.putIfAbsent(mine, mac);
        if (other != null && !other.equals(mac)) {
          doubled.add(mine + " has " + mac + " and " + other);
        }
      }
    }
  }
}
