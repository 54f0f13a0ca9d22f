package dev.ingot.server.nodes.joining;

import static dev.ingot.server.nodes.TestNodes.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.MercuryId;
import dev.ingot.server.nodes.Admission.Admitted;
import dev.ingot.server.nodes.Admission.Standing;
import dev.ingot.server.nodes.Credential;
import dev.ingot.server.nodes.Machine;
import dev.ingot.server.nodes.NodeStanding;
import dev.ingot.server.nodes.Presence.Over;
import dev.ingot.server.nodes.Presence.Session;
import dev.ingot.server.nodes.TestNodes;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentDoorIT {
  private static TestNodes test;
  private static final RandomGenerator RANDOM = new Random(1);
  private Machine machine;

  @BeforeAll
  static void open() {
    test = TestNodes.open();
  }

  @AfterAll
  static void close() {
    test.close();
  }

  @BeforeEach
  void newMachine() {
    machine = new Machine(RANDOM);
    test.happened();
    test.audited.clear();
    test.over.clear();
  }

  @Test
  void aTokenAdmitsAStrangerAtOnceUnderItsMercuryId() {
    Admitted admitted = test.admitted(machine.with(test.token()));
    assertThat(admitted.nodeId()).isEqualTo(MercuryId.of(machine.facts()).value());
    assertThat(admitted.standing()).isEqualTo(Standing.ADMITTED);
    assertThat(test.happened()).containsExactly("discovered", "online");
    assertThat(test.audited).anyMatch(line -> line.endsWith("node.join node:" + admitted.nodeId()));
    assertThat(test.node(admitted.nodeId()).online()).isTrue();
  }

  @Test
  void withoutAKnownKeyOrAVoucherNobodyComesIn() {
    long before = test.count();
    test.refused(machine, "key-unknown");
    test.refused(machine.with(new Credential.EnrolmentToken("guess")), "token-unknown");
    test.refused(machine.with(new Credential.BootTicket("guess")), "ticket-unknown");
    assertThat(test.count()).isEqualTo(before);
  }

  @Test
  void aLostAnswerLocksNobodyOut() {
    for (Credential.Voucher voucher : List.of(test.token(), test.ticket(machine, null))) {
      Machine other = new Machine(RANDOM);
      other.macs = List.of(machine.macs.getFirst(), other.newMac());
      other.macs = voucher instanceof Credential.BootTicket ? other.macs : List.of(other.newMac());
      other.address = machine.address;
      Admitted lost = test.admitted(other.with(voucher));
      Admitted again = test.admitted(other);
      assertThat(again.nodeId()).isEqualTo(lost.nodeId());
      assertThat(again.standing()).isEqualTo(lost.standing());
      assertThat(again.epoch()).isGreaterThan(lost.epoch());
    }
  }

  @Test
  void aTicketAloneMakesAPendingNodeUntilSomebodyApproves() {
    Admitted pending = test.admitted(machine.with(test.ticket(machine, "lab")));
    assertThat(pending.standing()).isEqualTo(Standing.PENDING);
    var changed =
        test.jdbi()
            .inTransaction(
                handle ->
                    test.nodes
                        .operations()
                        .standings()
                        .approve(handle, OPERATOR, pending.nodeId().substring(0, 12)));
    assertThat(changed.node().standing()).isEqualTo(NodeStanding.ADMITTED);
    assertThat(changed.over())
        .contains(new Over(new Session(pending.nodeId(), pending.epoch()), "approved"));
    assertThat(test.nodes.presence().seen(List.of(new Session(pending.nodeId(), pending.epoch()))))
        .containsExactly(changed.over().orElseThrow());
    assertThat(test.node(pending.nodeId()).online()).isTrue();
    assertThat(test.admitted(machine).standing()).isEqualTo(Standing.ADMITTED);
  }

  @Test
  void aTicketIsForOneMachineOnOneAddressOnceAndNotForEver() {
    Machine elsewhere = new Machine(RANDOM);
    elsewhere.address = machine.address;
    test.refused(elsewhere.with(test.ticket(machine, null)), "ticket-mac");
    Credential.BootTicket ticket = test.ticket(machine, null);
    String address = machine.address;
    machine.address = "192.0.2.9";
    test.refused(machine.with(ticket), "ticket-address");
    machine.address = address;
    test.admitted(machine.with(ticket));
    machine.newDisk().boot();
    test.refused(machine, "ticket-used");
    machine.with(test.ticket(machine, null));
    test.pass(Duration.ofHours(1));
    test.refused(machine, "ticket-expired");
  }

  @Test
  void policiesOfBootNetworksDecideWhoComesInByTicket() {
    var known = test.nodes.operations().known();
    test.jdbi()
        .useTransaction(
            handle -> {
              known.setPolicy(
                  handle, OPERATOR, new KnownMachines.BootNetwork("auto", AdmissionPolicy.AUTO));
              known.setPolicy(
                  handle,
                  OPERATOR,
                  new KnownMachines.BootNetwork("strict", AdmissionPolicy.APPROVE));
              known.add(
                  handle,
                  OPERATOR,
                  new KnownMachines.KnownMachine("serial", machine.systemSerial, null));
            });
    Machine any = new Machine(RANDOM);
    assertThat(test.admitted(any.with(test.ticket(any, "auto"))).standing())
        .isEqualTo(Standing.ADMITTED);
    assertThat(test.admitted(machine.with(test.ticket(machine, "lab"))).standing())
        .isEqualTo(Standing.ADMITTED);
    Machine listed = new Machine(RANDOM);
    Admitted waiting = test.admitted(listed.with(test.ticket(listed, "strict")));
    Machine later = new Machine(RANDOM);
    Admitted alsoWaiting = test.admitted(later.with(test.ticket(later, "lab")));
    List<Over> over =
        test.jdbi()
            .inTransaction(
                handle -> {
                  known.add(
                      handle,
                      OPERATOR,
                      new KnownMachines.KnownMachine("uuid", listed.uuid, "expected"));
                  return known.add(
                      handle,
                      OPERATOR,
                      new KnownMachines.KnownMachine("mac", later.macs.get(1), null));
                });
    assertThat(over)
        .extracting(one -> one.session().nodeId())
        .containsExactly(alsoWaiting.nodeId());
    assertThat(test.node(waiting.nodeId()).standing()).isEqualTo(NodeStanding.PENDING);
    assertThat(test.admitted(later).standing()).isEqualTo(Standing.ADMITTED);
  }

  @Test
  void aPendingMachineThatShowsATokenIsAdmitted() {
    test.admitted(machine.with(test.ticket(machine, "lab")));
    assertThat(test.admitted(machine.with(test.token())).standing()).isEqualTo(Standing.ADMITTED);
  }

  @Test
  void aTokenEndsByTimeByUseAndByRevocation() {
    var tokens = test.nodes.operations().tokens();
    var once =
        test.jdbi().inTransaction(h -> tokens.make(h, OPERATOR, "once", Duration.ofDays(1), 1));
    test.admitted(machine.with(new Credential.EnrolmentToken(once.secret())));
    Machine second = new Machine(RANDOM);
    test.refused(second.with(new Credential.EnrolmentToken(once.secret())), "token-used-up");
    test.admitted(machine);
    var revoked =
        test.jdbi().inTransaction(h -> tokens.make(h, OPERATOR, "gone", Duration.ofDays(1), null));
    test.jdbi().useTransaction(h -> tokens.revoke(h, OPERATOR, revoked.token().id()));
    test.refused(second.with(new Credential.EnrolmentToken(revoked.secret())), "token-revoked");
    Credential.EnrolmentToken old = test.token();
    test.pass(Duration.ofDays(2));
    test.refused(second.with(old), "token-expired");
    List<EnrolmentTokens.EnrolmentToken> all = test.jdbi().withHandle(h -> tokens.list(h, "", 100));
    assertThat(all)
        .extracting(EnrolmentTokens.EnrolmentToken::state)
        .contains("expired", "revoked");
  }

  @Test
  void aStrangerWithATokenDoesNotGetAKnownNode() {
    Admitted owner = test.admitted(machine.with(test.token()));
    test.lose(owner);
    machine.newDisk().boot();
    test.refused(machine, "readmit-needed");
    test.jdbi()
        .useTransaction(
            h -> test.nodes.operations().standings().readmit(h, OPERATOR, owner.nodeId()));
    assertThat(test.admitted(machine).nodeId()).isEqualTo(owner.nodeId());
    test.lose(test.admitted(machine));
    machine.newDisk().boot();
    test.refused(machine, "readmit-needed");
  }

  @Test
  void aFreshTicketBringsAKnownMachineBackWithItsStanding() {
    Admitted owner = test.admitted(machine.with(test.token()));
    test.lose(owner);
    String oldKey = machine.key;
    machine.newDisk().boot().with(test.ticket(machine, "lab"));
    Admitted back = test.admitted(machine);
    assertThat(back.nodeId()).isEqualTo(owner.nodeId());
    assertThat(back.standing()).isEqualTo(Standing.ADMITTED);
    machine.boot().with(null).key = oldKey;
    assertThat(test.admitted(machine).nodeId()).isEqualTo(owner.nodeId());
  }

  @Test
  void anotherBootWithTheKeyReplacesTheSessionAndIsNoConflict() {
    Admitted first = test.admitted(machine.with(test.token()));
    test.happened();
    Admitted second = test.admitted(machine.boot());
    assertThat(second.nodeId()).isEqualTo(first.nodeId());
    assertThat(test.over)
        .containsExactly(new Over(new Session(first.nodeId(), first.epoch()), "replaced"));
    assertThat(test.nodes.presence().seen(List.of(new Session(first.nodeId(), first.epoch()))))
        .extracting(Over::reason)
        .containsExactly("replaced");
    assertThat(test.happened()).containsExactly("online");
  }

  @Test
  void aReconnectOfTheSameBootSaysNothingNew() {
    test.admitted(machine.with(test.token()));
    test.happened();
    test.admitted(machine);
    test.admitted(machine.restartAgent());
    assertThat(test.happened()).isEmpty();
  }

  @Test
  void anOlderConnectionOfTheSameAgentIsStale() {
    test.admitted(machine.with(test.token()));
    test.admitted(machine);
    machine.session = 0;
    test.refused(machine, "stale");
  }

  @Test
  void aRevokedNodeStaysOutUntilReadmitted() {
    Admitted admitted = test.admitted(machine.with(test.token()));
    test.happened();
    var standings = test.nodes.operations().standings();
    var changed = test.jdbi().inTransaction(h -> standings.revoke(h, OPERATOR, admitted.nodeId()));
    assertThat(changed.over()).isPresent();
    test.refused(machine, "revoked");
    machine.newDisk().boot();
    test.refused(machine.with(test.ticket(machine, null)), "revoked");
    test.jdbi().useTransaction(h -> standings.readmit(h, OPERATOR, admitted.nodeId()));
    assertThat(test.admitted(machine.with(test.ticket(machine, null))).standing())
        .isEqualTo(Standing.ADMITTED);
    assertThat(test.happened()).containsExactly("revoked", "lost", "readmitted", "online");
  }

  @Test
  void aDeletedNodeComesBackOnlyWithAYoungerVoucher() {
    Admitted admitted = test.admitted(machine.with(test.token()));
    Over over =
        test.jdbi()
            .inTransaction(
                h -> test.nodes.operations().standings().delete(h, OPERATOR, admitted.nodeId()));
    assertThat(over)
        .isEqualTo(new Over(new Session(admitted.nodeId(), admitted.epoch()), "deleted"));
    assertThat(test.nodes.presence().seen(List.of(over.session()))).containsExactly(over);
    test.refused(machine, "deleted");
    machine.voucher = null;
    test.refused(machine, "deleted");
    assertThat(test.admitted(machine.with(test.token())).nodeId()).isEqualTo(admitted.nodeId());
    machine.voucher = null;
    test.admitted(machine);
  }

  @Test
  void theServersOwnMachineIsProtected() {
    machine.bootId = TestNodes.OWN_BOOT;
    assertThat(test.node(test.admitted(machine.with(test.token())).nodeId()).isProtected())
        .isTrue();
    Machine other = new Machine(RANDOM);
    assertThat(test.node(test.admitted(other.with(test.token())).nodeId()).isProtected()).isFalse();
  }

  @Test
  void garbageIsRefusedByField() {
    machine.with(test.token());
    machine.key = "short";
    assertThat(test.refused(machine, "malformed").detail()).contains("key");
    machine.newDisk();
    machine.bootId = "a\0b";
    assertThat(test.refused(machine, "malformed").detail()).contains("bootId");
    machine.boot();
    machine.boardSerial = "a\0b";
    assertThat(test.refused(machine, "malformed").detail()).contains("facts");
    Machine blank = new Machine(RANDOM).with(test.token());
    blank.uuid = blank.systemSerial = blank.boardSerial = blank.installId = null;
    blank.macs = List.of("52:54:00:00:00:01");
    assertThat(test.refused(blank, "malformed").detail()).contains("install id");
  }
}
