package dev.ingot.server.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ingot.server.TestServer;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.workflow.WorkflowSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How much of a rack, a site or a tag is worked on at once: eight nodes are switched off by a
 * service that lets each go only when it is told.
 */
class SpreadIT extends WorkflowScene {
  private static final int NODES = 8;
  private static final Semaphore LET_GO = new Semaphore(0);
  private static final Set<String> SWITCHED = ConcurrentHashMap.newKeySet();

  /** Where each node is: racks of three, three and two, of which two have the same name. */
  private static final Map<String, String> PLACES = new ConcurrentHashMap<>();

  private static HttpServer power;

  @BeforeAll
  static void startWithPower() throws IOException {
    server.close();
    power = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    power.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    power.createContext("/nodes/", SpreadIT::answer);
    power.start();
    String url = "http://127.0.0.1:" + power.getAddress().getPort();
    server =
        TestServer.start(
            settings -> settings.with(new WorkflowSettings(Duration.ofDays(1), url, null)));
    Jdbi jdbi =
        Jdbi.create(
            server.database().url(), server.database().user(), server.database().password());
    TestNodes.make(jdbi, 1, NODES + 1);
    jdbi.useHandle(
        handle -> {
          for (int i = 0; i < NODES; i++) {
            String site = i < 6 ? "north" : "south";
            String rack = i % 6 < 3 ? "r1" : "r2";
            handle.execute(
                "UPDATE node SET site = ?, rack = ?, tags = ARRAY['all', ?] WHERE id = ?",
                site,
                rack,
                i % 2 == 0 ? "even" : "odd",
                TestNodes.id(i + 1));
            PLACES.put(
                TestNodes.id(i + 1),
                "rack %s/%s site %s all tag:%s"
                    .formatted(site, rack, site, i % 2 == 0 ? "even" : "odd"));
          }
        });
  }

  @AfterAll
  static void stopPower() {
    LET_GO.release(1000);
    power.stop(0);
  }

  @BeforeEach
  void nobodyIsLetGo() {
    LET_GO.drainPermits();
    SWITCHED.clear();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (exchange.getRequestMethod().equals("PUT")) {
      String node = exchange.getRequestURI().getPath().split("/", -1)[2];
      SWITCHED.add(node);
      LET_GO.acquireUninterruptibly();
      SWITCHED.remove(node);
      exchange.sendResponseHeaders(204, -1);
    } else {
      byte[] off = json("{'on':false}").getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, off.length);
      exchange.getResponseBody().write(off);
    }
    exchange.close();
  }

  /**
   * @param place as {@code PLACES} names it
   * @param first of all eight, how many are worked on until the first is let go
   * @param most of one place at a time
   */
  @ParameterizedTest
  @CsvSource({
    "rack, most, 1, rack (north/r1|north/r2|south/r1), 3, 1",
    "rack, most, 2, rack (north/r1|north/r2|south/r1), 6, 2",
    "rack, percent, 40, rack (north/r1|north/r2|south/r1), 3, 1",
    "site, most, 2, site (north|south), 4, 2",
    "site, percent, 50, site (north|south), 4, 3",
    "all, percent, 25, (all), 2, 2",
    "tag:odd, most, 1, tag:(odd), 5, 1"
  })
  void noMoreOfAPlaceAreWorkedOnThanIsSaid(
      String of, String limit, int number, String place, int first, int most) {
    String off =
        workflow(
            "{'name':'off','type':'power','options':{'action':'off'},'spread':{'of':'"
                + of
                + "','"
                + limit
                + "':"
                + number
                + "}}",
            "");
    List<String> runs = new ArrayList<>();
    for (int i = 1; i <= NODES; i++) {
      runs.add(run(off, ",'node':'" + TestNodes.id(i) + "'"));
    }
    eventually(() -> SWITCHED.size() >= first);
    eventually(() -> runs.stream().filter(SpreadIT::isHeld).count() == NODES - first);
    assertThat(SWITCHED).hasSize(first);
    Pattern named = Pattern.compile(place);
    for (int ended = 1; ended <= NODES; ended++) {
      assertThat(busiest(named)).isLessThanOrEqualTo(most);
      LET_GO.release();
      int wanted = ended;
      eventually(() -> runs.stream().filter(SpreadIT::hasEnded).count() == wanted);
      eventually(() -> wanted == NODES || !SWITCHED.isEmpty());
    }
    runs.forEach(run -> assertEnds(run, "succeeded"));
  }

  /** Of the places, how many nodes of the one with the most are being switched. */
  private static int busiest(Pattern named) {
    Map<String, Integer> worked = new HashMap<>();
    for (String node : SWITCHED) {
      Matcher place = named.matcher(String.valueOf(PLACES.get(node)));
      if (place.find()) {
        worked.merge(place.group(1), 1, Integer::sum);
      }
    }
    return worked.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private static boolean hasEnded(String run) {
    return show(run).hasNonNull("finished");
  }

  /** It waits, and says for how many of at most how many. */
  private static boolean isHeld(String run) {
    return step(run, "off").path("status").asString().equals("held")
        && step(run, "off")
            .path("waitsFor")
            .asString()
            .matches(".*: [1-3] of at most [1-3] nodes are worked on");
  }

  private static void eventually(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(condition);
  }
}
