package dev.ingot.server.nodes.identity;

import static dev.ingot.server.nodes.TestNodes.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.MercuryId;
import dev.ingot.server.nodes.Admission;
import dev.ingot.server.nodes.Admission.Admitted;
import dev.ingot.server.nodes.Admission.Refused;
import dev.ingot.server.nodes.Machine;
import dev.ingot.server.nodes.NodeReader;
import dev.ingot.server.nodes.TestNodes;
import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdentityHistoriesIT {
  private static TestNodes test;
  private static final Random RANDOM = new Random(2);
  private Machine machine;
  private String id;
  private Admitted session;

  @BeforeAll
  static void open() {
    test = TestNodes.open();
  }

  @AfterAll
  static void close() {
    test.close();
  }

  @BeforeEach
  void oneMachineIsKnown() {
    machine = new Machine(RANDOM).with(test.token());
    session = test.admitted(machine);
    id = session.nodeId();
    machine.voucher = null;
    test.happened();
  }

  @Test
  void aSwappedBoardKeepsTheIdAndAddsAnAlias() {
    machine.uuid = machine.newUuid();
    machine.boardSerial = "BNEW";
    machine.macs = List.of(machine.newMac(), machine.macs.get(1));
    assertThat(test.admitted(machine.boot()).nodeId()).isEqualTo(id);
    assertThat(test.happened()).contains("alias-added");
    String computed = MercuryId.of(machine.facts()).value();
    assertThat(test.node(id).aliases()).containsExactly(computed);
    String resolved = test.jdbi().withHandle(h -> NodeReader.resolve(h, computed.substring(0, 16)));
    assertThat(resolved).isEqualTo(id);
    assertThat(test.admitted(machine.boot()).nodeId()).isEqualTo(id);
    assertThat(test.happened()).doesNotContain("alias-added");
  }

  @Test
  void dmiThatBecomesReadableIsTheSameMachine() {
    Machine late = new Machine(RANDOM).with(test.token());
    late.root = false;
    String pinned = test.admitted(late).nodeId();
    assertThat(pinned).startsWith("0f");
    late.root = true;
    assertThat(test.admitted(late).nodeId()).isEqualTo(pinned);
    assertThat(test.node(pinned).aliases()).hasSize(1).first().asString().startsWith("01");
    late.root = false;
    assertThat(test.admitted(late.boot()).nodeId()).isEqualTo(pinned);
  }

  @Test
  void aNicThatMovedIsNamedAndMovesNoMachine() {
    Machine other = new Machine(RANDOM).with(test.token());
    test.lose(session);
    other.macs = List.of(other.macs.getFirst(), machine.macs.getLast());
    String otherId = test.admitted(other).nodeId();
    assertThat(otherId).isNotEqualTo(id);
    machine.macs = List.of(machine.macs.getFirst());
    assertThat(test.admitted(machine.boot()).nodeId()).isEqualTo(id);
    // Later still, its last NIC too, between nodes that are known.
    test.lose(test.admitted(machine));
    test.happened();
    other.macs = List.of(other.macs.getFirst(), machine.macs.getFirst());
    assertThat(test.admitted(other.boot()).nodeId()).isEqualTo(otherId);
    assertThat(test.happened()).contains("identifier-moved");
    machine.macs = List.of(machine.newMac());
    assertThat(test.admitted(machine.boot()).nodeId()).isEqualTo(id);
  }

  @Test
  void aVendorsDuplicateUuidOnTwoLiveMachinesIsAConflictThatASplitEnds() {
    Machine twin = new Machine(RANDOM).with(test.token());
    twin.uuid = machine.uuid;
    test.refused(twin, "conflict");
    assertThat(test.happened()).containsExactly("conflict");
    test.refused(twin, "conflict");
    assertThat(test.happened()).as("told once").isEmpty();
    assertThat(test.node(id).online()).isTrue();
    assertThat(test.admitted(machine).nodeId()).as("the first stays").isEqualTo(id);
    List<Conflicts.Conflict> open =
        test.jdbi().withHandle(h -> Conflicts.list(h, true, 0, 100)).stream()
            .filter(conflict -> conflict.nodeId().equals(id))
            .toList();
    assertThat(open).hasSize(1);
    assertThat(open.getFirst().claimant().toString()).contains(twin.address, twin.systemSerial);
    assertThat(open.getFirst().holder().toString()).contains(machine.address);

    test.jdbi()
        .useTransaction(
            h -> test.nodes.operations().identities().splitConflict(h, OPERATOR, id, null));
    String twinId = test.admitted(twin).nodeId();
    assertThat(twinId).isNotEqualTo(id);
    assertThat(test.admitted(machine.boot()).nodeId()).isEqualTo(id);
    assertThat(test.admitted(twin.boot()).nodeId()).isEqualTo(twinId);
  }

  @Test
  void twoCopiesOfOneDiskInMachinesOfOneUuidAreFoundWhenTheFirstComesBack() {
    Machine copy = new Machine(RANDOM).diskOf(machine);
    copy.uuid = machine.uuid;
    copy.systemSerial = machine.systemSerial;
    copy.boardSerial = machine.boardSerial;
    test.admitted(copy);
    test.happened();
    Refused refused = test.refused(machine, "conflict");
    assertThat(refused.detail()).contains(id);
    assertThat(test.happened()).containsExactly("conflict");
    assertThat(test.admitted(copy).nodeId()).isEqualTo(id);
  }

  @Test
  void aStrangerIsAConflictOnlyWhenItComesAgainWhileTheOtherAnswers() {
    machine.newDisk();
    String first = machine.bootId;
    machine.boot().with(test.ticket(machine, null));
    test.refused(machine, "occupied");
    assertThat(test.happened()).isEmpty();
    test.pass(Duration.ofSeconds(40));
    assertThat(first).isNotEqualTo(machine.bootId);
    test.nodes
        .presence()
        .seen(List.of(new dev.ingot.server.nodes.Presence.Session(id, session.epoch())));
    machine.with(test.ticket(machine, null));
    test.refused(machine, "conflict");
    assertThat(test.happened()).containsExactly("conflict");
  }

  @Test
  void aSecondMachineOfOneIdIsNamedWhateverItShows() {
    Machine twin = new Machine(RANDOM).with(test.token());
    twin.uuid = machine.uuid;
    twin.systemSerial = null;
    twin.boardSerial = null;
    test.refused(twin, "occupied");
    test.pass(Duration.ofSeconds(40));
    test.nodes
        .presence()
        .seen(List.of(new dev.ingot.server.nodes.Presence.Session(id, session.epoch())));
    test.refused(twin, "conflict");
    assertThat(test.happened()).containsExactly("conflict");
    Conflicts.Conflict both =
        test.jdbi().withHandle(h -> Conflicts.list(h, true, 0, 1000)).stream()
            .filter(conflict -> conflict.nodeId().equals(id))
            .findFirst()
            .orElseThrow();
    assertThat(both.holder().path("bootId").asString()).isEqualTo(machine.bootId);
    assertThat(both.claimant().path("bootId").asString()).isEqualTo(twin.bootId);
  }

  @Test
  void aRebootIntoAnotherSystemWaitsForTheOldSessionAndIsNoConflict() {
    machine.newDisk().boot().with(test.ticket(machine, null));
    test.refused(machine, "occupied");
    test.lose(session);
    test.pass(Duration.ofSeconds(40));
    machine.with(test.ticket(machine, null));
    assertThat(test.admitted(machine).nodeId()).isEqualTo(id);
    assertThat(test.happened()).doesNotContain("conflict");
    List<Conflicts.Conflict> all = test.jdbi().withHandle(h -> Conflicts.list(h, false, 0, 1000));
    assertThat(all).noneMatch(conflict -> conflict.nodeId().equals(id));
  }

  @Test
  void aDiskInAnotherMachineIsRefusedAndCostsTheOldNodeNothing() {
    test.lose(session);
    Machine other = new Machine(RANDOM).diskOf(machine);
    test.refused(other, "hardware-changed");
    Machine known = new Machine(RANDOM).with(test.token());
    test.admitted(known);
    known.diskOf(machine);
    test.refused(known.boot(), "key-of-another-node");
    assertThat(test.admitted(machine.boot()).nodeId()).isEqualTo(id);
  }

  @Test
  void readmitTakesAMachineWhoseEveryPartIsNew() {
    test.lose(session);
    Machine rebuilt = new Machine(RANDOM).diskOf(machine);
    test.refused(rebuilt, "hardware-changed");
    test.jdbi().useTransaction(h -> test.nodes.operations().standings().readmit(h, OPERATOR, id));
    assertThat(test.admitted(rebuilt).nodeId()).isEqualTo(id);
    assertThat(test.admitted(rebuilt.boot()).nodeId()).isEqualTo(id);
  }

  @Test
  void mergeMakesOneNodeOfTwoAndSplitTwoAgain() {
    Machine other = new Machine(RANDOM).with(test.token());
    Admitted second = test.admitted(other);
    var identities = test.nodes.operations().identities();
    assertThatThrownBy(
            () ->
                test.jdbi().useTransaction(h -> identities.merge(h, OPERATOR, second.nodeId(), id)))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("two machines");
    test.lose(second);
    test.jdbi().useTransaction(h -> identities.merge(h, OPERATOR, second.nodeId(), id));
    assertThat(test.node(second.nodeId()).id()).isEqualTo(id);
    assertThat(test.node(id).aliases()).contains(second.nodeId());

    for (String none : List.of("", "no", id)) {
      assertThatThrownBy(
              () -> test.jdbi().useTransaction(h -> identities.splitAlias(h, OPERATOR, id, none)))
          .hasMessageContaining(second.nodeId());
    }
    String shown = second.nodeId().substring(0, 12); // as tables show it
    test.jdbi().useTransaction(h -> identities.splitAlias(h, OPERATOR, id, shown));
    assertThat(test.node(second.nodeId()).id()).isEqualTo(second.nodeId());
    assertThat(test.admitted(other.boot()).nodeId()).isEqualTo(second.nodeId());
    assertThat(test.admitted(machine.boot()).nodeId()).isEqualTo(id);
  }

  /**
   * Machines live through swaps; each is found under the id that it was first given, or turned away
   * by a named reason, and no machine ever gets another one's id.
   */
  @Test
  void noHistoryGivesAMachineAnotherOnesId() {
    for (int seed = 1001; seed <= 1025; seed++) {
      Random random = new Random(seed);
      List<Machine> machines = new ArrayList<>();
      Map<Machine, String> ids = new HashMap<>();
      Map<Machine, Admitted> sessions = new HashMap<>();
      for (int i = 0; i < 4; i++) {
        Machine one = new Machine(random).with(test.token());
        machines.add(one);
        sessions.put(one, test.admitted(one));
        ids.put(one, sessions.get(one).nodeId());
      }
      StringBuilder history = new StringBuilder("seed " + seed + ":");
      for (int step = 0; step < 12; step++) {
        Machine one = machines.get(random.nextInt(4));
        Machine other = machines.get(random.nextInt(4));
        test.lose(sessions.get(one));
        int change = random.nextInt(7);
        history.append(' ').append(change);
        switch (change) {
          case 0 -> { // board: UUID, its serial and its port
            one.uuid = one.newUuid();
            one.boardSerial = "B" + random.nextInt();
            one.macs = List.of(one.newMac(), one.macs.getLast());
          }
          case 1 -> one.macs = List.of(one.macs.getFirst(), one.newMac());
          case 2 -> { // the second NIC goes into another machine
            if (one != other) {
              test.lose(sessions.get(other));
              other.macs = List.of(other.macs.getFirst(), one.macs.getLast());
              one.macs = List.of(one.macs.getFirst(), one.newMac());
              other.boot();
            }
          }
          case 3 -> one.root = !one.root;
          case 4 -> one.newDisk().with(test.ticket(one, null));
          case 5 -> one.systemSerial = null;
          default -> one.boot();
        }
        for (Machine each : List.of(one.boot(), other)) {
          Admission answer = test.admit(each);
          if (answer instanceof Admitted admitted) {
            assertThat(admitted.nodeId()).as(history.toString()).isEqualTo(ids.get(each));
            sessions.put(each, admitted);
          } else {
            assertThat(((Refused) answer).reason())
                .as(history.toString())
                .isIn("hardware-changed", "occupied");
            test.jdbi()
                .useTransaction(
                    h -> test.nodes.operations().standings().readmit(h, OPERATOR, ids.get(each)));
            Admission again = test.admit(each);
            assertThat(again).as(history.toString()).isInstanceOf(Admitted.class);
            sessions.put(each, (Admitted) again);
          }
        }
      }
    }
  }
}
