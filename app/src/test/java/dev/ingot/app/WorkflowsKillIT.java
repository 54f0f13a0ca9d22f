package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.client.IngotClient;
import dev.ingot.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Server processes over one database, whose clocks differ, run workflows while random ones of them
 * are killed: every run ends as its graph says, no step acts once its result is kept, a dead
 * server's steps are taken over within ten seconds, and fleet runs, schedules, triggers, pauses and
 * waits go on.
 */
class WorkflowsKillIT {
  private static final Duration MOST = Duration.ofSeconds(120);
  private static final long TAKEN_OVER = 10_000;

  /** The first step acts, and fails the first time for every third run; the last tells the end. */
  private static final String KILL =
      """
      {"inputs": {"n": {"required": true}, "url": {"required": true}, "tell": {}}, "steps": [
       {"name": "act", "type": "http", "retry": {"times": 3, "pause": "100ms"}, "options":
        {"url": "{{ inputs.url }}/{{ inputs.n }}/act", "method": "PUT", "body": {"n": 1}}},
       {"name": "pause", "type": "sleep", "after": "act", "options": {"time": "200ms"}},
       {"name": "odd", "type": "decide", "after": "act", "options":
        {"that": "{{ steps.act.result.body.odd }}"}},
       {"name": "on-odd", "type": "http", "after": {"odd": "succeeded"}, "options":
        {"url": "{{ inputs.url }}/{{ inputs.n }}/odd", "method": "PUT"}},
       {"name": "on-even", "type": "noop", "after": {"odd": "failed"}},
       {"name": "last", "type": "noop", "after":
        {"pause": "succeeded", "any": {"on-odd": "succeeded", "on-even": "succeeded"}},
        "options": {"result": "{{ steps.act.result.body.n }}"}},
       {"name": "tell", "type": "notify", "after": "last", "when": "inputs.tell", "options":
        {"message": "n", "data": {"n": "{{ inputs.n }}"}}}]}
      """;

  /** Of every node, in waves. */
  private static final String EACH =
      "{'steps': [{'name': 'pause', 'type': 'sleep', 'options': {'time': '2s'}}]}";

  private static final String WAIT =
      "{'steps': [{'name': 'say', 'type': 'noop', 'options': {'result':"
          + " '{{ callbacks.call.token }}'}}, {'name': 'call', 'type': 'wait-callback', 'after':"
          + " 'say'}]}";
  private static final String HEARD =
      "{'inputs': {'n': {'default': -1}}, 'steps': [{'name': 'a', 'type': 'noop'}]}";
  private static final String ON_NOTICE =
      "{'workflow': 'heard', 'event': {'type': 'run.notice'}, 'inputs': {'n':"
          + " '{{ event.data.data.n }}'}, 'limit': {'most': 10000, 'per': '1h'}}";
  private static final String IN_TIME =
      "{'workflow': 'timed', 'schedule': {'cron': '0 0 1 1 *'}, 'overlap': true,"
          + " 'limit': {'most': 10000, 'per': '1h'}}";

  private static final int NODES = 18;

  /** Every so many runs tell their end, which a trigger hears. */
  private static final int TELL = 4;

  private final TestDatabase database = TestDatabase.empty();
  private SeveralServers servers;
  private ActedUpon target;

  @BeforeEach
  void open() throws Exception {
    servers = new SeveralServers(database, "workflows-kill");
    target = new ActedUpon(database);
  }

  @AfterEach
  void clean() throws Exception {
    target.close();
    servers.close();
    database.close();
  }

  @Test
  void everyRunEndsAsItsGraphSaysWhicheverServerIsKilled() throws Exception {
    target.take(Duration.ofMillis(400));
    run(2, 200, Duration.ofMillis(20), 2);
  }

  @Test
  @Tag("long")
  void twoThousandRunsOfThreeServersEndAsTheirGraphSays() throws Exception {
    target.take(Duration.ofSeconds(1));
    run(3, 2_000, Duration.ofMillis(100), Integer.MAX_VALUE);
  }

  /**
   * @param between the pause before each run that one of the servers is asked for
   * @param kills at most
   */
  private void run(int many, int runs, Duration between, int kills) throws Exception {
    Random random = new Random(7);
    List<IngotProcess> first = servers.startAll(many);
    List<String> waiting = prepare();
    try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> starting = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        int by = i;
        starting.add(beside.submit(() -> startRuns(by, many, runs, between)));
      }
      RandomKills done = new RandomKills(database, first, servers, random);
      int times = 0;
      try (done) {
        while (done.kills() < kills && number("kill", "status >= 2") < runs) {
          for (Future<?> each : starting) {
            if (each.state() == Future.State.FAILED) {
              each.get();
            }
          }
          boolean killed = kills == Integer.MAX_VALUE || isTurn(done.kills(), kills, runs);
          killed = killed && done.kill();
          times += timeComes();
          int pause = kills == Integer.MAX_VALUE && killed ? 2_000 + random.nextInt(3_000) : 100;
          TimeUnit.MILLISECONDS.sleep(pause);
        }
      }
      for (Future<?> each : starting) {
        each.get();
      }
      await("all have ended", () -> number("kill", "status >= 2") == runs);
      times += timeComes();
      theyEndedAsTheirGraphSays(runs);
      theFleetRunWentOn();
      eachEventAndEachTimeFiredOnce(runs, times);
      whatStoodStillGoesOn(waiting);
      await("nothing is left open", () -> number("select count(*) from run where status < 2") == 0);
      assertThat(number("select count(*) from run_hold")).isZero();
      List<Long> takeovers = done.takeovers();
      System.out.printf(
          "%d kills of %d servers, %d runs, %d steps taken over: median %d ms, longest %d ms%n",
          done.kills(),
          many,
          runs,
          takeovers.size(),
          takeovers.get(takeovers.size() / 2),
          takeovers.getLast());
      assertThat(done.kills()).isGreaterThan(kills == Integer.MAX_VALUE ? 10 : 1);
      assertThat(takeovers.getLast()).as("ms until taken over").isLessThan(TAKEN_OVER);
    }
  }

  private boolean isTurn(int kills, int most, int runs) throws SQLException {
    return number("kill", "true") >= (long) runs * (kills + 1) / (most + 1)
        && number("select count(*) from run_step where status = 2") > 0;
  }

  /** Stores what runs; the runs that wait, of which two stand still. */
  private List<String> prepare() throws SQLException {
    change(
        "insert into node (id, standing, hostname, id_reason, facts_digest) select '01' ||"
            + " lpad(to_hex(n), 40, '0'), 'admitted', 'host' || n, 'test', '' from"
            + " generate_series(1, %d) as n".formatted(NODES));
    try (IngotClient client = servers.client(0)) {
      client.workflows().put("kill", json(KILL));
      client.workflows().put("each", json(EACH));
      client.workflows().put("wait", json(WAIT));
      client.workflows().put("heard", json(HEARD));
      client.workflows().put("timed", json(HEARD));
      client.fleets().putTrigger("on-notice", json(ON_NOTICE));
      client.fleets().putTrigger("in-time", json(IN_TIME));
      ObjectNode fleet = json("{'workflow': 'each', 'on': 'all', 'canary': 2, 'wave': 4}");
      client.fleets().start(fleet.put("haltPercent", 0), "fleet");
      List<String> waiting = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String run =
            client.workflows().run(json("{'workflow': 'wait'}"), "wait" + i).path("id").asString();
        Awaitility.await("run " + run + " waits")
            .until(() -> client.workflows().showRun(run).toString().contains("\"waiting\""));
        if (i < 2) {
          client.workflows().actOnRun(run, "pause", json("{}"));
        }
        waiting.add(run);
      }
      return waiting;
    }
  }

  private Void startRuns(int by, int many, int runs, Duration between) throws Exception {
    for (int n = by; n < runs; n += many) {
      TimeUnit.NANOSECONDS.sleep(between.toNanos());
      ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("workflow", "kill");
      wanted.putObject("inputs").put("n", n).put("url", target.url()).put("tell", n % TELL == 0);
      String key = "n" + n;
      // A key is good for whoever says it, which is each server's own administrator here.
      servers.again(by, client -> client.workflows().run(wanted, key));
    }
    return null;
  }

  /** The schedule's time comes, unless the last one is still to be heeded: how often. */
  private int timeComes() throws SQLException {
    return change(
        "update trigger set next = now() where name = 'in-time' and next > now() + interval '1 h'");
  }

  private void theyEndedAsTheirGraphSays(int runs) throws SQLException {
    assertThat(target.wrong()).isEmpty();
    assertThat(number("kill", "status = 2")).as("that succeeded").isEqualTo(runs);
    // In the order of the workflow; 5 succeeded, 6 failed, 9 skipped, 10 unreached.
    assertThat(
            number(
                "kill",
                """
                (5 <> all (array(
                    select status from run_step s where s.run = r.id and step in (0, 1, 5)))
                  or (select status from run_step s where s.run = r.id and step = 2)
                      <> case when (inputs::json->>'n')::int % 2 = 1 then 5 else 6 end
                  or (select status from run_step s where s.run = r.id and step = 3)
                      <> case when (inputs::json->>'n')::int % 2 = 1 then 5 else 10 end
                  or (select result from run_step s where s.run = r.id and step = 5)
                      <> (inputs::json->>'n'))
                """))
        .as("that did not end as their graph says")
        .isZero();
    // Nothing acted for another attempt than those that there were.
    target
        .acts()
        .forEach(
            (path, keys) ->
                assertThat(keys.stream().distinct().count()).as(path).isLessThanOrEqualTo(4));
  }

  private void theFleetRunWentOn() throws SQLException {
    await(
        "the fleet run has ended",
        () -> number("select count(*) from fleet where status >= 4") == 1);
    assertThat(number("select count(*) from fleet where status = 4")).as("succeeded").isOne();
    assertThat(number("each", "true"))
        .as("a run for each node, and no second one")
        .isEqualTo(NODES)
        .isEqualTo(number("select count(distinct node) from run where fleet is not null"));
  }

  private void eachEventAndEachTimeFiredOnce(int runs, int times) throws SQLException {
    int told = (runs + TELL - 1) / TELL;
    await("every event was heard", () -> number("heard", "status = 2") >= told);
    assertThat(number("heard", "true")).as("once each").isEqualTo(told);
    assertThat(
            number(
                "select count(distinct inputs::json->>'n') from run r join workflow_version v"
                    + " on v.id = r.version where v.name = 'heard'"))
        .isEqualTo(told);
    await("every time was heeded", () -> number("timed", "status = 2") >= times);
    assertThat(number("timed", "true")).as("once each").isEqualTo(times).isPositive();
    assertThat(number("select count(*) from trigger_shot where refusal is not null")).isZero();
  }

  private void whatStoodStillGoesOn(List<String> waiting) throws InterruptedException {
    for (int i = 0; i < waiting.size(); i++) {
      String run = waiting.get(i);
      JsonNode shown = servers.again(0, client -> client.workflows().showRun(run));
      assertThat(shown.path("status").asString()).isEqualTo(i < 2 ? "paused" : "running");
      if (i == 0) {
        servers.again(0, client -> client.workflows().actOnRun(run, "resume", json("{}")));
      }
      if (i % 2 == 0) {
        String token = shown.path("steps").path(0).path("result").asString();
        servers.again(0, client -> client.workflows().callBack(token, json("{}")));
      } else {
        servers.again(0, client -> client.workflows().actOnRun(run, "cancel", json("{}")));
      }
      Awaitility.await("run " + run + " ends")
          .until(
              () ->
                  servers
                      .again(0, client -> client.workflows().showRun(run))
                      .path("status")
                      .asString()
                      .equals(waiting.indexOf(run) % 2 == 0 ? "succeeded" : "cancelled"));
    }
  }

  private static ObjectNode json(String text) {
    return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
  }

  private static void await(String what, java.util.concurrent.Callable<Boolean> is) {
    Awaitility.await(what).atMost(MOST).until(is);
  }

  private int change(String statement) throws SQLException {
    try (Connection connection = database.connect();
        Statement sql = connection.createStatement()) {
      return sql.executeUpdate(statement);
    }
  }

  /** How many runs of a workflow are so. */
  private long number(String workflow, String condition) throws SQLException {
    return number(
        "select count(*) from run r join workflow_version v on v.id = r.version where v.name = '"
            + workflow
            + "' and "
            + condition);
  }

  private long number(String query) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
