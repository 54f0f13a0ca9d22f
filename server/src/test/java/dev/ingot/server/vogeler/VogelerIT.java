package dev.ingot.server.vogeler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.agent.Agent;
import dev.ingot.agent.AgentSettings;
import dev.ingot.agent.plugin.PluginSettings;
import dev.ingot.broker.EmbeddedBroker;
import dev.ingot.configuration.ByteSize;
import dev.ingot.configuration.Secret;
import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.testkit.DebianRabbit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Vogeler's runner, client and server, written with python3-pika, against our server and our agent:
 * over the embedded broker, and over Debian's RabbitMQ.
 */
class VogelerIT {
  private static final Duration SOON = Duration.ofSeconds(40);

  /** The seed's runner and its server in one: what {@code vogeler-runner -n KEY -x WORD} sends. */
  private static final String RUNNER =
      """
      import json, pika, sys, time
      def channel(c):
          for _ in range(300):
              try:
                  ch = c.channel()
                  ch.exchange_declare("vogeler.master.in", passive=True)
                  return ch
              except pika.exceptions.ChannelClosedByBroker:
                  time.sleep(0.1)
      url, key, body, wanted = sys.argv[1:5]
      c = pika.BlockingConnection(pika.URLParameters(url))
      ch = channel(c)
      q = ch.queue_declare("", exclusive=True).method.queue
      ch.queue_bind(q, "vogeler.master.in", "")
      ch.basic_publish("vogeler.broadcast.in", key, body)
      got = []
      for m, p, b in ch.consume(q, auto_ack=True, inactivity_timeout=30):
          if m is None: break
          got.append({"body": json.loads(b), "mode": p.delivery_mode, "type": p.content_type})
          if len(got) == int(wanted): break
      print(json.dumps(got))
      c.close()
      """;

  /** The seed's client: answers, and whatever else is in the file, a message a line. */
  private static final String CLIENT =
      """
      import json, pika, sys, time
      def channel(c):
          for _ in range(300):
              try:
                  ch = c.channel()
                  ch.exchange_declare("vogeler.master.in", passive=True)
                  return ch
              except pika.exceptions.ChannelClosedByBroker:
                  time.sleep(0.1)
      url, file = sys.argv[1:3]
      c = pika.BlockingConnection(pika.URLParameters(url))
      ch = channel(c)
      for line in open(file):
          m = json.loads(line)
          p = pika.BasicProperties(delivery_mode=2, content_type=m.get("type"), user_id=m.get("user"))
          ch.basic_publish(m.get("exchange", "vogeler.master.in"), m.get("key", ""), m["body"] * m.get("times", 1), p)
      c.close()
      """;

  @TempDir private Path folder;

  private String python(String script, String... arguments) throws Exception {
    Path file = Files.writeString(folder.resolve("script.py"), script);
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3", file.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private void client(String url, Object... messages) throws Exception {
    StringBuilder lines = new StringBuilder();
    for (Object message : messages) {
      lines.append(Json.write(message)).append('\n');
    }
    Path file = Files.writeString(folder.resolve("messages"), lines.toString());
    python(CLIENT, url, file.toString());
  }

  private static Map<String, Object> answer(Object body) {
    return Map.of("body", body instanceof String text ? text : Json.write(body));
  }

  private static Agent agent(TestServer server, Path data, boolean willing) throws Exception {
    Path plugins = Files.createDirectories(data.resolve("plugins"));
    Files.writeString(
        plugins.resolve("facter.cfg"),
        "[facter]\nname = facter\ncommand = echo 'kernel: Linux'\nresult_format = yaml\n"
            + "command_alias = get_facts\n");
    Files.writeString(
        plugins.resolve("gone.cfg"),
        "[gone]\nname = gone\ncommand = no-such-program\nresult_format = raw\n");
    String token = server.post("/api/v1/enrolment-tokens", "{\"name\":\"t\"}").text("secret");
    AgentSettings standard = AgentSettings.DEFAULT;
    Agent agent =
        Agent.start(
            new AgentSettings(
                new AgentSettings.ServerSettings(server.uri("").toString(), false, null),
                new AgentSettings.EnrolmentSettings(new Secret(token), null),
                new AgentSettings.DataSettings(data),
                standard.inspect(),
                new PluginSettings(plugins, ByteSize.parse("1MiB"), willing),
                standard.compat()));
    await().atMost(SOON).until(() -> !server.get("/api/v1/plugins").body().path("items").isEmpty());
    return agent;
  }

  private static JsonNode plugins(TestServer server, String host) {
    for (JsonNode node : server.get("/api/v1/nodes").body().path("items")) {
      if (host.equals(node.path("hostname").asString(""))) {
        return server.get("/api/v1/nodes/" + node.path("id").asString()).body().path("plugins");
      }
    }
    return Json.read("{}");
  }

  private static void hasPika() {
    assumeTrue(
        Files.isDirectory(Path.of("/usr/lib/python3/dist-packages/pika")),
        "python3-pika is not installed");
  }

  private static String hostname() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
  }

  /** What goes wrong in the middle, for brokers that can be stopped. */
  private interface Trouble {
    void make() throws Exception;
  }

  private void runnersAndClients(String url, TestServer server, Trouble trouble) throws Exception {
    String own = hostname();
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(
            () -> {
              client(url, answer(Map.of("syskey", own, "rpm", "bash\nvim\n", "format", "output")));
              return plugins(server, own).has("rpm");
            });
    try (Agent agent = agent(server, folder.resolve("agent"), true)) {
      assertThat(agent).isNotNull();
      await()
          .atMost(SOON)
          .until(() -> server.get("/api/v1/nodes").body().path("items").size() == 1);
      assertThat(plugins(server, own).at("/rpm/value"))
          .isEqualTo(Json.read("[\"bash\",\"vim\",\"\"]"));
      assertThat(plugins(server, own).at("/rpm/source").asString()).isEqualTo("vogeler");

      for (List<String> asked :
          List.of(
              List.of("broadcasts.*", "\"facter\""),
              List.of("broadcast.x", "\"get_facts\""),
              List.of(own, "{\"myrequest\": \"facter\"}"))) {
        JsonNode got = Json.read(python(RUNNER, url, asked.get(0), asked.get(1), "1")).path(0);
        assertThat(got.path("body"))
            .isEqualTo(
                Json.read(
                    Json.write(
                        Map.of("syskey", own, "facter", "kernel: Linux\n", "format", "yaml"))));
        assertThat(got.path("mode").asInt()).isEqualTo(2);
      }
      assertThat(plugins(server, own).at("/facter/value/kernel").asString()).isEqualTo("Linux");
      assertThat(plugins(server, own).at("/facter/source").asString()).isEqualTo("agent");
      JsonNode refused = Json.read(python(RUNNER, url, own, "\"nope\"", "1")).at("/0/body");
      assertThat(refused.at("/last_error/message").asString())
          .isEqualTo("Plugin nope is not authorized for this host. Ignoring");
      assertThat(refused.path("format").asString()).isEqualTo("pydict");
      assertThat(
              Json.read(python(RUNNER, url, own, "\"gone\"", "1"))
                  .at("/0/body/last_error/message")
                  .asString())
          .startsWith("Error in plugin 'gone': no-such-program");

      trouble.make();
      JsonNode again = Json.read(python(RUNNER, url, own, "\"facter\"", "1")).at("/0/body");
      assertThat(again.path("facter").asString()).isEqualTo("kernel: Linux\n");
      assertThat(server.get("/api/v1/nodes").body().path("items")).hasSize(1);
    }
  }

  @Test
  void overTheEmbeddedBrokerRunnersAskOurAgentsAndClientsAnswersLandInRecords() throws Exception {
    hasPika();
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret");
        TestServer server =
            TestServer.start(
                settings -> settings.with(VogelerSettings.DEFAULT.with(broker.url())))) {
      runnersAndClients(broker.url(), server, server::restartOnTheSamePort);
    }
  }

  @Test
  void overRabbitTheyGoOnAfterTheBrokerWasKilled() throws Exception {
    hasPika();
    assumeTrue(DebianRabbit.isInstalled(), "rabbitmq-server is not installed");
    try (DebianRabbit rabbit = DebianRabbit.start(List.of());
        TestServer server =
            TestServer.start(
                settings -> settings.with(VogelerSettings.DEFAULT.with(rabbit.url())))) {
      runnersAndClients(
          rabbit.url(),
          server,
          () -> {
            rabbit.kill();
            rabbit.startAgain();
            await()
                .atMost(SOON)
                .until(() -> rabbit.control("list_consumers").contains("ingot.vogeler"));
          });
    }
  }

  private static VogelerSettings from(String url, List<String> accounts) {
    VogelerSettings standard = VogelerSettings.DEFAULT.with(url);
    return new VogelerSettings(
        url,
        null,
        null,
        null,
        standard.requests(),
        standard.results(),
        standard.largest(),
        standard.expiry(),
        accounts,
        accounts,
        standard.requestsPerMinute(),
        standard.resultsPerMinute(),
        standard.nodes());
  }

  @Test
  void whereAccountsAreNamedNobodyElseIsHeardAndNobodyWhoDoesNotSayItsOwn() throws Exception {
    hasPika();
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret");
        TestServer server =
            TestServer.start(settings -> settings.with(from(broker.url(), List.of("known"))))) {
      String body = "{\"syskey\": \"%s\", \"ps\": \"a\", \"format\": \"raw\"}";
      String url = broker.url();
      Map<String, Object> known = Map.of("user", "known", "body", body.formatted("heard"));
      await()
          .atMost(SOON)
          .ignoreExceptions()
          .until(
              () -> {
                client(
                    url,
                    answer(body.formatted("unsaid")),
                    Map.of("user", "other", "body", body.formatted("other")),
                    Map.of(
                        "exchange",
                        "vogeler.broadcast.in",
                        "key",
                        "broadcasts.*",
                        "body",
                        "\"ps\""),
                    known);
                return plugins(server, "heard").has("ps");
              });
      assertThat(server.get("/api/v1/nodes").body().path("items")).hasSize(1);
      assertThat(server.get("/api/v1/jobs").body().path("items")).isEmpty();
    }
  }

  @Test
  void whateverIsSentTheConsumersLiveAndWhatCanBeLearntIsKept() throws Exception {
    hasPika();
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret");
        TestServer server =
            TestServer.start(
                settings -> settings.with(VogelerSettings.DEFAULT.with(broker.url())))) {
      String url = broker.url();
      Map<String, Object> large = new TreeMap<>(Map.of("body", "0123456789".repeat(1000)));
      large.put("times", 600);
      Map<String, Object> typed =
          Map.of(
              "type", "image/png", "body", "{\"syskey\":\"typed\",\"a\":\"x\",\"format\":\"raw\"}");
      String requests = "vogeler.broadcast.in";
      await()
          .atMost(SOON)
          .ignoreExceptions()
          .until(
              () -> {
                client(
                    url, answer(Map.of("syskey", "web.example.org", "ps", "a", "format", "raw")));
                return plugins(server, "web.example.org").has("ps");
              });
      client(
          url,
          answer("no JSON"),
          answer("{"),
          answer("\\u0000"),
          answer("[1]"),
          answer("\"text\""),
          answer("{}"),
          answer("{\"syskey\": \"x\"}"),
          answer("{\"syskey\": 5, \"a\": 1, \"format\": \"raw\"}"),
          answer("{\"syskey\": \"web*\", \"a\": \"x\", \"format\": \"raw\"}"),
          answer("{\"syskey\": \"a.#\", \"a\": \"x\", \"format\": \"raw\"}"),
          typed,
          large,
          Map.of("exchange", requests, "key", "broadcasts.*", "body", "no JSON"),
          Map.of("exchange", requests, "key", "broadcasts.*", "body", "{\"other\": 1}"),
          Map.of("exchange", requests, "key", "#", "body", "\"facter\""),
          Map.of("exchange", requests, "key", "nobody.knows.this", "body", "\"facter\""),
          answer(Map.of("syskey", "kept", "y", "a: [", "format", "yaml")),
          answer(Map.of("syskey", "kept", "j", "{", "format", "json")),
          answer(Map.of("syskey", "kept", "u", "text", "format", "no such format")),
          answer(Map.of("syskey", "kept", "n", "text")),
          answer(Map.of("syskey", "kept", "d.o.t", "text", "format", "string")),
          answer(Map.of("syskey", "kept", "plugin_dpkg", "x", "format", "raw")),
          answer(Map.of("syskey", "kept", "l", List.of(1, 2), "format", "pylist")),
          answer(
              Map.of(
                  "syskey",
                  "kept",
                  "last_error",
                  Map.of("timestamp", "2010-10-01 04:11:22.123456", "message", "why"),
                  "format",
                  "pydict")));
      await().atMost(SOON).until(() -> plugins(server, "kept").has("last_error"));
      JsonNode kept = plugins(server, "kept");
      assertThat(new TreeSet<>(kept.propertyNames()))
          .isEqualTo(
              new TreeSet<>(Set.of("y", "j", "u", "n", "d%2Eo%2Et", "dpkg", "l", "last_error")));
      assertThat(kept.at("/y/error").asString()).startsWith("not YAML");
      assertThat(kept.at("/u/error").asString()).contains("no such format");
      assertThat(kept.at("/l/value")).isEqualTo(Json.read("[1,2]"));
      assertThat(kept.at("/last_error/value/message").asString()).isEqualTo("why");
      Set<String> hosts = new TreeSet<>();
      server
          .get("/api/v1/nodes")
          .body()
          .path("items")
          .forEach(node -> hosts.add(node.path("hostname").asString()));
      assertThat(hosts).containsExactly("kept", "web.example.org");

      // A thousand answers for one: the last is what counts, and most are not stored.
      Object[] thousand = new Object[1000];
      for (int i = 0; i < thousand.length; i++) {
        thousand[i] = answer(Map.of("syskey", "loud", "n", "" + i, "format", "raw"));
      }
      client(url, thousand);
      await()
          .atMost(SOON)
          .until(() -> plugins(server, "loud").at("/n/value").asString("").equals("999"));
    }
  }
}
