package dev.ingot.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.agent.Agent;
import dev.ingot.agent.AgentSettings;
import dev.ingot.configuration.Secret;
import dev.ingot.server.Server;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.testkit.DebianPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server and its agent have written, and a row in each table that they left empty. */
class EveryTableIT {
  /**
   * What a column of this name has in a row that is made here: whatever its constraints ask for.
   */
  private static final Map<String, String> BY_NAME =
      Map.ofEntries(
          Map.entry("node", "(SELECT id FROM node LIMIT 1)"),
          Map.entry("webhook", "(SELECT id FROM webhook LIMIT 1)"),
          Map.entry("job", "(SELECT id FROM job LIMIT 1)"),
          Map.entry("task", "1"),
          Map.entry("resource", "(SELECT id FROM resource LIMIT 1)"),
          Map.entry("claim", "(SELECT id FROM claim LIMIT 1)"),
          Map.entry("claim.state", "'waiting'"),
          Map.entry("event_outbox.severity", "'warning'"),
          Map.entry("known_machine.kind", "'mac'"),
          Map.entry("network", "'racks'"),
          Map.entry("access_role.base", "'reader'"),
          Map.entry("run_hold.kind", "'node'"),
          Map.entry("fleet_node.fleet", "(SELECT id FROM fleet LIMIT 1)"),
          Map.entry("fleet_node.outcome", "1"),
          Map.entry("outcome", "'failed'"));

  private static final Map<String, String> BY_TYPE =
      Map.ofEntries(
          Map.entry("text", "'racks'"),
          Map.entry("bigint", "1"),
          Map.entry("integer", "1"),
          Map.entry("smallint", "1"),
          Map.entry("boolean", "true"),
          Map.entry("double precision", "0.5"),
          Map.entry("jsonb", "'{\"ü\": [1.50, \"a\\tb\"]}'"),
          Map.entry("bytea", "'\\x00ff0a5c'"),
          Map.entry("timestamp with time zone", "now()"),
          Map.entry("cidr", "'192.0.2.0/24'"),
          Map.entry("inet", "'192.0.2.7'"),
          Map.entry("json", "'{}'"),
          Map.entry("integer[]", "ARRAY[1, 2]"),
          Map.entry("inet[]", "ARRAY['192.0.2.1'::inet]"),
          Map.entry("uuid", "gen_random_uuid()"),
          Map.entry("text[]", "ARRAY['a,b', NULL, 'c']"));

  @TempDir private Path folder;

  @Test
  void everyTableComesBackFromAnExternalDatabaseAsItWas() throws Exception {
    assumeTrue(DebianPostgres.isInstalled(), "Debian's PostgreSQL is not installed");
    try (TestServer embedded = TestServer.start()) {
      String node = whatPeopleAndAnAgentDo(embedded);
      embedded.server().close();
      try (Store store = Store.open(embedded.settings().database(), folder)) {
        store.api().useHandle(EveryTableIT::fillWhatIsEmpty);
        Map<String, String> before = content(store);
        byte[] file = backup(store);
        try (DebianPostgres debian = DebianPostgres.start()) {
          DatabaseSettings external =
              DatabaseSettings.DEFAULT.external(debian.url(), debian.user(), debian.password());
          byte[] back;
          try (Store other = Store.open(external, folder)) {
            assertThat(restore(other, file)).isEqualTo(before.size());
            assertThat(content(other)).isEqualTo(before);
            back = backup(other);
          }
          aServerGoesOnThere(embedded, external, node);
          forget(store);
          assertThat(content(store)).isNotEqualTo(before);
          restore(store, back);
          assertThat(content(store)).isEqualTo(before);
        }
      }
      embedded.restart();
      assertThat(embedded.get("/api/v1/nodes/" + node).status()).isEqualTo(200);
    }
  }

  /** Nodes, inventory, history, jobs, resources, boot, as their doors are used. */
  private String whatPeopleAndAnAgentDo(TestServer server) throws Exception {
    String token = made(server.post("/api/v1/enrolment-tokens", "{\"name\":\"a\"}")).text("secret");
    AgentSettings standard = AgentSettings.DEFAULT;
    AgentSettings settings =
        new AgentSettings(
            new AgentSettings.ServerSettings(server.uri("").toString(), false, null),
            new AgentSettings.EnrolmentSettings(new Secret(token), null),
            new AgentSettings.DataSettings(folder),
            standard.inspect(),
            standard.plugins(),
            standard.compat());
    try (Agent _ = Agent.start(settings)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> server.get("/api/v1/nodes").body().at("/items/0/presence/state").asString(""),
              "online"::equals);
      String node = server.get("/api/v1/nodes").body().at("/items/0/id").asString();
      String path = "/api/v1/nodes/" + node;
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> server.get(path + "/inventory").body().has("mem"));
      made(server.patch(path, "{\"tags\":{\"gpu\":true},\"location\":{\"rack\":\"r1\"}}"));
      for (String owner : List.of("one", "two")) {
        made(server.put(path + "/inventory/asset", "{\"owner\":\"Größe\\t" + owner + "\"}"));
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> server.get("/api/v1/capabilities/echo").status() == 200);
      String job =
          made(server.post(
                  "/api/v1/jobs",
                  "{\"on\":\"all\",\"capability\":\"echo\",\"arguments\":{\"text\":\"a\"}}"))
              .text("id");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> server.get("/api/v1/jobs/" + job).body().at("/counts/succeeded").asInt() == 1);
      made(server.post("/api/v1/resources/machines", "{\"hostname\":\"m1\",\"owner\":\"me\"}"));
      made(server.post("/api/v1/resources/machines", "{\"hostname\":\"m2\"}"));
      made(server.put("/api/v1/boot/profiles/mine", "{\"kind\":\"ignore\"}"));
      made(server.put(path + "/boot", "{\"profile\":\"mine\"}"));
      made(
          server.post(
              "/api/v1/webhooks",
              "{\"name\":\"w\",\"url\":\"http://127.0.0.1:9/\",\"secret\":\"0123456789abcdef\"}"));
      made(server.put("/api/v1/classes/big", "{\"filter\":{\"cpu\":{\"$exists\":true}}}"));
      made(server.put("/api/v1/boot-networks/lab", "{\"policy\":\"approve\"}"));
      return node;
    }
  }

  private static Answer made(Answer answer) {
    assertThat(answer.status()).as(answer.response().body()).isBetween(200, 299);
    return answer;
  }

  private static void fillWhatIsEmpty(Handle handle) {
    handle.useTransaction(Partitions::makeDefaults);
    List<String> refused = new ArrayList<>();
    for (String table : Schema.tables(handle)) {
      if (rows(handle, table) == 0) {
        Map<String, String> values = new TreeMap<>();
        handle
            .createQuery(
                """
                SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
                 WHERE attrelid = :table::regclass AND attnum > 0 AND NOT attisdropped
                   AND attidentity = '' AND attgenerated = ''
                """)
            .bind("table", Schema.quoted(table))
            .map((row, context) -> List.of(row.getString(1), row.getString(2)))
            .forEach(
                column ->
                    values.put(
                        Schema.quoted(column.getFirst()),
                        BY_NAME.getOrDefault(
                            table + "." + column.getFirst(),
                            BY_NAME.getOrDefault(
                                column.getFirst(),
                                BY_TYPE.getOrDefault(column.getLast(), "NULL")))));
        try {
          handle.execute(
              "INSERT INTO %s (%s) VALUES (%s)"
                  .formatted(
                      Schema.quoted(table),
                      String.join(", ", values.keySet()),
                      String.join(", ", values.values())));
        } catch (JdbiException e) {
          refused.add(table + ": " + e.getMessage());
        }
      }
    }
    assertThat(refused).as("tables whose constraints ask for more in BY_NAME").isEmpty();
  }

  private static long rows(Handle handle, String table) {
    return handle
        .createQuery("SELECT count(*) FROM " + Schema.quoted(table))
        .mapTo(Long.class)
        .one();
  }

  /** Of each table how many rows there are and what they say, and where the sequences stand. */
  private static Map<String, String> content(Store store) {
    return store
        .api()
        .withHandle(
            handle -> {
              Map<String, String> all = new TreeMap<>();
              for (String table : Schema.tables(handle)) {
                String digest =
                    handle
                        .createQuery(
                            "SELECT count(*) || ' ' || md5(coalesce(string_agg(t::text, '|' ORDER"
                                + " BY"
                                + " t::text COLLATE \"C\"), '')) FROM %s t"
                                    .formatted(Schema.quoted(table)))
                        .mapTo(String.class)
                        .one();
                all.put(table, digest);
              }
              assertThat(all).hasSizeGreaterThan(50);
              Schema.sequences(handle)
                  .forEach((name, last) -> all.put("sequence " + name, "" + last));
              return all;
            });
  }

  private static void forget(Store store) {
    store
        .api()
        .useHandle(
            handle -> {
              List<String> tables = new ArrayList<>(Schema.tables(handle));
              tables.replaceAll(Schema::quoted);
              handle.execute("TRUNCATE " + String.join(", ", tables));
            });
  }

  private static byte[] backup(Store store) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Backup.write(store, "1.2.3", out);
    return out.toByteArray();
  }

  private static int restore(Store store, byte[] file) {
    return Restore.read(store, new ByteArrayInputStream(file)).tables()
        + store.api().withHandle(Schema::sequences).size();
  }

  /** The restored database serves: the node, its inventory, its job, the admin's token. */
  private static void aServerGoesOnThere(
      TestServer original, DatabaseSettings external, String node) throws Exception {
    try (Server server = Server.start(original.settings().with(external))) {
      for (String path :
          List.of(
              "/nodes/" + node + "/inventory",
              "/nodes/" + node + "/history",
              "/nodes/" + node + "/boot",
              "/jobs/1",
              "/resources/machines/m1",
              "/boot/profiles/mine")) {
        HttpRequest request =
            HttpRequest.newBuilder(server.address().resolve("/api/v1" + path))
                .header("Authorization", "Bearer " + original.adminToken())
                .build();
        var answer = original.client().send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
      }
    }
    assertThat(Files.exists(original.folder().resolve("admin.token"))).isTrue();
  }
}
