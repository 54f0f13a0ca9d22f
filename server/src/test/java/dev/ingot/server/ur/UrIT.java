package dev.ingot.server.ur;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ingot.broker.EmbeddedBroker;
import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.testkit.DebianRabbit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Agents of Ur, written with python3-pika, as nodes of our server. */
class UrIT {
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final String UUID = "44454c4c-5900-1034-8035-c4c04f564231";
  private static final String MAC = "00:1b:21:0a:0b:0c";

  @TempDir private Path folder;

  private static TestServer server(String url) {
    return TestServer.start(
        settings ->
            settings.with(
                UrSettings.DEFAULT.with(url).with(Duration.ofSeconds(1), Duration.ofSeconds(5))));
  }

  private UrPeer agent(String url, String name, String hostname, String... mode) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(url, name, hostname, hostname.equals("liar") ? "00:1b:21:0a:0b:99" : MAC));
    arguments.addAll(List.of(mode));
    return UrPeer.of(folder, ForeignAgent.SCRIPT, arguments.toArray(String[]::new));
  }

  private static JsonNode node(TestServer server, String hostname) {
    for (JsonNode node : server.get("/api/v1/nodes").body().path("items")) {
      if (hostname.equals(node.path("hostname").asString(""))) {
        return node;
      }
    }
    return Json.MAPPER.missingNode();
  }

  private static void awaitCapable(TestServer server, String hostname) {
    await()
        .atMost(SOON)
        .until(
            () ->
                server.get("/api/v1/capabilities?on=" + hostname).body().path("items").size() == 1);
  }

  private static String job(TestServer server, String on, Object arguments, Object... more) {
    Map<String, Object> request = new TreeMap<>(Map.of("on", on, "capability", "run"));
    request.put("arguments", arguments);
    for (int i = 0; i < more.length; i += 2) {
      request.put(String.valueOf(more[i]), more[i + 1]);
    }
    TestServer.Answer answer = server.post("/api/v1/jobs", Json.write(request));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
    return answer.text("id");
  }

  private static JsonNode task(TestServer server, String job) {
    return server.get("/api/v1/jobs/" + job + "/tasks?output=true").body().path("items").path(0);
  }

  private static JsonNode ended(TestServer server, String job) {
    await().atMost(SOON).until(() -> task(server, job).has("finished"));
    return task(server, job);
  }

  private static void awaitState(TestServer server, String job, String state) {
    await().atMost(SOON).until(() -> task(server, job).path("state").asString("").equals(state));
  }

  @Test
  void aForeignAgentIsANodeThatJobsReachAndThatItsOwnAgentTakesOver() throws Exception {
    UrPeer.hasPika();
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret");
        TestServer server = server(broker.url())) {
      await().atMost(SOON).ignoreExceptions().until(() -> ready(broker.url()));
      String id;
      try (UrPeer agent = agent(broker.url(), UUID, "crivvens")) {
        awaitCapable(server, "crivvens");
        id = node(server, "crivvens").path("id").asString();
        assertThat(id).startsWith("01");
        described(server, id);
        jobs(server, agent);
        // Asked once, whatever happens to the server meanwhile.
        restartedInTheMiddle(server, agent);
        // A new start of the agent knows nothing of what it was asked.
        String lost = job(server, "crivvens", Map.of("script", "sleep 60"));
        awaitState(server, lost, "running");
        agent.kill();
        try (UrPeer again = agent(broker.url(), UUID, "crivvens")) {
          assertThat(ended(server, lost).path("state").asString()).isEqualTo("lost");
          String next = job(server, "crivvens", Map.of("script", "echo again"));
          assertThat(ended(server, next).path("stdout").asString()).isEqualTo("again\n");
          assertThat(again.next(each -> each.has("asked")).has("asked")).isTrue();
        }
      }
      // Gone, and a job waits until it is back.
      await()
          .atMost(SOON)
          .until(() -> node(server, "crivvens").at("/presence/state").asString("").equals("lost"));
      String waiting = job(server, "crivvens", Map.of("argv", List.of("/bin/echo", "back")));
      try (UrPeer agent = agent(broker.url(), UUID, "crivvens")) {
        assertThat(ended(server, waiting).path("stdout").asString()).isEqualTo("back\n");
        // Its own agent comes: the node is one, and the agent's.
        String token = server.post("/api/v1/enrolment-tokens", "{\"name\":\"t\"}").text("secret");
        try (OwnAgent own =
            new OwnAgent(server.uri(""), token, UUID.toUpperCase(Locale.ROOT), MAC, "own")) {
          assertThat(own).isNotNull();
          await().atMost(SOON).until(() -> !node(server, "own").isMissingNode());
          assertThat(node(server, "own").path("id").asString()).isEqualTo(id);
          agent.tell("it goes on");
          await()
              .during(Duration.ofSeconds(2))
              .atMost(SOON)
              .until(() -> server.get("/api/v1/nodes").body().path("items").size() == 1);
        }
      }
    }
  }

  private static boolean ready(String url) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url);
    try (Connection connection = factory.newConnection()) {
      return connection.createChannel().queueDeclarePassive("ingot.ur").getConsumerCount() > 0;
    }
  }

  private static void described(TestServer server, String id) {
    JsonNode document = server.get("/api/v1/nodes/" + id + "/inventory").body();
    assertThat(document.at("/dmi/sys_vendor").asString()).isEqualTo("Dell");
    assertThat(document.at("/mem/MemTotal").asLong()).isEqualTo(49_139L << 20);
    assertThat(document.at("/cpu/1/threads").asInt()).isEqualTo(8);
    assertThat(document.at("/interfaces/0/permanent_address").asString()).isEqualTo(MAC);
    assertThat(document.at("/interfaces/0/address_info/0/addr").asString())
        .isEqualTo("172.25.1.39");
    assertThat(document.at("/os_storage/0/size").asLong()).isEqualTo(1_798_000_000_000L);
    assertThat(document.at("/sysinfo/Live Image").asString()).isEqualTo("20180128T233316Z");
    assertThat(Json.write(document)).doesNotContain("guest");
    assertThat(server.get("/api/v1/nodes/" + id + "/inventory?sources=true").response().body())
        .contains("\"agent\"");
  }

  private void jobs(TestServer server, UrPeer agent) throws Exception {
    String ran =
        job(
            server,
            "crivvens",
            Map.of(
                "script",
                "printf '%s|' \"$@\" $FOO; echo e >&2; exit 5",
                "arguments",
                List.of("$(id)"),
                "environment",
                Map.of("FOO", "1")));
    JsonNode task = ended(server, ran);
    assertThat(task.path("state").asString()).isEqualTo("failed");
    assertThat(task.path("exit").asInt()).isEqualTo(5);
    assertThat(task.path("stdout").asString()).isEqualTo("$(id)|1|");
    assertThat(task.path("stderr").asString()).isEqualTo("e\n");
    assertThat(agent.next(each -> each.has("asked")).path("type").asString()).isEqualTo("script");
    JsonNode file =
        ended(server, job(server, "crivvens", Map.of("argv", List.of("/bin/echo", "a b"))));
    assertThat(file.path("state").asString()).isEqualTo("succeeded");
    assertThat(file.path("stdout").asString()).isEqualTo("a b\n");
    JsonNode gone = ended(server, job(server, "crivvens", Map.of("argv", List.of("/no/such"))));
    assertThat(gone.path("reason").asString()).contains("ENOENT");
    Path told = folder.resolve("told");
    JsonNode slow =
        ended(
            server,
            job(
                server,
                "crivvens",
                Map.of("script", "until [ -e " + told + " ]; do sleep 0.1; done"),
                "timeout",
                1));
    assertThat(slow.path("state").asString()).isEqualTo("timed out");
    Files.createFile(told);
    // Ur has no input: said before anything is asked.
    assertThat(
            server
                .post(
                    "/api/v1/jobs",
                    "{\"on\":\"crivvens\",\"capability\":\"run\","
                        + "\"arguments\":{\"script\":\"x\",\"input\":\"y\"}}")
                .status())
        .isEqualTo(422);
  }

  private void restartedInTheMiddle(TestServer server, UrPeer agent) throws Exception {
    Path there = folder.resolve("there");
    Path count = folder.resolve("count");
    String job =
        job(
            server,
            "crivvens",
            Map.of(
                "script",
                "echo x >> "
                    + count
                    + "; until [ -e "
                    + there
                    + " ]; do sleep 0.1; done; echo done"));
    awaitState(server, job, "running");
    await().atMost(SOON).until(() -> Files.exists(count));
    server.server().close();
    Files.createFile(there);
    server.restart();
    JsonNode task = ended(server, job);
    assertThat(task.path("state").asString()).as("%s", task).isEqualTo("succeeded");
    assertThat(task.path("stdout").asString()).isEqualTo("done\n");
    assertThat(Files.readString(count)).isEqualTo("x\n");
    assertThat(agent.others()).isNotEmpty();
  }

  @Test
  void whateverIsSentTheConsumerLivesAndAFirstVersionsAgentIsKnownByItsAddress() throws Exception {
    UrPeer.hasPika();
    assumeTrue(DebianRabbit.isInstalled(), "rabbitmq-server is not installed");
    try (DebianRabbit rabbit = DebianRabbit.start(List.of());
        TestServer server = server(rabbit.url())) {
      await().atMost(SOON).until(() -> rabbit.control("list_consumers").contains("ingot.ur"));
      try (UrPeer stranger = UrPeer.headNode(folder, rabbit.url(), "ur.nothing")) {
        badInput(stranger);
      }
      try (UrPeer agent = agent(rabbit.url(), MAC, "first", "thousandfold");
          UrPeer liar =
              agent(rabbit.url(), UUID.replace("44454c4c", "deadbeef"), "liar", "lying")) {
        awaitCapable(server, "first");
        JsonNode many = ended(server, job(server, "first", Map.of("script", "echo one")));
        assertThat(many.path("stdout").asString()).isEqualTo("one\n");
        awaitCapable(server, "liar");
        for (int i = 0; i < 2; i++) {
          JsonNode lied = ended(server, job(server, "liar", Map.of("script", "echo true")));
          assertThat(lied.path("stdout").asString()).isEqualTo("true\n");
        }
        assertThat(agent.next(each -> each.has("asked")).has("asked")).isTrue();
        assertThat(liar.next(each -> each.has("asked")).has("asked")).isTrue();
        assertThat(server.get("/api/v1/nodes").body().path("items")).hasSize(2);

        // The broker goes and comes back; agents connect anew, as Ur's do.
        rabbit.kill();
      }
      rabbit.startAgain();
      try (UrPeer agent = agent(rabbit.url(), MAC, "first")) {
        JsonNode back =
            ended(server, job(server, "first", Map.of("script", "echo back"), "expiry", 120));
        assertThat(back.path("stdout").asString()).isEqualTo("back\n");
        assertThat(agent.next(each -> each.has("asked")).has("asked")).isTrue();

        // An agent of ours with that port: the node that was known by it is merged into its own.
        String former = node(server, "first").path("id").asString();
        assertThat(former).startsWith("00");
        String token = server.post("/api/v1/enrolment-tokens", "{\"name\":\"t\"}").text("secret");
        try (OwnAgent own =
            new OwnAgent(
                server.uri(""), token, "4C4C4544-0042-3510-8052-B4C04F4B5A31", MAC, "own")) {
          await()
              .atMost(SOON)
              .until(
                  () ->
                      server
                          .get("/api/v1/nodes/" + former)
                          .body()
                          .path("hostname")
                          .asString("")
                          .equals("own"));
          assertThat(own).isNotNull();
        }
      }
    }
  }

  private static void badInput(UrPeer stranger) {
    String name = "ur.startup.11111111-2222-4333-8444-555555555555";
    stranger.say(name, "no JSON");
    stranger.say(name, "[1]");
    stranger.say(name, "\"text\"");
    stranger.say(name, "{}", Map.of("type", "image/png"));
    stranger.say("ur.startup.a.b.c", "{}");
    stranger.say("ur.startup.*", "{}");
    stranger.say("ur.startup.#", "{}");
    stranger.say("ur.startup.", "{}");
    stranger.say("ur.startup.00:11:22:33:44", "{}");
    stranger.say(
        "ur.sysinfo.11111111-2222-4333-8444-555555555555.1",
        "{\"UUID\": \"99999999-2222-4333-8444-555555555555\"}");
    stranger.say("ur.sysinfo.x.1", "{}");
    stranger.say("ur.execute-reply." + MAC + ".0badcafe", "{\"exit_status\": 0}");
    stranger.say("ur.execute-reply." + MAC + ".*", "{}");
    stranger.say("ur.execute-reply." + MAC + ".all1", "{\"UUID\": 5}");
    stranger.say("ur.ackingot." + MAC, "{}");
    stranger.say(name, "0123456789".repeat(1_000), Map.of("times", 10_000));
  }
}
