package dev.ingot.server.ur;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.agent.Agent;
import dev.ingot.agent.AgentSettings;
import dev.ingot.agent.face.UrSettings;
import dev.ingot.broker.EmbeddedBroker;
import dev.ingot.core.Json;
import dev.ingot.testkit.DebianRabbit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Our agent as an agent of Ur, asked by a head node that was written with python3-pika. */
class UrAgentIT {
  private static final Duration SOON = Duration.ofSeconds(40);

  /** What agents say. */
  private static final String[] SAID = {
    "ur.startup.#", "ur.sysinfo.#", "ur.execute-reply.#", "ur.ack5eed.*"
  };

  @TempDir private Path folder;

  private Agent agent(String url, List<String> senders) throws Exception {
    AgentSettings standard = AgentSettings.DEFAULT;
    return Agent.start(
        new AgentSettings(
            new AgentSettings.ServerSettings("http://127.0.0.1:1", false, null),
            standard.enrolment(),
            new AgentSettings.DataSettings(folder.resolve("data")),
            standard.inspect(),
            standard.plugins(),
            new AgentSettings.CompatSettings(
                standard.compat().uuidCase(), UrSettings.OFF.at(url).of(senders))));
  }

  private static Map<String, Object> script(String text, Object... more) {
    return more.length == 0
        ? Map.of("type", "script", "script", text)
        : Map.of("type", "script", "script", text, "args", more[0], "env", more[1]);
  }

  private static JsonNode answer(UrPeer head, String node, String request, Object body)
      throws Exception {
    head.say("ur.execute." + node + "." + request, body);
    String wanted = "ur.execute-reply." + node.replaceFirst("-(..:){5}..$", "") + "." + request;
    JsonNode answer = head.next(message -> message.path("key").asString("").equals(wanted));
    assertThat(answer.path("type").asString()).isEqualTo("application/json");
    return answer.path("body");
  }

  private static String idOf(JsonNode startup) {
    return startup.path("key").asString().substring("ur.startup.".length());
  }

  @Test
  void theAgentSaysThatItStartedRunsWhatItIsAskedToAndAnswersWhateverElseIsSent() throws Exception {
    UrPeer.hasPika();
    Path file = Files.writeString(folder.resolve("pools.sh"), "#!/bin/sh\necho pools $1; exit 3\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret");
        UrPeer head = UrPeer.headNode(folder, broker.url(), SAID);
        Agent agent = agent(broker.url(), List.of())) {
      assertThat(agent).isNotNull();
      JsonNode byUuid = head.next("ur\\.startup\\.[0-9a-f-]{36}");
      String uuid = idOf(byUuid);
      assertThat(byUuid.at("/body/UUID").asString()).isEqualTo(uuid);
      assertThat(byUuid.at("/body/MiB of Memory").asString()).matches("\\d+");
      String mac = idOf(head.next("ur\\.startup\\.([0-9a-f]{2}:){5}[0-9a-f]{2}"));
      assertThat(Json.write(byUuid.at("/body/Network Interfaces"))).contains(mac).contains("admin");
      head.next("ur\\.sysinfo\\." + uuid + "\\.[0-9a-f]{8}");

      assertThat(answer(head, uuid, "0badcafe", script("#!/bin/bash\necho hello world\nexit 0")))
          .isEqualTo(
              Json.read("{\"exit_status\": 0, \"stdout\": \"hello world\\n\", \"stderr\": \"\"}"));
      // No shell reads what is handed over.
      assertThat(
              answer(
                  head,
                  mac,
                  "1",
                  script(
                      "#!/bin/sh\nprintf '%s|' \"$@\" \"$FOO\"; echo e >&2; exit 7",
                      List.of("$(id)", "a b"), Map.of("FOO", "`id`"))))
          .isEqualTo(
              Json.read(
                  "{\"exit_status\": 7, \"stdout\": \"$(id)|a b|`id`|\", \"stderr\": \"e\\n\"}"));
      assertThat(
              answer(
                  head,
                  uuid + "-" + mac,
                  "2",
                  Map.of("type", "file", "file", file.toString(), "args", List.of("x"))))
          .isEqualTo(
              Json.read("{\"exit_status\": 3, \"stdout\": \"pools x\\n\", \"stderr\": \"\"}"));
      assertThat(
              answer(head, uuid, "3", Map.of("type", "file", "file", "gone.sh"))
                  .path("exit_status")
                  .asString())
          .isEqualTo("ENOENT");
      JsonNode loud = answer(head, uuid, "4", script("#!/bin/sh\nyes | head -c 3000000"));
      assertThat(loud.path("stdout_dropped").asLong()).isEqualTo(3_000_000 - (1 << 20));
      assertThat(loud.path("stdout").asString().length()).isBetween(1 << 20, (1 << 20) + 100);

      head.say("ur.broadcast.sysinfo.00c0ffee", "{}");
      assertThat(
              head.next("ur\\.execute-reply\\." + uuid + "\\.00c0ffee").at("/body/UUID").asString())
          .isEqualTo(uuid);
      head.say("ur.ping." + uuid, Map.of("client_id", "5eed", "id", "77"));
      JsonNode pong = head.next("ur\\.ack5eed\\." + uuid).path("body");
      assertThat(pong.path("req_id").asString()).isEqualTo("77");
      assertThat(pong.path("timestamp").asString())
          .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");

      badInput(head, uuid);
      Path once = folder.resolve("once");
      Object counting = script("#!/bin/sh\necho x >> " + once);
      answer(head, uuid, "again", counting);
      head.say("ur.execute." + uuid + ".again", counting);
      assertThat(answer(head, uuid, "last", script("echo lives")).path("stdout").asString())
          .isEqualTo("lives\n");
      assertThat(Files.readString(once)).isEqualTo("x\n");
      assertThat(head.others().stream().map(each -> each.path("key").asString()))
          .noneMatch(key -> key.startsWith("ur.execute-reply"));
    }
  }

  private static void badInput(UrPeer head, String uuid) {
    String key = "ur.execute." + uuid + ".";
    Map<String, Object> good = script("echo never");
    head.say(key + "b1", "no JSON");
    head.say(key + "b2", "[1]");
    head.say(key + "b3", "{}");
    head.say(key + "b4", Map.of("type", "script"));
    head.say(key + "b5", Map.of("type", "script", "script", 5));
    head.say(key + "b6", Map.of("type", "poetry", "script", "echo"));
    head.say(key + "b7", Map.of("type", "script", "script", "echo", "args", "x"));
    head.say(key + "b8", Map.of("type", "script", "script", "echo", "env", List.of()));
    head.say(key + "b9", Map.of("type", "script", "script", "echo", "env", Map.of("a=b", "c")));
    head.say(key + "c1", good, Map.of("type", "image/png"));
    head.say(key + "*", good);
    head.say(key + "#", good);
    head.say(key, good);
    head.say("ur.broadcast.poetry.1", "{}");
    head.say("ur.broadcast.sysinfo.*", "{}");
    head.say("ur.ping." + uuid, "{}");
    head.say(key + "large", "0123456789".repeat(1_000), Map.of("times", 10_000));
  }

  @Test
  @Tag("long")
  void overRabbitItGoesOnAfterTheBrokerWasKilledAndHearsOnlyWhomItMay() throws Exception {
    UrPeer.hasPika();
    assumeTrue(DebianRabbit.isInstalled(), "rabbitmq-server is not installed");
    try (DebianRabbit rabbit = DebianRabbit.start(List.of())) {
      String user = rabbit.user();
      UrPeer head = UrPeer.headNode(folder, rabbit.url(), SAID);
      try (Agent agent = agent(rabbit.url(), List.of(user))) {
        assertThat(agent).isNotNull();
        String uuid = idOf(head.next("ur\\.startup\\..*-.*"));
        Map<String, Object> known = Map.of("type", "application/json", "user", user);
        head.say("ur.execute." + uuid + ".unsaid", script("echo unsaid"));
        head.say("ur.execute." + uuid + ".said", script("echo said"), known);
        assertThat(head.next("ur.execute-reply.*").path("key").asString()).endsWith(".said");

        // What ends while the broker is away is said when it is back.
        Path there = folder.resolve("there");
        head.say(
            "ur.execute." + uuid + ".meanwhile",
            script("#!/bin/sh\nuntil [ -e " + there + " ]; do sleep 0.1; done"),
            known);
        head.say("ur.execute." + uuid + ".behind", script("echo behind"), known);
        head.next("ur.execute-reply.*behind");
        rabbit.kill();
        head.close();
        rabbit.startAgain();
        head = UrPeer.headNode(folder, rabbit.url(), SAID);
        Files.createFile(there);
        assertThat(head.next("ur.execute-reply.*meanwhile").at("/body/exit_status").asInt(-1))
            .isZero();
        await().atMost(SOON).until(() -> rabbit.control("list_consumers").contains("ur.request."));
        head.say("ur.execute." + uuid + ".back", script("echo back"), known);
        assertThat(head.next("ur.execute-reply.*back").at("/body/stdout").asString())
            .isEqualTo("back\n");
      } finally {
        head.close();
      }
    }
  }
}
