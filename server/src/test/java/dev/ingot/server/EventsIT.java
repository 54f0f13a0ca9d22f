package dev.ingot.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.events.Severity;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class EventsIT {
  private static TestServer server;
  private static Jdbi jdbi;

  /** Another process's outbox: the server learns of its events by looking. */
  private static final Outbox OUTBOX = new OutboxTable(() -> {});

  @BeforeAll
  static void start() {
    server = TestServer.start();
    jdbi =
        Jdbi.create(
            server.database().url(), server.database().user(), server.database().password());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void anEventIsWholeAndCarriesItsPosition() throws Exception {
    try (EventStreamClient client = new EventStreamClient(server, "?node=n-whole", null)) {
      append("n-whole", Severity.WARNING, 7);
      EventStreamClient.Message message = client.next();
      assertThat(message.event()).isEqualTo("node.lost");
      assertThat(message.data().path("id").asString()).isEqualTo(message.id());
      assertThat(message.data().path("severity").asString()).isEqualTo("warning");
      assertThat(message.data().path("nodeId").asString()).isEqualTo("n-whole");
      assertThat(message.data().path("typeId").asString()).isEqualTo("n-whole");
      assertThat(message.data().path("data").path("number").asInt()).isEqualTo(7);
      assertThat(message.data().path("time").asString()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    }
  }

  @Test
  void whatIsRolledBackNeverHappened() throws Exception {
    try (EventStreamClient client = new EventStreamClient(server, "?node=n-undone", null)) {
      jdbi.useHandle(
          handle -> {
            handle.begin();
            OUTBOX.append(handle, event("n-undone", Severity.WARNING, 1));
            handle.rollback();
          });
      append("n-undone", Severity.WARNING, 2);
      assertThat(client.next().data().path("data").path("number").asInt()).isEqualTo(2);
    }
    assertThatThrownBy(
            () ->
                jdbi.useHandle(
                    handle -> OUTBOX.append(handle, event("n-undone", Severity.WARNING, 3))))
        .isInstanceOf(IllegalStateException.class);
  }

  /** Transactions that overlap and commit in any order, many writers, a reader that comes back. */
  @Test
  void nothingIsLostOrRepeatedOrOutOfANodesOrderWhileWritersOverlapAndTheReaderResumes()
      throws Exception {
    int writers = 4;
    int each = 60;
    String query = "?node=w-0,w-1,w-2";
    String lastSeen;
    try (EventStreamClient first = new EventStreamClient(server, query, null)) {
      append("w-0", Severity.WARNING, 0);
      lastSeen = first.next().id();
    }
    CountDownLatch done = new CountDownLatch(writers);
    for (int writer = 0; writer < writers; writer++) {
      Random random = new Random(writer);
      Thread.ofVirtual()
          .start(
              () -> {
                for (int i = 0; i < each; i++) {
                  jdbi.useTransaction(handle -> appendTwo(handle, random));
                }
                done.countDown();
              });
    }
    List<EventStreamClient.Message> seen = new ArrayList<>();
    Random random = new Random(99);
    while (seen.size() < writers * each * 2) {
      try (EventStreamClient client = new EventStreamClient(server, query, lastSeen)) {
        for (int n = random.nextInt(1, 60); n > 0 && seen.size() < writers * each * 2; n--) {
          seen.add(client.next());
          lastSeen = seen.getLast().id();
        }
      }
    }
    done.await();
    long before = 0;
    Map<String, Integer> counts = new HashMap<>();
    for (EventStreamClient.Message message : seen) {
      assertThat(Long.parseLong(message.id())).isGreaterThan(before);
      before = Long.parseLong(message.id());
      counts.merge(message.data().path("nodeId").asString(), 1, Integer::sum);
    }
    assertThat(counts.values().stream().mapToInt(Integer::intValue).sum())
        .isEqualTo(writers * each * 2);
    for (String node : List.of("w-0", "w-1", "w-2")) {
      List<Long> sequences =
          jdbi.withHandle(
              handle ->
                  handle
                      .createQuery(
                          "select node_sequence from event where node_id = :node order by position")
                      .bind("node", node)
                      .mapTo(Long.class)
                      .list());
      for (int i = 0; i < sequences.size(); i++) {
        assertThat(sequences.get(i)).isEqualTo(i + 1L);
      }
    }
  }

  private static void appendTwo(Handle handle, Random random) {
    String one = "w-" + random.nextInt(3);
    String other = "w-" + random.nextInt(3);
    OUTBOX.appendAll(
        handle, List.of(event(one, Severity.WARNING, 1), event(other, Severity.WARNING, 2)));
    handle.execute("select pg_sleep(" + random.nextInt(4) / 1000.0 + ")");
  }

  @Test
  void filtersLetThroughWhatTheyName() throws Exception {
    try (EventStreamClient severe =
            new EventStreamClient(server, "?node=f-1&severity=critical", null);
        EventStreamClient typed = new EventStreamClient(server, "?type=node.lost", null);
        EventStreamClient other = new EventStreamClient(server, "?type=server&node=f-1", null)) {
      append("f-1", Severity.WARNING, 1);
      append("f-1", Severity.CRITICAL, 2);
      assertThat(severe.next().data().path("data").path("number").asInt()).isEqualTo(2);
      assertThat(typed.next().event()).isEqualTo("node.lost");
      assertThat(other.soon()).isNull();
    }
  }

  @Test
  void anIdOlderThanWhatIsKeptSaysGoneAndGoesOn() throws Exception {
    try (TestServer fresh = TestServer.start()) {
      Jdbi its =
          Jdbi.create(fresh.database().url(), fresh.database().user(), fresh.database().password());
      try (EventStreamClient client = new EventStreamClient(fresh, "", "0")) {
        assertThat(client.next().event()).isEqualTo("server.started");
        for (int i = 0; i < 5; i++) {
          int number = i;
          its.useTransaction(handle -> OUTBOX.append(handle, event("g", Severity.WARNING, number)));
        }
        for (int i = 0; i < 5; i++) {
          client.next();
        }
      }
      its.useHandle(handle -> handle.execute("delete from event where position < 4"));
      try (EventStreamClient client = new EventStreamClient(fresh, "", "1")) {
        EventStreamClient.Message gone = client.next();
        assertThat(gone.event()).isEqualTo("gone");
        assertThat(gone.data().path("after").asLong()).isEqualTo(3);
        assertThat(client.next().id()).isEqualTo("4");
      }
      try (EventStreamClient ahead = new EventStreamClient(fresh, "", "999999")) {
        assertThat(ahead.next().event()).isEqualTo("gone");
      }
      try (EventStreamClient present = new EventStreamClient(fresh, "", "3")) {
        assertThat(present.next().id()).isEqualTo("4");
      }
    }
  }

  @Test
  void aBadStartOrFilterIsRefusedBeforeTheStreamBegins() throws Exception {
    for (String id : List.of("x", "-1", "1.5", "99999999999999999999")) {
      try (EventStreamClient client = new EventStreamClient(server, "", id)) {
        assertThat(client.status()).as(id).isEqualTo(400);
      }
    }
    assertThat(server.get("/api/v1/events?severity=huge").text("detail"))
        .isEqualTo("must be information, warning or critical");
    assertThat(server.get("/api/v1/events?nod=x").text("field")).isEqualTo("nod");
  }

  /** A client that never reads holds nobody up: others go on. */
  @Test
  void aClientThatReadsNothingHoldsNobodyUp() throws Exception {
    try (Socket deaf =
            new Socket(server.server().address().getHost(), server.server().address().getPort());
        EventStreamClient client = new EventStreamClient(server, "?node=slow", null)) {
      deaf.setReceiveBufferSize(4096);
      deaf.getOutputStream()
          .write(
              ("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                      + server.adminToken()
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = deaf.getInputStream();
      assertThat(in.read()).isPositive();
      String filler = "x".repeat(20_000);
      for (int i = 0; i < 200; i++) {
        jdbi.useTransaction(
            handle ->
                OUTBOX.append(
                    handle,
                    new NewEvent(
                        "node",
                        "lost",
                        Severity.WARNING,
                        "slow",
                        "slow",
                        Json.MAPPER.createObjectNode().put("filler", filler))));
      }
      for (int i = 0; i < 200; i++) {
        assertThat(client.next().data().path("nodeId").asString()).isEqualTo("slow");
      }
    }
  }

  private static void append(String node, Severity severity, int number) {
    jdbi.useTransaction(handle -> OUTBOX.append(handle, event(node, severity, number)));
  }

  private static NewEvent event(@Nullable String node, Severity severity, int number) {
    return new NewEvent(
        "node",
        "lost",
        severity,
        String.valueOf(node),
        node,
        Json.MAPPER.createObjectNode().put("number", number));
  }
}
