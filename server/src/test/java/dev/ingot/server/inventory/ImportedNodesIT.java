package dev.ingot.server.inventory;

import static dev.ingot.server.nodes.TestNodes.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.MercuryId;
import dev.ingot.server.access.AuditTable;
import dev.ingot.server.nodes.Admission.Admitted;
import dev.ingot.server.nodes.Admission.Standing;
import dev.ingot.server.nodes.Machine;
import dev.ingot.server.nodes.NodeRecord;
import dev.ingot.server.nodes.NodeStanding;
import dev.ingot.server.nodes.TestNodes;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ImportedNodesIT {
  private static TestNodes test;
  private static final Random RANDOM = new Random(7);

  @BeforeAll
  static void open() {
    test = TestNodes.open();
  }

  @AfterAll
  static void close() {
    test.close();
  }

  private static Set<String> imported(String id) {
    ImportedNodes nodes = new ImportedNodes(test.outbox(), new AuditTable());
    return test.jdbi().inTransaction(handle -> nodes.make(handle, OPERATOR, List.of(id)));
  }

  @Test
  void theMachineWhoseFactsGiveTheIdIsTheImportedNode() {
    Machine machine = new Machine(RANDOM);
    String id = MercuryId.of(machine.facts()).value();
    test.happened();
    assertThat(imported(id)).containsExactly(id);
    assertThat(imported(id)).isEmpty();
    NodeRecord waiting = test.node(id);
    assertThat(waiting.presence().lastSeen()).isNull();
    long before = test.count();

    Admitted admitted = test.admitted(machine.with(test.token()));
    assertThat(admitted.nodeId()).isEqualTo(id);
    assertThat(test.count()).isEqualTo(before);
    NodeRecord came = test.node(id);
    assertThat(came.online()).isTrue();
    assertThat(came.version()).isGreaterThan(waiting.version());
    assertThat(came.idReason()).doesNotContain("imported");
    assertThat(test.happened()).containsExactly("imported", "discovered", "online");
    // Its key is known from now on, and nobody else is taken for it.
    assertThat(test.admitted(machine).nodeId()).isEqualTo(id);
  }

  @Test
  void anImportLetsNobodyInWhomItsNetworkWouldNot() {
    Machine machine = new Machine(RANDOM);
    String id = MercuryId.of(machine.facts()).value();
    imported(id);
    test.refused(machine, "key-unknown");
    Admitted pending = test.admitted(machine.with(test.ticket(machine, "lab")));
    assertThat(pending.nodeId()).isEqualTo(id);
    assertThat(pending.standing()).isEqualTo(Standing.PENDING);
    assertThat(test.node(id).standing()).isEqualTo(NodeStanding.PENDING);
  }

  @Test
  void anImportedNodeThatWasRevokedStaysOut() {
    Machine machine = new Machine(RANDOM);
    String id = MercuryId.of(machine.facts()).value();
    imported(id);
    test.jdbi()
        .useTransaction(handle -> test.nodes.operations().standings().revoke(handle, OPERATOR, id));
    long before = test.count();
    test.refused(machine.with(test.token()), "revoked");
    assertThat(test.count()).isEqualTo(before);
  }
}
