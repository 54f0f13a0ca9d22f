package dev.ingot.server.inventory.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.EventStreamClient;
import dev.ingot.server.EventStreamClient.Message;
import dev.ingot.server.TestServer;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.DeclaredPaths;
import dev.ingot.server.inventory.DocumentStore;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.store.Store;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class SegmentedEventsIT {
  private static TestServer server;
  private static Segments segments;
  private static Store store;
  private static DocumentStore documents;
  private static long sequence;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    segments = new Segments(server);
    store = Store.open(server.settings().database(), Path.of("/nonexistent"));
    TestNodes.make(store.api(), 0, 9);
    documents = new DocumentStore(store.ingest(), new OutboxTable(() -> {}), DeclaredPaths.DEFAULT);
    for (int i = 1; i < 9; i++) {
      document(i, "V" + i, "S" + i);
    }
  }

  @AfterAll
  static void stop() {
    store.close();
    server.close();
  }

  private static void document(int node, String vendor, String serial) {
    TestNodes.store(
        documents,
        TestNodes.id(node),
        ++sequence,
        "{\"dmi\": {\"sys_vendor\": \"%s\", \"product_serial\": \"%s\"}}"
            .formatted(vendor, serial));
  }

  private static void tag(int node, String tag) {
    assertThat(
            server
                .patch(
                    "/api/v1/nodes/" + TestNodes.id(node),
                    "{\"tags\":{\"%s\":true}}".formatted(tag))
                .status())
        .isEqualTo(200);
  }

  @Test
  void aStreamTellsOfVisibleNodesWhatMayBeRead() throws Exception {
    segments.role(
        "vendors", "reader", "{\"node.tags\": \"t1\"}", List.of("dmi.sys_vendor"), List.of());
    try (EventStreamClient stream =
        new EventStreamClient(server, "", null, segments.token("vendors"))) {
      tag(2, "hidden"); // of another node
      document(2, "V2b", "S2b");
      document(1, "V1", "S1b"); // a hidden part alone
      document(1, "V1c", "S1c");
      tag(1, "seen");
      Message changed = stream.next();
      while (changed.data().path("data").path("first").booleanValue()) {
        changed = stream.next(); // of the making of the fleet, given a position only now
      }
      assertThat(changed.event()).isEqualTo("inventory.changed");
      JsonNode data = changed.data().path("data");
      assertThat(changed.data().path("nodeId").asString()).isEqualTo(TestNodes.id(1));
      assertThat(data.path("paths").valueStream().map(JsonNode::asString))
          .containsExactly("dmi.sys_vendor");
      assertThat(data.toString()).doesNotContain("S1", "serial", "revision");
      Message tagged = stream.next();
      assertThat(tagged.event()).isEqualTo("node.changed");
      assertThat(tagged.data().path("nodeId").asString()).isEqualTo(TestNodes.id(1));
      assertThat(stream.soon()).isNull();
    }
  }

  @Test
  void aChangeOfTheRoleCountsForTheNextEventOfAnOpenStream() throws Exception {
    segments.role("turning", "reader", null, List.of("*"), List.of());
    try (EventStreamClient stream =
        new EventStreamClient(server, "?type=node", null, segments.token("turning"))) {
      tag(5, "a");
      assertThat(stream.next().data().path("nodeId").asString()).isEqualTo(TestNodes.id(5));
      segments.role("turning", "reader", "{\"node.tags\": \"t1\"}", List.of("*"), List.of());
      tag(5, "b");
      tag(4, "c");
      assertThat(stream.next().data().path("nodeId").asString()).isEqualTo(TestNodes.id(4));
      segments.role("turning", "reader", null, List.of("cpu"), List.of());
      tag(5, "d");
      assertThat(stream.next().data().path("nodeId").asString()).isEqualTo(TestNodes.id(5));
    }
  }

  @Test
  void aResumedStreamIsHeldToTheSameSegment() throws Exception {
    segments.role("late", "reader", "{\"node.tags\": \"t0\"}", List.of("dmi"), List.of());
    document(3, "V3b", "S3b");
    document(4, "V4b", "S4b");
    tag(3, "late");
    try (EventStreamClient stream =
        new EventStreamClient(server, "?type=inventory", "0", segments.token("late"))) {
      for (Message message = stream.next(); message != null; message = stream.soon()) {
        assertThat(message.data().path("nodeId").asString()).isIn(TestNodes.id(3), TestNodes.id(6));
      }
    }
  }
}
