package dev.ingot.server.ur;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.broker.EmbeddedBroker;
import dev.ingot.core.Json;
import dev.ingot.server.Server;
import dev.ingot.server.ServerSettings;
import dev.ingot.server.TestServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two servers of one database at one broker, and an agent of Ur there: one of them speaks. */
class UrServersIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String UP = "it is up";
  private static final String UUID = "44454c4c-5900-1034-8035-c4c04f564231";

  @TempDir private Path folder;
  private TestServer first;

  /** By any of the servers: what one knows the others know. */
  private TestServer.Answer ask(Server by, String path, Object body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(by.address() + path))
            .header("Authorization", "Bearer " + first.adminToken());
    return first.send(
        body == null
            ? request.GET().build()
            : request
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
                .build());
  }

  private String job(Server by, String script) {
    TestServer.Answer made =
        ask(
            by,
            "/api/v1/jobs",
            Map.of("on", "crivvens", "capability", "run", "arguments", Map.of("script", script)));
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.text("id");
  }

  private JsonNode task(Server by, String job) {
    return ask(by, "/api/v1/jobs/" + job + "/tasks?output=true", null).body().at("/items/0");
  }

  private void awaitState(Server by, String job, String state) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(task(by, job).path("state").asString("")).isEqualTo(state));
  }

  @Test
  void oneSpeaksAlsoAfterTheOneBeforeItIsGone() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret")) {
      first = TestServer.start(settings -> settings.with(UrSettings.DEFAULT.with(broker.url())));
      awaitSpeaking(first.server());
      Server second =
          Server.start(
              first.settings().with(new ServerSettings.DataSettings(folder.resolve("second"))));
      try {
        awaitStandingBy(second);
        first.server().close();
        awaitSpeaking(second);
        Server third =
            Server.start(
                first.settings().with(new ServerSettings.DataSettings(folder.resolve("third"))));
        try {
          awaitStandingBy(third);
        } finally {
          third.close();
        }
      } finally {
        second.close();
        first.close();
      }
    }
  }

  private void awaitSpeaking(Server server) {
    await().atMost(SOON).untilAsserted(() -> assertThat(said(server)).isEqualTo(UP));
  }

  private void awaitStandingBy(Server server) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(said(server)).contains("stands by while another speaks Ur there: 403"));
  }

  /** What a server says of its connection. */
  private String said(Server server) {
    for (JsonNode each : ask(server, "/api/v1/broker", null).body().path("connections")) {
      if (each.path("purpose").asString("").equals("ur")) {
        return each.path("up").asBoolean() ? UP : each.path("trouble").asString("");
      }
    }
    return "no connection";
  }

  @Test
  void eachRequestIsSaidOnceAndItsAnswerIsFoundByTheServerThatGoesOn() throws Exception {
    UrPeer.hasPika();
    Path count = folder.resolve("count");
    Path there = folder.resolve("there");
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret")) {
      first =
          TestServer.start(
              settings ->
                  settings.with(
                      UrSettings.DEFAULT
                          .with(broker.url())
                          .with(Duration.ofSeconds(1), Duration.ofSeconds(30))));
      awaitSpeaking(first.server());
      Server second =
          Server.start(
              first.settings().with(new ServerSettings.DataSettings(folder.resolve("second"))));
      try (UrPeer agent =
          UrPeer.of(
              folder, ForeignAgent.SCRIPT, broker.url(), UUID, "crivvens", "00:1b:21:0a:0b:0c")) {
        await()
            .atMost(SOON)
            .until(
                () ->
                    ask(second, "/api/v1/capabilities?on=crivvens", null)
                            .body()
                            .path("items")
                            .size()
                        == 1);
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          jobs.add(job(i % 2 == 0 ? first.server() : second, "echo x >> " + count));
        }
        for (String job : jobs) {
          awaitState(second, job, "succeeded");
        }
        String longest =
            job(
                second,
                "echo x >> %s; until [ -e %s ]; do sleep 0.1; done; echo done"
                    .formatted(count, there));
        awaitState(second, longest, "running");
        await().atMost(SOON).until(() -> Files.readAllLines(count).size() == 7);

        first.server().close();
        Files.createFile(there);
        awaitState(second, longest, "succeeded");
        assertThat(task(second, longest).path("stdout").asString()).isEqualTo("done\n");
        awaitState(second, job(second, "echo x >> " + count), "succeeded");
        assertThat(Files.readAllLines(count)).hasSize(8);
        assertThat(agent.others().stream().filter(each -> each.has("asked"))).hasSize(8);
      } finally {
        second.close();
        first.close();
      }
    }
  }
}
