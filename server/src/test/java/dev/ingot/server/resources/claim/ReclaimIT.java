package dev.ingot.server.resources.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.server.access.AuditTable;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.inventory.InventorySettings;
import dev.ingot.server.nodes.TestNodes;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.Resources;
import dev.ingot.server.resources.ResourcesSettings;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.stock.Resource;
import dev.ingot.server.resources.stock.ResourceTable;
import dev.ingot.server.resources.stock.Stock;
import dev.ingot.server.store.TestStore;
import dev.ingot.server.store.WakeUps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What must run before a released resource is free again. */
final class ReclaimIT {
  private static final Principal TONY = new Principal("tony", Role.OPERATOR);
  private static final List<ReclaimHook.Reclaiming> BEGUN =
      Collections.synchronizedList(new ArrayList<>());

  private static TestStore store;
  private static WakeUps wakeUps;
  private static Resources resources;
  private static Jdbi jdbi;

  @BeforeAll
  static void start() {
    store = TestStore.open();
    jdbi = store.jdbi();
    wakeUps = WakeUps.start(store.store());
    OutboxTable outbox = new OutboxTable(() -> {});
    Inventory inventory = new Inventory(store.store(), outbox, InventorySettings.DEFAULT);
    resources =
        new Resources(
            store.store(),
            wakeUps,
            inventory.queries(),
            TestNodes.over(store).nodes.visible(),
            outbox,
            new AuditTable(),
            ResourcesSettings.DEFAULT,
            new Random(7));
    resources
        .claims()
        .reclaimWith(
            new ReclaimHook() {
              @Override
              public boolean knows(String reclaim) {
                return reclaim.equals("erase");
              }

              @Override
              public void begin(Handle handle, Reclaiming what) {
                if (what.key().equals("cannot-begin")) {
                  throw Problem.conflict("no workflow can begin on " + what.key());
                }
                BEGUN.add(what);
              }
            });
    resources.start();
    jdbi.useTransaction(
        handle -> {
          Kind kind =
              resources
                  .kinds()
                  .parse(
                      "disks",
                      Json.read("{\"key\":\"serial\",\"release\":{\"reclaim\":\"erase\"}}"));
          resources.kinds().put(handle, TONY, kind, _ -> {});
        });
  }

  @AfterAll
  static void stop() {
    resources.close();
    wakeUps.close();
    store.close();
  }

  private static Kind kind(Handle handle) {
    return resources.kinds().require(handle, "disks");
  }

  private static void make(String... serials) {
    jdbi.useTransaction(
        handle -> {
          for (String serial : serials) {
            ObjectNode document = Json.MAPPER.createObjectNode().put("serial", serial);
            List<Resource> made =
                resources
                    .stock()
                    .create(
                        handle,
                        TONY,
                        kind(handle),
                        List.of(new Stock.Wanted(document, null, null, null)),
                        false);
            assertThat(made).hasSize(1);
          }
        });
  }

  private static Claim claim(String request) {
    Kind kind = jdbi.withHandle(ReclaimIT::kind);
    ClaimRequest read = Json.MAPPER.treeToValue(Json.read(request), ClaimRequest.class);
    ClaimDesk desk = resources.claims().desk();
    return desk.claims().create(jdbi, desk.group(), TONY, kind, read, null).claim();
  }

  private static Claim release(Claim claim, boolean now) {
    return resources
        .claims()
        .desk()
        .group()
        .ask(new Admission.Releasing(TONY, Long.parseLong(claim.id()), _ -> {}, now, "done"))
        .claim();
  }

  private static Claim now(Claim claim) {
    return jdbi.withHandle(handle -> ClaimTable.require(handle, Long.parseLong(claim.id())));
  }

  private static Resource resource(String serial) {
    return jdbi.withHandle(handle -> ResourceTable.require(handle, kind(handle), serial));
  }

  private static void reclaimed(String serial, String failure) {
    String id = resource(serial).id();
    jdbi.useTransaction(
        handle -> resources.claims().desk().reclaimed(handle, TONY, "disks", id, failure));
  }

  @Test
  void aReleasedResourceIsFreeOnceWhatReclaimsItHasRun() {
    make("a", "b");
    Claim held = claim("{\"owner\":\"ann\",\"keys\":[\"a\",\"b\"]}");
    Claim released = release(held, false);
    assertThat(released.state()).isEqualTo("reclaiming");
    assertThat(released.detail()).isEqualTo("released by tony; erase runs");
    assertThat(BEGUN)
        .filteredOn(each -> each.claim().equals(held.id()))
        .extracting(ReclaimHook.Reclaiming::key, ReclaimHook.Reclaiming::reclaim)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a", "erase"),
            org.assertj.core.groups.Tuple.tuple("b", "erase"));
    assertThat(resource("a").isFree()).isFalse();
    assertThatThrownBy(() -> claim("{\"owner\":\"bob\",\"keys\":[\"a\"]}"))
        .hasMessageContaining("is held");
    assertThatThrownBy(() -> release(held, false)).hasMessageContaining("being reclaimed already");

    reclaimed("a", null);
    assertThat(resource("a").isFree()).isTrue();
    assertThat(now(held).resources()).containsExactly("b");
    reclaimed("b", "disk 2 does not answer");
    assertThat(resource("b").isFree()).isFalse();
    assertThat(now(held).detail()).isEqualTo("b: erase failed: disk 2 does not answer");
    assertThat(release(now(held), true).state()).isEqualTo("released");
    assertThat(resource("b").isFree()).isTrue();
    reclaimed("b", null); // late: nothing changes any more
    assertThat(resource("b").isFree()).isTrue();
  }

  @Test
  void whatIsReclaimedGoesToWhoWaits() {
    make("w");
    Claim held = claim("{\"owner\":\"ann\",\"keys\":[\"w\"]}");
    Claim waits = claim("{\"owner\":\"bob\",\"keys\":[\"w\"],\"waitFor\":\"1h\"}");
    assertThat(waits.state()).isEqualTo("waiting");
    assertThat(release(held, false).state()).isEqualTo("reclaiming");
    assertThat(now(waits).state()).isEqualTo("waiting");
    reclaimed("w", null);
    assertThat(now(held).state()).isEqualTo("released");
    assertThat(now(waits).state()).isEqualTo("held");
  }

  @Test
  void anEndThatComesByItselfReclaimsToo() {
    make("e");
    Claim held = claim("{\"owner\":\"ann\",\"keys\":[\"e\"],\"length\":\"1s\"}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> now(held).state().equals("reclaiming"));
    reclaimed("e", null);
    assertThat(resource("e").isFree()).isTrue();
  }

  @Test
  void whatCannotBeginLeavesEverythingAsItWas() {
    make("cannot-begin");
    Claim held = claim("{\"owner\":\"ann\",\"keys\":[\"cannot-begin\"]}");
    assertThatThrownBy(() -> release(held, false)).hasMessageContaining("no workflow can begin");
    assertThat(now(held)).isEqualTo(held);
    assertThat(resource("cannot-begin").isHeld()).isTrue();
  }
}
