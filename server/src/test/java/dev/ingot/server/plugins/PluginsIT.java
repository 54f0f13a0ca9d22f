package dev.ingot.server.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.agent.Agent;
import dev.ingot.agent.AgentSettings;
import dev.ingot.agent.plugin.PluginSettings;
import dev.ingot.configuration.ByteSize;
import dev.ingot.configuration.Secret;
import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The whole agent on this machine, its plugins, and the whole server over PostgreSQL. */
@TestInstance(Lifecycle.PER_CLASS)
class PluginsIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  private TestServer server;
  private Agent agent;
  private String node = "";
  @TempDir private static Path folder;
  @TempDir private static Path plugins;

  @BeforeAll
  void start() throws Exception {
    write(
        "facter",
        "sh -c 'echo kernel: Linux; echo disks: [sda, sdb]; echo n: null'",
        "yaml",
        "command_alias = get_facts\n");
    server = TestServer.start();
    startAgent();
    node = server.get("/api/v1/nodes").body().at("/items/0/id").asString();
  }

  @AfterAll
  void stop() {
    agent.close();
    server.close();
  }

  private void startAgent() throws InterruptedException {
    String token = server.post("/api/v1/enrolment-tokens", "{\"name\":\"t\"}").text("secret");
    AgentSettings standard = AgentSettings.DEFAULT;
    agent =
        Agent.start(
            new AgentSettings(
                new AgentSettings.ServerSettings(server.uri("").toString(), false, null),
                new AgentSettings.EnrolmentSettings(new Secret(token), null),
                new AgentSettings.DataSettings(folder),
                standard.inspect(),
                new PluginSettings(plugins, ByteSize.parse("1MiB"), false),
                standard.compat()));
    await().atMost(SOON).until(() -> !names().isEmpty());
  }

  private void write(String name, String command, String format, String more) throws IOException {
    Path draft = plugins.resolve(name + ".new");
    Files.writeString(
        draft,
        "[%1$s]\nname = %1$s\ndescription = of a test\ncommand = %2$s\nresult_format = %3$s\n%4$s"
            .formatted(name, command, format, more));
    Files.move(draft, plugins.resolve(name + ".cfg"), StandardCopyOption.REPLACE_EXISTING);
  }

  private Set<String> names() {
    return server
        .get("/api/v1/plugins")
        .body()
        .path("items")
        .valueStream()
        .map(item -> item.path("name").asString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The node's task when it has ended. */
  private JsonNode collect(String plugin) {
    TestServer.Answer made = ask(plugin, "{}");
    assertThat(made.status()).as(made.body().toString()).isEqualTo(201);
    return ended(made);
  }

  private TestServer.Answer ask(String plugin, String more) {
    var body = (ObjectNode) Json.read(more);
    body.put("on", node.isEmpty() ? "all" : node).put("capability", "collect");
    body.putObject("arguments").put("plugin", plugin);
    return server.post("/api/v1/jobs", Json.write(body));
  }

  private JsonNode ended(TestServer.Answer made) {
    String job = "/api/v1/jobs/" + made.text("id");
    await().atMost(SOON).until(() -> !server.get(job).text("state").equals("running"));
    return server.get(job + "/tasks/" + node).body();
  }

  private JsonNode result(String plugin) {
    return server.get("/api/v1/nodes/" + node + "/plugins/" + plugin).body();
  }

  private List<String> found(String filter) {
    return server
        .get("/api/v1/nodes?filter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8))
        .body()
        .path("items")
        .valueStream()
        .map(item -> item.path("id").asString())
        .toList();
  }

  @Test
  void aPluginIsListedCalledByItsAliasAndItsValueIsInTheRecordAndFound() {
    JsonNode listed =
        server
            .get("/api/v1/plugins")
            .body()
            .path("items")
            .valueStream()
            .filter(item -> item.path("name").asString().equals("facter"))
            .findFirst()
            .orElseThrow();
    assertThat(listed.path("alias").asString()).isEqualTo("get_facts");
    assertThat(listed.path("nodes").asInt()).isEqualTo(1);
    JsonNode task = collect("get_facts");
    assertThat(task.path("state").asString()).isEqualTo("succeeded");
    assertThat(task.at("/result/stored").asBoolean()).isTrue();

    JsonNode facter = result("facter");
    assertThat(facter.path("value"))
        .isEqualTo(Json.read("{\"kernel\":\"Linux\",\"disks\":[\"sda\",\"sdb\"],\"n\":null}"));
    assertThat(facter.path("exit").asInt(-1)).isZero();
    assertThat(facter.path("error").isNull()).isTrue();
    assertThat(facter.path("source").asString()).isEqualTo("agent");
    JsonNode record = server.get("/api/v1/nodes/" + node).body().at("/plugins/facter");
    assertThat(record.path("value")).isEqualTo(facter.path("value"));
    assertThat(record.path("time").asString()).endsWith("Z");

    assertThat(found("{\"plugins.facter.kernel\": \"Linux\"}")).containsExactly(node);
    assertThat(found("{\"plugins.facter.value.disks\": \"sdb\"}")).containsExactly(node);
    assertThat(found("{\"plugins.facter.exit\": 0, \"node.online\": true}")).containsExactly(node);
    assertThat(found("{\"plugins.facter.kernel\": \"Plan9\"}")).isEmpty();
    assertThat(found("{\"plugins.none.kernel\": {\"$exists\": true}}")).isEmpty();
    JsonNode shown =
        server
            .post(
                "/api/v1/inventory/query",
                "{\"projection\": {\"plugins.facter.disks\": 1}, \"sort\":"
                    + " {\"plugins.facter.kernel\": 1}}")
            .body()
            .at("/items/0/plugins/facter/value/disks");
    assertThat(shown).isEqualTo(Json.read("[\"sda\",\"sdb\"]"));

    collect("facter");
    JsonNode runs =
        server.get("/api/v1/nodes/" + node + "/plugins/facter/history").body().path("items");
    assertThat(runs).hasSize(2);
    assertThat(runs.at("/0/changed").asBoolean()).isFalse();
    assertThat(runs.at("/1/changed").asBoolean()).isTrue();
    assertThat(runs.at("/1/value/kernel").asString()).isEqualTo("Linux");
  }

  @Test
  void whatIsNotRegisteredIsRefusedBeforeAnythingIsSent() {
    TestServer.Answer refused = ask("rm", "{}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text("detail")).contains("plugin");
    assertThat(ask("sh -c id", "{}").status()).isEqualTo(422);
    assertThat(server.get("/api/v1/nodes/" + node + "/plugins/rm").status()).isEqualTo(404);
  }

  @Test
  void theFolderIsReadAgainAndABadFileHarmsNoOther() throws Exception {
    write("bad", "\"true", "raw", "");
    write("later", "echo later", "string", "");
    await().atMost(SOON).until(() -> names().containsAll(Set.of("facter", "later")));
    await()
        .atMost(SOON)
        .until(
            () ->
                server
                    .get("/api/v1/plugins")
                    .body()
                    .at("/problems/0/file")
                    .asString("")
                    .equals("bad.cfg"));
    assertThat(collect("later").path("state").asString()).isEqualTo("succeeded");
    assertThat(result("later").path("value").asString()).isEqualTo("later\n");
    Files.delete(plugins.resolve("later.cfg"));
    await().atMost(SOON).until(() -> !names().contains("later"));
    assertThat(ask("later", "{}").status()).isEqualTo(422);
  }

  @Test
  void aFailureKeepsTheLastGoodValueAndSaysWhy() throws Exception {
    Path switched = folder.resolve("switched");
    write("sw", "sh -c 'cat " + switched + "'", "json", "");
    await().atMost(SOON).until(() -> names().contains("sw"));
    Files.writeString(switched, "{\"a\": 1}");
    assertThat(collect("sw").path("state").asString()).isEqualTo("succeeded");

    Files.writeString(switched, "{\"a\": ");
    JsonNode task = collect("sw");
    assertThat(task.path("state").asString()).isEqualTo("failed");
    assertThat(task.path("reason").asString()).startsWith("not JSON");
    JsonNode kept = result("sw");
    assertThat(kept.path("value")).isEqualTo(Json.read("{\"a\":1}"));
    assertThat(kept.path("raw").asString()).isEqualTo("{\"a\": ");
    assertThat(kept.path("error").asString()).startsWith("not JSON: line 1");
    assertThat(kept.path("exit").asInt(-1)).isZero();

    Files.delete(switched);
    assertThat(collect("sw").path("exit").asInt()).isEqualTo(1);
    assertThat(result("sw").path("error").asString()).startsWith("exit status 1: cat: ");
    assertThat(result("sw").at("/value/a").asInt()).isEqualTo(1);
    assertThat(found("{\"plugins.sw.error\": {\"$regex\": \"^exit status\"}}"))
        .containsExactly(node);
    await().atMost(SOON).until(() -> eventsOf("sw").size() == 3);
    assertThat(eventsOf("sw")).containsExactly("plugin.changed", "plugin.failed", "plugin.failed");
  }

  private List<String> eventsOf(String plugin) {
    var database = server.database();
    return Jdbi.create(database.url(), database.user(), database.password())
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT type || '.' || action FROM event WHERE type = 'plugin' AND type_id"
                            + " = :plugin ORDER BY position")
                    .bind("plugin", plugin)
                    .mapTo(String.class)
                    .list());
  }

  @Test
  void anOfflineNodeGetsTheCommandWhenItIsBackAndItsJobExpiresOtherwise() throws Exception {
    write("away", "echo back", "raw", "");
    await().atMost(SOON).until(() -> names().contains("away"));
    agent.close();
    await().atMost(SOON).until(() -> found("{\"node.online\": false}").equals(List.of(node)));
    TestServer.Answer waits = ask("away", "{\"expiry\": \"10m\"}");
    TestServer.Answer expires = ask("away", "{\"expiry\": \"1s\"}");
    assertThat(ended(expires).path("state").asString()).isEqualTo("timed out");
    startAgent();
    assertThat(ended(waits).path("state").asString()).isEqualTo("succeeded");
    assertThat(server.get("/api/v1/nodes/" + node + "/plugins/away/history").body().path("items"))
        .hasSize(1);
  }

  @Test
  void aScheduleRunsOnTheNodeAndResultsWaitThereWhileTheServerIsAway() throws Exception {
    Path counter = folder.resolve("counter");
    write(
        "tick",
        "sh -c 'echo x >>" + counter + "; wc -l <" + counter + "'",
        "json",
        "schedule = 1s\n");
    await().atMost(SOON).until(() -> result("tick").path("value").asInt(0) >= 1);
    server.restartOnTheSamePort();
    agentIsAwayFor(counter);
    await().atMost(SOON).until(() -> runs().size() >= 6);
    List<Integer> values = runs();
    assertThat(values).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b - a);
    assertThat(values.getFirst() - values.getLast()).isEqualTo(values.size() - 1);
  }

  /** The server's restart takes long enough that runs fall into it. */
  private void agentIsAwayFor(Path counter) {
    await().atMost(SOON).until(() -> Files.readAllLines(counter).size() >= 5);
  }

  private List<Integer> runs() {
    return server
        .get("/api/v1/nodes/" + node + "/plugins/tick/history")
        .body()
        .path("items")
        .valueStream()
        .map(run -> run.path("value").asInt())
        .toList();
  }
}
