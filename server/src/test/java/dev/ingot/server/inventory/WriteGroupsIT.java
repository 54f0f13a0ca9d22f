package dev.ingot.server.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.store.Store;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many who write at once, some of them what is refused: nobody has another's answer. */
class WriteGroupsIT {
  private static final int WRITERS = 24;
  private static final int ROUNDS = 12;
  private static final int NODES = 10;

  /** Of the other test. */
  private static final String OTHER = TestNodes.id(NODES);

  private static TestServer server;
  private static Store store;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    store = Store.open(server.settings().database(), Path.of("/nonexistent"));
    TestNodes.make(store.api(), 0, NODES + 1);
  }

  @AfterAll
  static void stop() {
    store.close();
    server.close();
  }

  private static String path(String node) {
    return "/api/v1/nodes/" + node + "/inventory";
  }

  private static Answer patch(String node, String body, String match) {
    return server.send(
        HttpRequest.newBuilder(server.uri(path(node)))
            .header("Authorization", "Bearer " + server.adminToken())
            .header("Content-Type", "application/merge-patch+json")
            .header("If-Match", match)
            .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private static long count(String question, Object... parameters) {
    return store
        .api()
        .withHandle(
            handle -> {
              var query = handle.createQuery(question);
              for (int i = 0; i < parameters.length; i++) {
                query.bind(i, parameters[i]);
              }
              return query.mapTo(Long.class).one();
            });
  }

  @Test
  void eachOfManyWritersIsAnsweredForItselfAndWhatWasAcknowledgedIsThereOnce()
      throws InterruptedException {
    ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    AtomicInteger written = new AtomicInteger();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      int writer = i;
      writers.add(
          Thread.ofVirtual()
              .uncaughtExceptionHandler((_, e) -> wrong.add(String.valueOf(e)))
              .start(
                  () -> {
                    for (int round = 0; round < ROUNDS; round++) {
                      String node = TestNodes.id((writer + round) % NODES);
                      String section = "w" + writer;
                      int expected;
                      Answer answer;
                      switch ((writer + round) % 6) {
                        case 0 -> {
                          expected = 404;
                          answer = server.patch(path(TestNodes.id(999)), "{\"a\": 1}");
                        }
                        case 1 -> {
                          expected = 412;
                          answer = patch(node, "{\"never\": 1}", "\"no such tag\"");
                        }
                        case 2 -> {
                          expected = 422;
                          answer = server.patch(path(node), "{\"bad.name\": 1}");
                        }
                        default -> {
                          expected = 200;
                          answer =
                              server.patch(
                                  path(node), "{\"%s\": {\"at\": %d}}".formatted(section, round));
                          written.incrementAndGet();
                        }
                      }
                      boolean own =
                          expected != 200
                              || answer.body().path("written").toString().contains(section);
                      if (answer.status() != expected || !own) {
                        wrong.add(answer.status() + " not " + expected + ": " + answer.body());
                      }
                    }
                  }));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(wrong).isEmpty();
    // A writer's rounds are on one node each but the last: each was another value, so each counts.
    assertThat(
            count(
                "SELECT count(*) FROM audit WHERE action = 'inventory.import' AND target <> ?",
                "node:" + OTHER))
        .isEqualTo(written.get());
    assertThat(count("SELECT count(*) FROM inventory_history WHERE node <> ?", OTHER))
        .isEqualTo(written.get());
    assertThat(count("SELECT sum(changes) FROM inventory WHERE node <> ?", OTHER))
        .isEqualTo(written.get());
    assertThat(
            count(
                "SELECT count(*) FROM (SELECT node, number FROM inventory_history"
                    + " GROUP BY 1, 2 HAVING count(*) > 1) AS twice"))
        .isZero();
    assertThat(
            count(
                "SELECT count(*) FROM (SELECT node_id FROM event WHERE type || action ="
                    + " 'inventorychanged' UNION ALL SELECT node_id FROM event_outbox"
                    + " WHERE type || action = 'inventorychanged') AS e WHERE node_id <> ?",
                OTHER))
        .isEqualTo(written.get());
    for (int writer = 0; writer < WRITERS; writer++) {
      for (int round = ROUNDS - NODES; round < ROUNDS; round++) {
        if ((writer + round) % 6 > 2) {
          String node = TestNodes.id((writer + round) % NODES);
          assertThat(server.get(path(node)).body().path("w" + writer).path("at").intValue())
              .isEqualTo(round);
        }
      }
    }
    assertThat(count("SELECT count(*) FROM inventory WHERE doc ->> 'never' IS NOT NULL")).isZero();
  }

  @Test
  void aNodeWhoseDocumentBecameEmptyIsWrittenAgainAndItsNumbersGoOn() {
    String node = OTHER;
    server.put(path(node), "{\"only\": 1}");
    long changes = count("SELECT changes FROM inventory WHERE node = ?", node);
    assertThat(server.delete(path(node)).status()).isEqualTo(200);
    Answer again = server.put(path(node), "{\"only\": 2}");
    assertThat(again.status()).as("%s", again.body()).isEqualTo(200);
    assertThat(count("SELECT changes FROM inventory WHERE node = ?", node)).isEqualTo(changes + 2);
    TestNodes.store(
        new DocumentStore(store.ingest(), (_, _) -> {}, DeclaredPaths.DEFAULT),
        node,
        1,
        "{\"dmi\": {\"sys_vendor\": \"X\"}}");
    assertThat(server.get(path(node)).body().path("only").intValue()).isEqualTo(2);
  }
}
