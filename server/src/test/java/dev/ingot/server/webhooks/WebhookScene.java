package dev.ingot.server.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.events.Severity;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;

/**
 * A server that loses patience quickly, and for each test a receiver and the name of its webhook.
 */
abstract class WebhookScene {
  static final WebhooksSettings QUICK =
      new WebhooksSettings(
          null,
          null,
          Duration.ofMillis(700),
          Duration.ofMillis(20),
          Duration.ofMillis(300),
          100,
          Duration.ofMinutes(5),
          1000,
          Duration.ofSeconds(1));

  static TestServer server;
  static Jdbi jdbi;
  static final AtomicInteger HOOKS = new AtomicInteger();
  static final Outbox OUTBOX = new OutboxTable(() -> {});

  Receiver receiver;
  String name;

  @BeforeAll
  static void start() {
    server = TestServer.start(settings -> settings.with(QUICK));
    jdbi =
        Jdbi.create(
            server.database().url(), server.database().user(), server.database().password());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void receive() {
    receiver = new Receiver();
    name = "hook-" + HOOKS.incrementAndGet();
  }

  @AfterEach
  void silence() {
    server.delete("/api/v1/webhooks/" + name);
    receiver.close();
  }

  String node() {
    return "n-" + name;
  }

  String path() {
    return "/api/v1/webhooks/" + name;
  }

  TestServer.Answer add(String more) {
    return add(name, receiver.url(), more);
  }

  static TestServer.Answer add(String hook, String url, String more) {
    TestServer.Answer answer = post(hook, url, more);
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
    return answer;
  }

  /** Wants events of nodes only, where it does not say what it wants. */
  static TestServer.Answer post(String hook, String url, String more) {
    String events = more.contains("\"events\"") ? "" : ",\"events\":{\"types\":[\"node\"]}";
    return server.post(
        "/api/v1/webhooks",
        "{\"name\":\"" + hook + "\",\"url\":\"" + url + "\"" + events + more + "}");
  }

  void patch(String json) {
    assertThat(server.patch(path(), json).status()).isEqualTo(200);
  }

  TestServer.Answer replay(String json) {
    return server.post(path() + "/replay", json);
  }

  JsonNode show() {
    return server.get(path()).body();
  }

  JsonNode deliveries(String state) {
    return server.get(path() + "/deliveries?state=" + state).body().path("items");
  }

  static double metric(String metric) {
    return server
        .get("/metrics")
        .response()
        .body()
        .lines()
        .filter(line -> line.startsWith(metric + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(metric.length() + 1)))
        .sum();
  }

  long told(String action) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select (select count(*) from event where type = 'webhook' and action = :action"
                        + " and type_id = :name) + (select count(*) from event_outbox where"
                        + " type = 'webhook' and action = :action and type_id = :name)")
                .bind("action", action)
                .bind("name", name)
                .mapTo(Long.class)
                .one());
  }

  static long count(String query) {
    return jdbi.withHandle(handle -> handle.createQuery(query).mapTo(Long.class).one());
  }

  static int number(JsonNode event) {
    return event.path("data").path("number").asInt(-1);
  }

  static String insertNode(String tags) {
    String id = "01" + String.format("%040x", HOOKS.get() * 100L + tags.length());
    jdbi.useHandle(
        handle -> {
          handle.execute(
              "insert into node (id, standing, id_reason, tags, facts_digest)"
                  + " values (?, 'admitted', 'test', ?::text[], '')",
              id,
              tags);
          handle.execute("insert into agent_session (node) values (?)", id);
        });
    return id;
  }

  static void append(String node, int number) {
    append("node", "lost", Severity.WARNING, node, number);
  }

  static void append(String type, String action, Severity severity, String node, int number) {
    jdbi.useTransaction(
        handle -> OUTBOX.append(handle, event(type, action, severity, node, number)));
  }

  static NewEvent event(String type, String action, Severity severity, String node, int number) {
    return new NewEvent(
        type, action, severity, node, node, Json.MAPPER.createObjectNode().put("number", number));
  }
}
