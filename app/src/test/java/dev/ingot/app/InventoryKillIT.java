package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.testkit.FreePort;
import dev.ingot.testkit.TestFolders;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A hundred writers, each with a node of its own to which it counts up, by REST or as the node's
 * agent, while server and database are killed. Whatever was acknowledged is there, every number
 * that is there made exactly one event, and a node's events are in the order of its numbers; a
 * webhook hears each at least once, always with the same id, and in that order.
 */
class InventoryKillIT {
  private static final Duration START = Duration.ofMinutes(5);
  private static final int WRITERS = 100;

  /** Writers from this one on are agents. */
  private static final int AGENTS = 75;

  private Path data;
  private Map<String, String> environment;
  private URI address;
  private final AtomicIntegerArray acknowledged = new AtomicIntegerArray(WRITERS);
  private final AtomicIntegerArray tried = new AtomicIntegerArray(WRITERS);
  private final AtomicLong writes = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();

  @BeforeEach
  void folder() throws IOException {
    data = TestFolders.fresh("kill");
    String port = String.valueOf(FreePort.next());
    environment = Map.of("INGOT_DATA_DIR", data.toString(), "INGOT_HTTP_PORT", port);
    address = URI.create("http://127.0.0.1:" + port);
  }

  @AfterEach
  void clean() throws IOException {
    TestFolders.discard(data);
  }

  @Test
  void whatWasAcknowledgedSurvivesKillsOfServerAndDatabase() throws Exception {
    rounds(2, 1);
  }

  @Test
  @Tag("long")
  void whatWasAcknowledgedSurvivesManyKills() throws Exception {
    rounds(20, 2);
  }

  private void rounds(int rounds, long seed) throws Exception {
    Random random = new Random(seed);
    IngotProcess server = start();
    try (HttpClient http = HttpClient.newHttpClient();
        ForgetfulReceiver receiver = new ForgetfulReceiver();
        ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      post(
          http,
          "/api/v1/webhooks",
          "{\"name\": \"kill\", \"url\": \"%s\", \"events\": {\"types\": [\"inventory.changed\"]}}"
              .formatted(receiver.url()));
      String token =
          post(http, "/api/v1/enrolment-tokens", "{\"name\": \"kill\"}")
              .path("secret")
              .stringValue();
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        running.add(
            writers.submit(
                () -> {
                  if (writer < AGENTS) {
                    write(http, writer);
                  } else {
                    report(writer, token);
                  }
                }));
      }
      try {
        for (int round = 0; round < rounds; round++) {
          long before = writes.get();
          Awaitility.await("writes are acknowledged")
              .atMost(START)
              .until(() -> writes.get() > before + 150 + random.nextInt(150));
          // Even rounds kill the program, odd ones its database, of which it starts another.
          if (round % 2 == 0) {
            ProcessHandle postgres = postgres();
            server.killHard();
            if (random.nextBoolean()) {
              postgres.destroyForcibly();
            }
            server.close();
            server = start();
          } else {
            postgres().destroyForcibly();
          }
        }
        long before = writes.get();
        Awaitility.await("writes go on").atMost(START).until(() -> writes.get() > before + 100);
      } finally {
        over.set(true);
      }
      for (Future<?> writer : running) {
        writer.get();
      }
      check(http, receiver);
    } finally {
      server.close();
    }
  }

  private IngotProcess start() throws Exception {
    IngotProcess server = new IngotProcess(environment, "server", "--log", "text");
    boolean started = false;
    try (HttpClient http = HttpClient.newHttpClient()) {
      Awaitility.await("the server is ready")
          .atMost(START)
          .until(() -> server.handle().isAlive() && ready(http));
      started = true;
    } finally {
      if (!started) {
        server.close();
      }
    }
    return server;
  }

  private boolean ready(HttpClient http) throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(address.resolve("/health/ready")).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private ProcessHandle postgres() throws IOException {
    try (Stream<Path> files = Files.walk(data.resolve("postgres"), 3)) {
      Path file = files.filter(one -> one.endsWith("postmaster.pid")).findFirst().orElseThrow();
      return ProcessHandle.of(Long.parseLong(Files.readAllLines(file).getFirst())).orElseThrow();
    }
  }

  /** Counts its node up: by section, whole, by patch, in bulk each and atomic. */
  private void write(HttpClient http, int writer) {
    while (!over.get()) {
      int number = acknowledged.get(writer) + 1;
      tried.set(writer, number);
      try {
        HttpResponse<String> answer =
            http.send(request(writer, number), HttpResponse.BodyHandlers.ofString());
        boolean bulk = answer.headers().firstValue("Content-Type").orElse("").contains("ndjson");
        boolean stored =
            bulk
                ? answer.body().contains("\"done\"") && answer.body().contains("\"refused\":0")
                : answer.statusCode() == 200 || answer.statusCode() == 201;
        if (stored) {
          acknowledged.set(writer, number);
          writes.incrementAndGet();
        } else {
          assertThat(bulk ? 503 : answer.statusCode()).as(answer.body()).isEqualTo(503);
          pause();
        }
      } catch (IOException e) {
        pause(); // the server is gone: the write may or may not be there, and is sent again
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Counts its node up as the node's agent does. */
  private void report(int writer, String token) {
    try (LinkedWriter link = new LinkedWriter(address, writer, token)) {
      while (!over.get()) {
        int number = acknowledged.get(writer) + 1;
        tried.set(writer, number);
        if (link.report(number, over::get)) {
          acknowledged.set(writer, number);
          writes.incrementAndGet();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JsonNode post(HttpClient http, String path, String body) throws Exception {
    HttpResponse<String> answer =
        http.send(
            request("POST", path, "application/json", body), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return Json.read(answer.body());
  }

  private static void pause() {
    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
  }

  private HttpRequest request(int writer, int number) throws IOException {
    String id = id(writer);
    String document = "{\"count\": {\"n\": %d}}".formatted(number);
    String line = "{\"mercury_id\": \"%s\", \"count\": {\"n\": %d}}\n".formatted(id, number);
    String node = "/api/v1/nodes/" + id + "/inventory";
    return switch (number == 1 ? 1 : (writer + number) % 5) {
      case 0 ->
          request("PUT", node + "/count", "application/json", "{\"n\": %d}".formatted(number));
      case 1 -> request("PUT", node, "application/json", document);
      case 2 -> request("PATCH", node, "application/merge-patch+json", document);
      case 3 -> request("POST", "/api/v1/inventory/bulk", "application/x-ndjson", line);
      default ->
          request("POST", "/api/v1/inventory/bulk?mode=atomic", "application/x-ndjson", line);
    };
  }

  private HttpRequest request(String method, String path, String type, String body)
      throws IOException {
    return HttpRequest.newBuilder(address.resolve(path))
        .timeout(Duration.ofSeconds(60))
        .header("Authorization", "Bearer " + Files.readString(data.resolve("admin.token")).strip())
        .header("Content-Type", type)
        .method(method, HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static String id(int writer) {
    return writer < AGENTS ? "01%040x".formatted(0xc0000 + writer) : LinkedWriter.id(writer);
  }

  private void check(HttpClient http, ForgetfulReceiver receiver) throws Exception {
    TreeMap<String, List<Long>> events = events(http);
    for (int writer = 0; writer < WRITERS; writer++) {
      HttpResponse<String> answer =
          http.send(
              request("GET", "/api/v1/nodes/" + id(writer) + "/inventory", "text/plain", ""),
              HttpResponse.BodyHandlers.ofString());
      int stored =
          answer.statusCode() == 404
              ? 0
              : Json.read(answer.body()).path("count").path("n").intValue();
      assertThat(stored)
          .as("writer %d acknowledged %d", writer, acknowledged.get(writer))
          .isBetween(acknowledged.get(writer), tried.get(writer));
      // Every number is one change: as many events, and their revisions grow with them.
      List<Long> expected = Stream.iterate(1L, n -> n + 1).limit(stored).toList();
      assertThat(events.getOrDefault(id(writer), List.of()))
          .as("writer " + writer)
          .isEqualTo(expected);
      String node = id(writer);
      Awaitility.await("what the webhook hears of writer " + writer)
          .atMost(START)
          .untilAsserted(() -> assertThat(receiver.revisions(node)).isEqualTo(expected));
    }
    assertThat(receiver.wrong()).isEmpty();
    assertThat(receiver.twice()).isPositive();
    assertThat(acknowledged.get(AGENTS)).as("agents' reports").isPositive();
  }

  /** Revisions of the changes, by node, in the order in which the stream tells them. */
  private TreeMap<String, List<Long>> events(HttpClient http) throws Exception {
    TreeMap<String, List<Long>> events = new TreeMap<>();
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/api/v1/events?type=inventory"))
            .header(
                "Authorization", "Bearer " + Files.readString(data.resolve("admin.token")).strip())
            .header("Last-Event-ID", "0")
            .build();
    long total = 0;
    for (int writer = 0; writer < WRITERS; writer++) {
      total += acknowledged.get(writer);
    }
    long quiet = 0;
    try (Stream<String> lines = http.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
      for (String line : (Iterable<String>) lines::iterator) {
        if (line.startsWith("data: ")) {
          JsonNode event = Json.read(line.substring(6));
          if (event.path("action").asString("").equals("changed")) {
            events
                .computeIfAbsent(event.path("nodeId").asString(""), _ -> new ArrayList<>())
                .add(event.path("data").path("revision").asLong(0));
            total--;
          }
        } else if (line.startsWith(": keep-alive")) {
          quiet++;
        }
        // Ten seconds without another one after all that there must be: there are no more.
        if (quiet > (total <= 0 ? 0 : 3)) {
          break;
        }
      }
    }
    return events;
  }
}
