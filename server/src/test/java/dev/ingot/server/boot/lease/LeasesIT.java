package dev.ingot.server.boot.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.ingot.core.MacAddress;
import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpAnswer;
import dev.ingot.netboot.dhcp.MessageType;
import dev.ingot.server.boot.lease.DhcpSettings.Mode;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.resources.address.DhcpAddresses;
import dev.ingot.server.store.TestStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What machines are answered about addresses, over a database; the messages are made by hand. */
class LeasesIT {
  private static final Ipv4 OWN = Asking.OWN;
  private static final Ipv4 TEN = Ipv4.parse("10.7.0.10");
  private static final MacAddress ONE = new MacAddress("02:00:00:00:00:01");
  private static final MacAddress TWO = new MacAddress("02:00:00:00:00:02");

  private static TestStore store;
  private final List<Leases> running = new ArrayList<>();

  @BeforeAll
  static void open() {
    store = TestStore.open();
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @AfterEach
  void stop() {
    running.forEach(Leases::close);
    store.jdbi().useHandle(handle -> handle.execute("TRUNCATE boot_lease, address_sighting"));
  }

  private Leases leases(Mode mode, Map<String, String> reservations, String... ranges) {
    DhcpSettings settings =
        new DhcpSettings(
            mode,
            List.of(ranges),
            reservations,
            Duration.ofMinutes(10),
            "10.7.0.254",
            List.of("10.7.0.53"),
            List.of(),
            "lab.example");
    Leases leases =
        new Leases(
            store.store().ingest(),
            new DhcpAddresses(),
            List.of(new Leases.Network("lab", settings, Ipv4.parse("10.7.0.0"), 24, OWN)),
            () -> System.nanoTime() / 1_000_000);
    running.add(leases);
    leases.start();
    return leases;
  }

  private static Ipv4 address(DhcpAnswer answer) {
    assertThat(answer).as(answer.toString()).isInstanceOf(DhcpAnswer.Grant.class);
    return ((DhcpAnswer.Grant) answer).lease().address();
  }

  private static Ipv4 take(Leases leases, MacAddress mac) {
    Ipv4 offered = address(Asking.discover(leases, mac));
    assertThat(address(Asking.select(leases, mac, offered))).isEqualTo(offered);
    return offered;
  }

  private static void refused(DhcpAnswer answer) {
    assertThat(answer).as(answer.toString()).isInstanceOf(DhcpAnswer.Refusal.class);
  }

  private static void silent(DhcpAnswer answer) {
    assertThat(answer).as(answer.toString()).isInstanceOf(DhcpAnswer.Silence.class);
  }

  private static void endLeases() {
    store
        .jdbi()
        .useHandle(
            handle -> handle.execute("UPDATE boot_lease SET until = now() - interval '1 second'"));
  }

  private static long rows(String where) {
    return store
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT count(*) FROM boot_lease WHERE " + where)
                    .mapTo(Long.class)
                    .one());
  }

  @Test
  void aLeaseIsListedWithTheNodeWhoseInventoryShowsItsMacUnlessThatIdentifiesAnother() {
    Leases leases = leases(Mode.RANGE, Map.of(), "10.7.0.10-10.7.0.11");
    take(leases, ONE);
    take(leases, TWO);
    TestNodes.make(store.jdbi(), 1, 3);
    store
        .jdbi()
        .useHandle(
            handle -> {
              for (MacAddress shown : List.of(ONE, TWO)) {
                handle.execute(
                    "INSERT INTO node_address (value, node, kind) VALUES (?, ?, 'mac')",
                    shown.value(),
                    TestNodes.id(1));
              }
              handle.execute(
                  "INSERT INTO node_identifier (value, node, kind, origin) VALUES (?, ?, 'mac',"
                      + " '')",
                  TWO.value(),
                  TestNodes.id(2));
              LeaseList.Filter all = new LeaseList.Filter(null, null, null);
              assertThat(LeaseList.after(handle, all, "0.0.0.0", 10))
                  .extracting(LeaseList.Lease::mac, LeaseList.Lease::node)
                  .containsExactlyInAnyOrder(
                      tuple(ONE.value(), TestNodes.id(1)), tuple(TWO.value(), TestNodes.id(2)));
            });
  }

  @Test
  void anAddressComesWithWhatBelongsToItAndIsKeptOverRetriesAndRestarts() {
    Leases leases = leases(Mode.RANGE, Map.of(), "10.7.0.10-10.7.0.99");
    Ipv4 address = take(leases, ONE);
    DhcpAnswer.Grant again =
        (DhcpAnswer.Grant) Asking.select(leases, ONE, address); // its ACK was lost
    assertThat(again.lease().routers()).containsExactly(Ipv4.parse("10.7.0.254"));
    assertThat(again.lease().nameServers()).containsExactly(Ipv4.parse("10.7.0.53"));
    assertThat(again.lease().domain()).isEqualTo("lab.example");
    assertThat(again.lease().seconds()).isEqualTo(600);
    assertThat(rows("until > now() + interval '9 minutes'")).isEqualTo(1);
    assertThat(address(Asking.discover(leases, ONE))).isEqualTo(address);

    Leases restarted = leases(Mode.RANGE, Map.of(), "10.7.0.10-10.7.0.99");
    assertThat(address(Asking.renew(restarted, ONE, address))).isEqualTo(address);
    assertThat(address(Asking.reboot(restarted, ONE, address))).isEqualTo(address);
    assertThat(address(Asking.discover(restarted, TWO))).isNotEqualTo(address);
    endLeases();
    assertThat(address(Asking.discover(restarted, ONE))).isEqualTo(address);
  }

  /**
   * Nothing commits as long as somebody has the table: so nobody has an acknowledgement, and what
   * comes meanwhile is one group.
   */
  @Test
  void noAcknowledgementLeavesBeforeTheCommitAndWordsAboutOneAddressKeepTheirOrder()
      throws Exception {
    Leases leases = leases(Mode.RANGE, Map.of(), "10.7.0.10-10.7.0.99");
    Ipv4 twelve = Ipv4.parse("10.7.0.12");
    CompletableFuture<DhcpAnswer> first;
    List<CompletableFuture<DhcpAnswer>> answers = new ArrayList<>();
    try (Handle other = store.jdbi().open()) {
      other.begin();
      other.execute("LOCK TABLE boot_lease IN EXCLUSIVE MODE");
      first = Asking.later(leases, ONE, MessageType.REQUEST, Ipv4.NONE, TEN, OWN);
      await()
          .until(
              () ->
                  other
                      .createQuery(
                          "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
                              + " WHERE d.datname = current_database() AND NOT granted"
                              + " AND relation = 'boot_lease'::regclass")
                      .mapTo(Long.class)
                      .one()
                      .equals(1L));
      for (int times = 0; times < 2; times++) { // the second is its own for being asked again
        answers.add(Asking.later(leases, TWO, MessageType.REQUEST, Ipv4.NONE, twelve, OWN));
      }
      answers.add(Asking.later(leases, TWO, MessageType.RELEASE, twelve, null, OWN));
      answers.add(Asking.later(leases, TWO, MessageType.REQUEST, Ipv4.NONE, twelve, OWN));
      assertThat(first).isNotDone();
      assertThat(answers).noneMatch(CompletableFuture::isDone);
      other.rollback();
    }
    assertThat(address(first.get(30, TimeUnit.SECONDS))).isEqualTo(TEN);
    for (int place : new int[] {0, 1, 3}) {
      assertThat(address(answers.get(place).get(30, TimeUnit.SECONDS))).isEqualTo(twelve);
    }
    silent(answers.get(2).get(30, TimeUnit.SECONDS));
    assertThat(rows("mac IS NOT NULL AND until > now()")).isEqualTo(2);
  }

  @Test
  void whoNamesAWrongAddressIsRefusedAndAStrangerHearsNothing() {
    Leases leases = leases(Mode.RANGE, Map.of(), "10.7.0.10-10.7.0.99");
    Ipv4 address = take(leases, ONE);
    Ipv4 elsewhere = Ipv4.parse("192.168.1.7");
    refused(Asking.reboot(leases, ONE, elsewhere)); // RFC 2131 section 4.3.2
    refused(Asking.renew(leases, ONE, elsewhere));
    refused(Asking.reboot(leases, ONE, Ipv4.parse("10.7.0.98")));
    refused(Asking.renew(leases, ONE, Ipv4.parse("10.7.0.98")));
    silent(Asking.reboot(leases, TWO, Ipv4.parse("10.7.0.98")));
    silent(Asking.renew(leases, TWO, address));
    refused(Asking.select(leases, TWO, address)); // it is leased
    refused(Asking.select(leases, TWO, Ipv4.parse("10.7.0.200"))); // in no range
    refused(Asking.select(leases, TWO, OWN));
    silent(Asking.say(leases, TWO, MessageType.REQUEST, Ipv4.NONE, null, OWN));
    silent(Asking.say(leases, TWO, MessageType.REQUEST, Ipv4.NONE, TEN, Ipv4.parse("10.7.0.2")));
    assertThat(rows("true")).isEqualTo(1);
  }

  @Test
  void anAddressThatIsGivenBackOrDeclinedOrHasEndedMoves() {
    Leases leases = leases(Mode.RANGE, Map.of(), "10.7.0.10-10.7.0.11");
    Ipv4 first = take(leases, ONE);
    Ipv4 second = take(leases, TWO);
    MacAddress third = new MacAddress("02:00:00:00:00:03");
    silent(Asking.discover(leases, third));
    silent(Asking.say(leases, TWO, MessageType.RELEASE, first, null, OWN)); // not its own
    silent(Asking.discover(leases, third));
    silent(Asking.say(leases, ONE, MessageType.RELEASE, first, null, OWN));
    assertThat(take(leases, third)).isEqualTo(first);
    refused(Asking.select(leases, ONE, first));

    silent(Asking.say(leases, TWO, MessageType.DECLINE, Ipv4.NONE, second, OWN));
    assertThat(rows("declined AND mac IS NULL AND until > now() + interval '50 minutes'"))
        .isEqualTo(1);
    silent(Asking.discover(leases, TWO));
    refused(Asking.select(leases, TWO, second));
    silent(Asking.say(leases, TWO, MessageType.DECLINE, Ipv4.NONE, first, OWN)); // never had it
    assertThat(address(Asking.renew(leases, third, first))).isEqualTo(first);
    endLeases();
    assertThat(address(Asking.select(leases, TWO, second))).isEqualTo(second);
    assertThat(rows("declined")).isZero();
  }

  @Test
  void onlyReservedAddressesAreGivenWhereNothingElseIs() {
    Leases leases = leases(Mode.RESERVATION, Map.of("02:00:00:00:00:01", "10.7.0.77"), "10.7.0.10");
    assertThat(take(leases, ONE)).isEqualTo(Ipv4.parse("10.7.0.77"));
    silent(Asking.discover(leases, TWO));
    refused(Asking.select(leases, TWO, TEN));
    silent(Asking.renew(leases, TWO, TEN));
    DhcpAnswer informed =
        Asking.say(leases, TWO, MessageType.INFORM, Ipv4.parse("10.7.0.5"), null, null);
    assertThat(address(informed)).isEqualTo(Ipv4.parse("10.7.0.5"));
    silent(Asking.say(leases, TWO, MessageType.INFORM, Ipv4.parse("10.8.0.5"), null, null));
  }

  @Test
  void settingsThatCannotBeAreRefusedAtTheStart() {
    for (String wrong : List.of("10.8.0.1-10.8.0.9", "10.7.0.250-10.7.1.5")) {
      assertThatThrownBy(() -> leases(Mode.RANGE, Map.of(), wrong))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("netboot.networks.lab.dhcp.ranges")
          .hasMessageContaining("is not within 10.7.0.0/24");
    }
    assertThatThrownBy(() -> leases(Mode.RANGE, Map.of(), "10.7.0.9-10.7.0.20", "10.7.0.15"))
        .hasMessageContaining("overlap");
    assertThatThrownBy(() -> leases(Mode.RANGE, Map.of("02:00:00:00:00:01", "10.9.0.1")))
        .hasMessageContaining("netboot.networks.lab.dhcp.reservations");
    assertThatThrownBy(() -> leases(Mode.RANGE, Map.of(), "10.7.0.9-10.7.0.1"))
        .hasMessageContaining("ends before it begins");
  }

  @Test
  void booksOfResourcesSayWhatIsReservedAndWhatIsFree() {
    store
        .jdbi()
        .useHandle(
            handle -> {
              handle.execute(
                  "INSERT INTO address_network (name, kind, prefix, gateway, dns, domain,"
                      + " created_by) VALUES ('r', 'address', '10.7.0.0/24', '10.7.0.250',"
                      + " '{10.7.0.251}', 'r.example', 't')");
              handle.execute(
                  "INSERT INTO address_pool (name, network, first, last, created_by)"
                      + " VALUES ('p', 'r', '10.7.0.30', '10.7.0.33', 't')");
              handle.execute(
                  "INSERT INTO address_exclusion (network, first, last)"
                      + " VALUES ('r', '10.7.0.31', '10.7.0.32')");
              handle.execute(
                  "INSERT INTO resource (kind, key, owner, fields, address, claimable) VALUES"
                      + " ('address', '10.7.0.40', 'me', '{\"mac\": \"02:00:00:00:00:01\","
                      + " \"hostname\": \"one\"}', '10.7.0.40', true), ('address', '10.7.0.33',"
                      + " 'somebody', '{}', '10.7.0.33', true)");
            });
    try {
      Leases leases = leases(Mode.RANGE, Map.of());
      DhcpAnswer.Grant one = (DhcpAnswer.Grant) Asking.discover(leases, ONE);
      assertThat(one.lease().address()).isEqualTo(Ipv4.parse("10.7.0.40"));
      assertThat(one.lease().hostName()).isEqualTo("one");
      assertThat(take(leases, TWO)).isEqualTo(Ipv4.parse("10.7.0.30"));
      silent(Asking.discover(leases, new MacAddress("02:00:00:00:00:03")));
      store
          .jdbi()
          .useHandle(
              handle -> {
                assertThat(
                        handle
                            .createQuery("SELECT mac FROM address_sighting WHERE until > now()")
                            .mapTo(String.class)
                            .list())
                    .containsExactly(TWO.value());
                // held by somebody a moment ago, before our books are looked at again
                handle.execute(
                    "INSERT INTO resource (kind, key, owner, fields, address, claimable) VALUES"
                        + " ('address', '10.7.0.30', 'other', '{}', '10.7.0.30', true)");
              });
      refused(Asking.select(leases, TWO, Ipv4.parse("10.7.0.30")));
      store
          .jdbi()
          .useHandle(handle -> handle.execute("DELETE FROM resource WHERE key = '10.7.0.30'"));
      silent(Asking.say(leases, TWO, MessageType.RELEASE, Ipv4.parse("10.7.0.30"), null, OWN));
      long inUse =
          store
              .jdbi()
              .withHandle(
                  handle ->
                      handle
                          .createQuery("SELECT count(*) FROM address_sighting WHERE until > now()")
                          .mapTo(Long.class)
                          .one());
      assertThat(inUse).isZero();
    } finally {
      store
          .jdbi()
          .useHandle(
              handle ->
                  handle.execute(
                      "DELETE FROM resource; DELETE FROM address_exclusion;"
                          + " DELETE FROM address_pool; DELETE FROM address_network"));
    }
  }
}
