package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.client.ClaimRequest;
import dev.ingot.client.ClientException;
import dev.ingot.client.ClientSettings;
import dev.ingot.client.IngotClient;
import dev.ingot.client.Page;
import dev.ingot.testkit.FreePort;
import dev.ingot.testkit.TestFolders;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Many clients claim and release machines and addresses while the server is killed: nothing ever
 * has two holders, nothing is lost, and every claim that was acknowledged is there.
 */
class ResourcesKillIT {
  private static final int CLIENTS = 64;
  private static final int MACHINES = 10_000;
  private static final Duration START = Duration.ofSeconds(120);

  private final Map<String, String> holders = new ConcurrentHashMap<>();
  private final Map<String, List<String>> acknowledged = new ConcurrentHashMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong claims = new AtomicLong();
  private Path data;
  private Map<String, String> environment;
  private URI address;

  @BeforeEach
  void folder() throws IOException {
    data = TestFolders.fresh("resources-kill");
    String port = String.valueOf(FreePort.next());
    address = URI.create("http://127.0.0.1:" + port);
    environment =
        Map.of(
            "INGOT_DATA_DIR", data.toString(),
            "INGOT_HTTP_PORT", port,
            "INGOT_SERVER", address.toString());
  }

  @AfterEach
  void clean() throws IOException {
    TestFolders.discard(data);
  }

  @Test
  void nothingHasTwoHoldersAndNothingLeaksWhateverIsKilled() throws Exception {
    run(Duration.ofSeconds(10));
  }

  @Test
  @Tag("long")
  void nothingHasTwoHoldersAndNothingLeaksForAMinute() throws Exception {
    run(Duration.ofSeconds(60));
  }

  private void run(Duration length) throws Exception {
    IngotProcess server = start();
    try (IngotClient client = client();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      prepare(client);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        running.add(clients.submit(() -> work(client, number)));
      }
      for (int kill = 0; kill < 2; kill++) {
        Thread.sleep(length.dividedBy(3));
        server.killHard();
        server.close();
        server = start();
      }
      Thread.sleep(length.dividedBy(3));
      over.set(true);
      for (Future<?> each : running) {
        each.get();
      }
      assertThat(wrong).isEmpty();
      assertThat(claims.get()).isGreaterThan(CLIENTS);
      check(client);
    } finally {
      over.set(true);
      server.close();
    }
  }

  private void prepare(IngotClient client) {
    ArrayNode machines = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < MACHINES; i++) {
      machines.addObject().put("hostname", "m%05d".formatted(i));
    }
    asked(() -> client.resources().create("machines", machines));
    ObjectNode network = JsonNodeFactory.instance.objectNode().put("prefix", "10.20.0.0/16");
    asked(() -> client.resources().putNetwork("torture", network));
  }

  /** Claims and releases until it is over; some claims are kept. */
  private void work(IngotClient client, int number) {
    Random random = new Random(number);
    for (int turn = 0; !over.get(); turn++) {
      String kind = random.nextBoolean() ? "machines" : "private-addresses";
      ClaimRequest request =
          ClaimRequest.of("client-" + number).count(1 + random.nextInt(random.nextInt(8) + 1));
      ObjectNode body = (kind.equals("machines") ? request : request.network("torture")).body();
      String key = number + "-" + turn;
      JsonNode claim = asked(() -> client.resources().claim(kind, body, key));
      String id = claim.path("id").asString();
      List<String> held = new ArrayList<>();
      claim.path("resources").forEach(each -> held.add(kind + "/" + each.asString()));
      claims.incrementAndGet();
      for (String each : held) {
        String other = holders.putIfAbsent(each, id);
        if (other != null) {
          wrong.add(each + " is held by claims " + other + " and " + id);
        }
      }
      acknowledged.put(id, held);
      if (random.nextInt(20) != 0) {
        held.forEach(holders::remove);
        acknowledged.remove(id);
        released(client, id);
      }
    }
  }

  private static void released(IngotClient client, String id) {
    asked(
        () -> {
          try {
            return client.resources().releaseClaim(id, "done");
          } catch (ClientException e) {
            // The first answer was lost: it is released already.
            if (e.status() == 409 && e.detail().contains("released already")) {
              return JsonNodeFactory.instance.objectNode();
            }
            throw e;
          }
        });
  }

  /**
   * What the server says is held is what was acknowledged and not released, and all else is free.
   */
  private void check(IngotClient client) {
    Map<String, List<String>> there = new HashMap<>();
    Map<String, String> query = new HashMap<>(Map.of("limit", "1000"));
    String next;
    do {
      Page page = asked(() -> client.resources().claims(query));
      for (JsonNode each : page.items()) {
        List<String> held = new ArrayList<>();
        each.path("resources")
            .forEach(key -> held.add(each.path("kind").asString() + "/" + key.asString()));
        there.put(each.path("id").asString(), held);
      }
      next = page.next();
      if (next != null) {
        query.put("cursor", next);
      }
    } while (next != null);
    assertThat(there).isEqualTo(acknowledged);
    long machines = holders.keySet().stream().filter(each -> each.startsWith("machines/")).count();
    assertThat(count(client, "machines", "{\"free\":true}")).isEqualTo(MACHINES - machines);
    assertThat(count(client, "machines", "{\"owner\":{\"$ne\":\"\"}}")).isEqualTo(machines);
    assertThat(count(client, "private-addresses", "{\"owner\":{\"$ne\":\"\"}}"))
        .isEqualTo(holders.size() - machines);
    there.keySet().forEach(id -> released(client, id));
    assertThat(count(client, "machines", "{\"free\":true}")).isEqualTo(MACHINES);
    assertThat(count(client, "private-addresses", "{\"owner\":{\"$ne\":\"\"}}")).isZero();
  }

  private static long count(IngotClient client, String kind, String where) {
    long count = 0;
    Map<String, String> query = new HashMap<>(Map.of("limit", "1000", "where", where));
    while (true) {
      Page page = asked(() -> client.resources().list(kind, query));
      count += page.items().size();
      String next = page.next();
      if (next == null) {
        return count;
      }
      query.put("cursor", next);
    }
  }

  /** Asks until there is an answer, as a careful client does; a refusal is one. */
  private static <T> T asked(Supplier<T> question) {
    long end = System.nanoTime() + START.toNanos();
    while (true) {
      try {
        return question.get();
      } catch (ClientException e) {
        boolean passes = e.kind() != ClientException.Kind.ANSWERED || e.status() >= 500;
        if (!passes || System.nanoTime() > end) {
          throw e;
        }
        try {
          Thread.sleep(50);
        } catch (InterruptedException interrupted) {
          throw new IllegalStateException(interrupted);
        }
      }
    }
  }

  private IngotProcess start() throws Exception {
    IngotProcess server = new IngotProcess(environment, "server", "--log", "text");
    server.await("ready at", START);
    return server;
  }

  private IngotClient client() throws IOException {
    String token = Files.readString(data.resolve("admin.token")).strip();
    return new IngotClient(new ClientSettings(address, token, null, Duration.ofSeconds(30)));
  }
}
