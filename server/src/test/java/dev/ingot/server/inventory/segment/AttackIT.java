package dev.ingot.server.inventory.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.access.PathGrants;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.DeclaredPaths;
import dev.ingot.server.inventory.DocumentStore;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/**
 * Three fleets: two whose documents differ in hidden parts alone, and one whose documents have no
 * hidden parts. Whatever somebody asks who may not read those, the answers are the same.
 */
final class AttackIT {
  private static final int NODES = 10;
  private static final int QUESTIONS = Integer.getInteger("ingot.attacks", 200);
  private static final long SEED = Long.getLong("ingot.seed", 20_260_105L);
  private static final List<String> READ =
      List.of(
          "cpu",
          "dmi.sys_vendor",
          "interfaces.driver",
          "interfaces.lldp",
          "raid.*.version",
          "asset",
          "site.driver");

  private static final List<String> WRITE = List.of("asset", "site.driver");

  private static final List<TestServer> FLEETS = new ArrayList<>();
  private static final List<String> TOKENS = new ArrayList<>();
  private static final Random RANDOM = new Random(SEED);
  private static final PathGrants GRANTS = PathGrants.parse(READ, "read");
  private static final HiddenParts PARTS = new HiddenParts(HiddenParts.OBSERVED, GRANTS, RANDOM);
  private static final HiddenParts IMPORTS = new HiddenParts(HiddenParts.WRITTEN, GRANTS, RANDOM);

  @BeforeAll
  static void start() {
    List<List<ObjectNode>> observed = fleets(PARTS);
    List<List<ObjectNode>> written = fleets(IMPORTS);
    for (int fleet = 0; fleet < observed.size(); fleet++) {
      start(observed.get(fleet), written.get(fleet));
    }
  }

  private static List<List<ObjectNode>> fleets(HiddenParts parts) {
    List<List<ObjectNode>> fleets =
        List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int node = 0; node < NODES; node++) {
      ObjectNode one = parts.document();
      ObjectNode other = parts.other(one);
      assertThat(GRANTS.prune(other)).as("%s and %s", one, other).isEqualTo(GRANTS.prune(one));
      fleets.get(0).add(one);
      fleets.get(1).add(other);
      fleets.get(2).add(GRANTS.prune(one));
    }
    return fleets;
  }

  private static void start(List<ObjectNode> observed, List<ObjectNode> written) {
    TestServer server = TestServer.start();
    FLEETS.add(server);
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      TestNodes.make(store.api(), 0, NODES + 2);
      DocumentStore writer =
          new DocumentStore(store.ingest(), new OutboxTable(() -> {}), DeclaredPaths.DEFAULT);
      for (int node = 0; node < NODES; node++) {
        TestNodes.store(writer, TestNodes.id(node), 1, Json.write(observed.get(node)));
      }
      for (int node = 0; node < NODES; node++) { // and a change, so that there is a history
        ObjectNode changed = observed.get(node).deepCopy().put("cpu", node);
        TestNodes.store(writer, TestNodes.id(node), 2, Json.write(changed));
      }
    }
    for (int node = 0; node < NODES; node++) {
      String path = "/api/v1/nodes/" + TestNodes.id(node) + "/inventory";
      String document = Json.write(written.get(node));
      Answer put = server.send("PUT", path, document, server.adminToken());
      assertThat(put.status()).as("%s", put.body()).isEqualTo(200);
    }
    Segments segments = new Segments(server);
    segments.role("nosy", "operator", "{\"node.tags\": {\"$ne\": \"t2\"}}", READ, WRITE);
    TOKENS.add(segments.token("nosy"));
  }

  @AfterAll
  static void stop() {
    FLEETS.forEach(TestServer::close);
  }

  @Test
  void noQuestionTellsDocumentsApartThatDifferInHiddenParts() {
    RandomQuestions questions = new RandomQuestions(RANDOM, PARTS);
    int answered = 0;
    for (int i = 0; i < QUESTIONS; i++) {
      ObjectNode question = questions.question();
      Answer answer = same("POST", "/api/v1/inventory/query", Json.write(question));
      for (int page = 0; answer.body().path("next").isString() && page < 4; page++) {
        question.put("cursor", answer.text("next"));
        answer = same("POST", "/api/v1/inventory/query", Json.write(question));
      }
      answered += answer.status() == 200 ? 1 : 0;
      same("POST", "/api/v1/inventory/aggregate", Json.write(questions.pipeline()));
      same("POST", "/api/v1/inventory/distinct", Json.write(questions.distinct()));
      String filter = Segments.encoded(Json.write(questions.filter(1)));
      same("GET", "/api/v1/nodes?" + (i % 2 == 0 ? "filter=" : "on=") + filter, null);
    }
    assertThat(answered).isGreaterThan(QUESTIONS / 4);
  }

  @Test
  void noNodeShowsWhetherSomethingIsHidden() {
    for (int node = 0; node < NODES + 2; node++) {
      String path = "/api/v1/nodes/" + TestNodes.id(node);
      same("GET", path, null);
      same("GET", path + "/inventory", null);
      same("GET", path + "/diff?from=now&with=" + TestNodes.id(1), null);
      for (String of : List.of("", "?path=cpu", "?path=secret", "?change=lost", "?limit=1")) {
        same("GET", path + "/history" + of, null);
      }
    }
    for (String key : List.of("a", "b", "host1", "01", TestNodes.id(2))) {
      same("GET", "/api/v1/lookup?key=" + key, null);
    }
  }

  @Test
  void noWriteTellsWhatIsHiddenNorChangesIt() {
    RandomQuestions questions = new RandomQuestions(RANDOM, PARTS);
    Set<Integer> statuses = new TreeSet<>();
    for (int i = 0; i < QUESTIONS / 2; i++) {
      String node = "/api/v1/nodes/" + TestNodes.id(RANDOM.nextInt(NODES)) + "/inventory";
      String section = HiddenParts.WRITTEN.get(RANDOM.nextInt(HiddenParts.WRITTEN.size()));
      Answer answer =
          switch (RANDOM.nextInt(5)) {
            case 0 -> same("PUT", node + "/" + section, Json.write(PARTS.value(1)));
            case 1 -> same("DELETE", node + "/" + section, null);
            case 2 -> same("PUT", node, Json.write(questions.written()));
            default -> same("PATCH", node, Json.write(questions.written()));
          };
      statuses.add(answer.status());
      same("GET", node, null);
      same("GET", node + "?sources=true", null);
    }
    assertThat(statuses).contains(200, 403);
  }

  /** Asks all three and has the one answer of all. */
  private static Answer same(String method, String path, String body) {
    Answer first = FLEETS.getFirst().send(method, path, body, TOKENS.getFirst());
    for (int i = 1; i < FLEETS.size(); i++) {
      Answer other = FLEETS.get(i).send(method, path, body, TOKENS.get(i));
      assertThat(told(other))
          .as("seed %d: fleet %d says to %s %s %s", SEED, i, method, path, body)
          .isEqualTo(told(first));
    }
    return first;
  }

  /** All of an answer but times, which are of the making of the fleets. */
  private static String told(Answer answer) {
    String body = answer.response().body();
    if (answer.response().uri().getPath().endsWith("/history")) {
      body = body.replaceAll("\"next\":\"[^\"]*\"", "\"next\":\"of a time\"");
    }
    return answer.status()
        + answer.response().headers().firstValue("ETag").orElse("")
        + body.replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME");
  }
}
