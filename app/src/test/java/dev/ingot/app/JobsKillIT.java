package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Jobs over simulated agents while server, database and agents are killed at random moments: every
 * task ends, none begins twice (also not in the next process of an agent that was killed), a lie
 * about an attempt that never was is not believed, and what is not known to have succeeded says
 * why.
 */
class JobsKillIT {
  private static final Duration START = Duration.ofMinutes(4);
  private static final Duration END = Duration.ofMinutes(6);
  private static final int NODES = 250;
  private static final int JOBS = 20;
  private static final Set<String> ENDS =
      Set.of("succeeded", "failed", "timedOut", "cancelled", "lost", "refused");

  private final List<IngotProcess> fleets = new ArrayList<>();
  private final Set<String> succeeded = new HashSet<>();
  private Path data;
  private Map<String, String> environment;
  private URI address;

  @BeforeEach
  void folder() throws IOException {
    data = TestFolders.fresh("jobs-kill");
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
    fleets.forEach(IngotProcess::close);
    TestFolders.discard(data);
  }

  @Test
  void everyTaskEndsAndNoneBeginsTwiceWhateverIsKilled() throws Exception {
    rounds(2, 1);
  }

  @Test
  @Tag("long")
  void everyTaskEndsAndNoneBeginsTwiceOverManyKills() throws Exception {
    rounds(20, 2);
  }

  private void rounds(int rounds, long seed) throws Exception {
    Random random = new Random(seed);
    IngotProcess server = start();
    try (IngotClient client = client()) {
      IngotProcess fleet = fleet(client);
      for (int round = 0; round < rounds; round++) {
        List<String> jobs = new ArrayList<>();
        for (int job = 0; job < JOBS; job++) {
          jobs.add(submit(client, "round-" + round + "-" + job));
        }
        for (int victim = 0; victim < 3; victim++) {
          Thread.sleep(random.nextInt(700));
          switch ((victim + round) % 3) {
            case 0 -> {
              server.killHard();
              server.close();
              server = start();
            }
            case 1 -> postgres().destroyForcibly();
            default -> {
              fleet.killHard();
              fleet = fleet(client);
            }
          }
        }
        for (String job : jobs) {
          ended(client, job);
        }
      }
      assertThat(fleets.stream().flatMap(each -> each.lines().stream()))
          .noneMatch(line -> line.contains("began twice") || line.contains("not written"));
      fleet.killHard();
      begunOnceEach();
    } finally {
      server.close();
    }
  }

  /**
   * What all processes of the fleet began, also those that were killed: no task twice, and none
   * succeeded that never began.
   */
  private void begunOnceEach() throws IOException {
    Set<String> once = new HashSet<>();
    List<String> twice =
        Files.readAllLines(begun()).stream().filter(line -> !once.add(line)).toList();
    assertThat(twice).as("machine, task and attempt that began more than once").isEmpty();
    assertThat(once).as("tasks that succeeded began").containsAll(succeeded);
  }

  private Path begun() {
    return data.resolve("begun");
  }

  /** The same key each time: whether the first answer came or not there is one job. */
  private static String submit(IngotClient client, String key) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("on", "all");
    body.put("capability", "run").put("priority", "bulk").put("expiry", "60s");
    body.putObject("arguments").putArray("argv").add("hostname");
    return asked(() -> client.jobs().create(body, key)).path("id").asString();
  }

  private void ended(IngotClient client, String job) {
    JsonNode shown =
        Awaitility.await("job " + job + " ends")
            .atMost(END)
            .pollInterval(Duration.ofMillis(200))
            .until(
                () -> asked(() -> client.jobs().show(job)),
                each -> !each.path("state").asString().equals("running"));
    Map<String, Integer> counts = new TreeMap<>();
    shown.path("counts").forEachEntry((state, count) -> counts.put(state, count.asInt()));
    assertThat(
            counts.entrySet().stream().filter(each -> each.getValue() > 0).map(Map.Entry::getKey))
        .isSubsetOf(ENDS);
    assertThat(counts.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(NODES);
    Map<String, String> query = new HashMap<>(Map.of("limit", "1000", "output", "true"));
    Page tasks = asked(() -> client.jobs().tasks(job, query));
    assertThat(tasks.items()).hasSize(NODES);
    for (JsonNode task : tasks.items()) {
      assertThat(task.path("attempt").asInt()).as("attempts of %s", task).isLessThanOrEqualTo(1);
      assertThat(task.has("finished")).as("%s", task).isTrue();
      if (task.path("state").asString().equals("succeeded")) {
        assertThat(task.path("stdout").asString())
            .as("what %s wrote", task)
            .isEqualTo(task.path("hostname").asString() + "\n");
        succeeded.add(
            task.path("hostname").asString() + " " + job + " " + task.path("attempt").asInt());
      } else {
        assertThat(task.path("reason").asString("")).as("why %s", task).isNotBlank();
        assertThat(task.path("reason").asString()).as("of no attempt").doesNotContain("a lie");
      }
    }
  }

  /** What a server that is away or starts is asked again. */
  private static <T> T asked(java.util.function.Supplier<T> question) {
    return Awaitility.await("an answer")
        .atMost(START)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              try {
                return question.get();
              } catch (ClientException e) {
                boolean away = e.kind() != ClientException.Kind.ANSWERED || e.status() >= 500;
                assertThat(away).as(e.detail()).isTrue();
                return null;
              }
            },
            answer -> answer != null);
  }

  private IngotClient client() throws IOException {
    String token = Files.readString(data.resolve("admin.token")).strip();
    return new IngotClient(new ClientSettings(address, token, null, Duration.ofSeconds(30)));
  }

  private IngotProcess fleet(IngotClient client) throws Exception {
    IngotProcess fleet =
        new IngotProcess(
            environment,
            "simulate",
            "--nodes",
            String.valueOf(NODES),
            "--behaviour",
            "lying=10,slow=4",
            "--begun-file",
            begun().toString());
    fleets.add(fleet);
    Awaitility.await("the fleet is there, or the server is away")
        .atMost(START)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () ->
                fleet.lines().stream().anyMatch(line -> line.contains("linked " + NODES))
                    || !fleet.handle().isAlive());
    return fleet.handle().isAlive() ? fleet : fleet(client);
  }

  private IngotProcess start() throws Exception {
    IngotProcess server = new IngotProcess(environment, "server", "--log", "text");
    server.await("ready at", START);
    return server;
  }

  private ProcessHandle postgres() throws IOException {
    try (Stream<Path> files = Files.walk(data.resolve("postgres"), 3)) {
      Path file = files.filter(one -> one.endsWith("postmaster.pid")).findFirst().orElseThrow();
      return ProcessHandle.of(Long.parseLong(Files.readAllLines(file).getFirst())).orElseThrow();
    }
  }
}
