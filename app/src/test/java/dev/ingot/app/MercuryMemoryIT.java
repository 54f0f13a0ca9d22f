package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.core.Json;
import dev.ingot.testkit.FreePort;
import dev.ingot.testkit.TestDatabase;
import dev.ingot.testkit.TestFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A server of 256 MB is asked by many programs at once, in Mercury's way, for more than it has. */
class MercuryMemoryIT {
  private static final int DOCUMENTS = 600;
  private static final int OCTETS = 100_000;

  /** Half of them ask for all documents, half for fewer, and one for little. */
  private static final int PROGRAMS = 24;

  private static final String ASKING =
      """
      import json, msgpack, sys, threading, zmq

      inventory, programs = sys.argv[1], int(sys.argv[2])
      context = zmq.Context()
      said = []


      def ask(kind, endpoint, **kwargs):
          socket = context.socket(zmq.REQ)
          socket.linger = 0
          socket.connect("tcp://" + inventory)
          socket.send(msgpack.packb({"endpoint": endpoint, "kwargs": kwargs}, use_bin_type=False))
          if not socket.poll(120000):
              return said.append({"kind": kind, "silent": True})
          octets = socket.recv()
          reply = msgpack.unpackb(octets, raw=False, max_str_len=1 << 30)
          message = reply["message"]
          items = len(message["items"]) if isinstance(message, dict) and "items" in message else None
          said.append({"kind": kind, "octets": len(octets), "error": reply["error"], "items": items,
                       "message": message if isinstance(message, str) else None})
          socket.close()


      def little():
          for turn in range(20):
              ask("little", "query", q={}, projection=["dmi"], limit=3)
              ask("little", "count", q={})


      threads = [threading.Thread(target=little)]
      for i in range(programs):
          limit = 0 if i % 2 else 250
          threads.append(threading.Thread(target=ask, args=("much", "query"), kwargs={"q": {}, "limit": limit}))
      for each in threads:
          each.start()
      for each in threads:
          each.join()
      print(json.dumps(said))
      """;

  private final TestDatabase database = TestDatabase.empty();
  private Path folder;

  @BeforeEach
  void folder() throws IOException {
    folder = TestFolders.fresh("mercury-memory");
    Files.setPosixFilePermissions(
        Files.writeString(folder.resolve("password"), database.password()),
        PosixFilePermissions.fromString("rw-------"));
    Files.writeString(folder.resolve("asking.py"), ASKING);
  }

  @AfterEach
  void clean() throws IOException {
    database.close();
    TestFolders.discard(folder);
  }

  private static String place() throws IOException {
    return "127.0.0.1:" + FreePort.next();
  }

  @Test
  void everybodyIsAnsweredOrToldWhyNotAndTheServerLives() throws Exception {
    assumeTrue(
        Files.exists(Path.of("/usr/lib/python3/dist-packages/zmq"))
            && Files.exists(Path.of("/usr/lib/python3/dist-packages/msgpack")),
        "python3-zmq and python3-msgpack are not installed");
    String inventory = place();
    Map<String, String> environment =
        Map.of(
            "INGOT_DATA_DIR", folder.resolve("data").toString(),
            "INGOT_DATABASE_URL", database.url(),
            "INGOT_DATABASE_USER", database.user(),
            "INGOT_DATABASE_PASSWORD_FILE", folder.resolve("password").toString(),
            "INGOT_HTTP_PORT", place().substring("127.0.0.1:".length()),
            "INGOT_MERCURY_INVENTORY", inventory);
    try (IngotProcess server = new IngotProcess(environment, "server", "--log", "text")) {
      server.await("ready at", Duration.ofSeconds(120));
      fill();
      JsonNode said = Json.read(ask(inventory));
      assertThat(said.size()).isEqualTo(PROGRAMS + 40);
      int whole = 0;
      for (JsonNode each : said) {
        JsonNode shown = Json.read(Json.write(each));
        assertThat(each.has("silent")).as("%s", shown).isFalse();
        String message = each.path("message").asString("");
        if (each.path("kind").asString("").equals("little")) {
          assertThat(each.path("error").booleanValue()).as(message).isFalse();
        } else if (each.path("error").booleanValue()) {
          assertThat(message).containsAnyOf("mercury.largest-reply", "mercury.replies");
        } else {
          assertThat(each.path("items").intValue()).isEqualTo(250);
          assertThat(each.path("octets").longValue()).isGreaterThan(250L * OCTETS);
          whole++;
        }
      }
      assertThat(whole).isPositive();
      assertThat(server.lines()).noneMatch(line -> line.contains("OutOfMemory"));
      assertThat(server.stop()).isZero();
    }
  }

  /** Documents as of machines that were imported, each of one long text. */
  private void fill() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(database.url(), database.user(), database.password());
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO node (id, standing, id_reason, facts_digest, imported)
          SELECT '01' || lpad(i::text, 40, '0'), 'admitted', 'a test', '', true
          FROM generate_series(1, %1$d) i;
          INSERT INTO agent_session (node, lost_reason) SELECT id, 'it has no agent' FROM node;
          INSERT INTO inventory (node, doc, facet, revision, changed)
          SELECT id, jsonb_build_object('dmi', jsonb_build_object('sys_vendor', 'X'),
            'note', repeat('x', %2$d)), '{}', 1, now() FROM node;
          """
              .formatted(DOCUMENTS, OCTETS));
    }
  }

  private String ask(String inventory) throws IOException, InterruptedException {
    Process asking =
        new ProcessBuilder(
                List.of(
                    "/usr/bin/python3",
                    folder.resolve("asking.py").toString(),
                    inventory,
                    String.valueOf(PROGRAMS)))
            .redirectErrorStream(true)
            .start();
    String said = new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(asking.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(said).startsWith("[");
    return said;
  }
}
