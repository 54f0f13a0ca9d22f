package dev.ingot.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.agent.capability.EchoCapability;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.jobs.CapabilityTable.Published;
import dev.ingot.server.store.TestStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

class CapabilityTableIT {
  private static final List<CapabilitySignature> LIST = List.of(new EchoCapability().signature());
  private static final String SAID = CapabilitySignature.digest(LIST);

  @Test
  void aListThatOneNodeSentNeedsNoOtherToSendIt() {
    try (TestStore database = TestStore.open()) {
      TestNodes.make(database.jdbi(), 0, 4);
      String first = TestNodes.id(0);
      String second = TestNodes.id(1);
      String third = TestNodes.id(2);
      database
          .jdbi()
          .useTransaction(
              handle -> {
                assertThat(CapabilityTable.storeKnown(handle, Map.of(first, SAID))).isEmpty();
                CapabilityTable.store(handle, List.of(Published.of(first, LIST)));
                assertThat(
                        CapabilityTable.storeKnown(
                            handle, Map.of(second, SAID, third, "another", "nobody", SAID)))
                    .isEqualTo(Set.of(second, "nobody"));
                assertThat(CapabilityTable.said(handle, List.of(first, second, third, "nobody")))
                    .isEqualTo(Map.of(first, SAID, second, SAID));
                assertThat(digest(handle, second)).isEqualTo(digest(handle, first));
              });
    }
  }

  @Test
  void aListFromBeforeIsFoundOnceANodeSentItAgain() {
    try (TestStore database = TestStore.open()) {
      TestNodes.make(database.jdbi(), 0, 2);
      String node = TestNodes.id(0);
      database
          .jdbi()
          .useTransaction(
              handle -> {
                CapabilityTable.store(handle, List.of(Published.of(node, LIST)));
                handle.execute("UPDATE capability_list SET said = NULL");
                assertThat(CapabilityTable.storeKnown(handle, Map.of(node, SAID))).isEmpty();
                CapabilityTable.store(handle, List.of(Published.of(node, LIST)));
                assertThat(CapabilityTable.storeKnown(handle, Map.of(node, SAID)))
                    .containsExactly(node);
              });
    }
  }

  private static String digest(Handle handle, String node) {
    return handle
        .createQuery("SELECT digest FROM node_capability WHERE node = :node")
        .bind("node", node)
        .mapTo(String.class)
        .one();
  }
}
