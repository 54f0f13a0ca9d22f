package dev.ingot.server.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.ingot.protocol.Lane;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.MessageCodec;
import dev.ingot.protocol.Proof;
import dev.ingot.protocol.VersionRange;
import dev.ingot.server.TestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Who lies to a whole server is told so in one line each, and changes nothing of node 1. */
class HostileAgentIT {
  private static final Instant LONG_AGO = Instant.parse("2010-01-01T00:00:00Z");
  private static final String NODE = "/api/v1/nodes/" + Agents.nodeId(1);

  /** What an agent that is refused must not change. */
  private static final List<String> KEPT =
      List.of(
          "node",
          "node_identifier",
          "node_alias",
          "node_key",
          "node_address",
          "inventory",
          "inventory_section",
          "inventory_history",
          "log");

  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> listener =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
            complaints.add(event.getFormattedMessage());
          }
        }
      };
  private TestServer server;
  private Jdbi jdbi;
  private RawAgent honest;

  @BeforeEach
  void anHonestAgentIsThere() throws Exception {
    server = TestServer.start();
    jdbi =
        Jdbi.create(
            server.database().url(), server.database().user(), server.database().password());
    honest = new RawAgent(port());
    honest.say(hello(1, 1, token(), "boot"));
    assertThat(honest.next()).isInstanceOf(Message.Welcome.class);
    report(honest, 1, LONG_AGO);
    ((Logger) LoggerFactory.getLogger("dev.ingot")).addAppender(listener);
    listener.start();
  }

  @AfterEach
  void stop() {
    ((Logger) LoggerFactory.getLogger("dev.ingot")).detachAppender(listener);
    honest.leave();
    server.close();
  }

  private int port() {
    return server.server().address().getPort();
  }

  private String token() {
    return server.post("/api/v1/enrolment-tokens", "{\"name\":\"test\"}").text("secret");
  }

  private static Message.Hello hello(int node, int key, @Nullable String token, String boot) {
    return new Message.Hello(
        VersionRange.SPOKEN,
        Set.of(),
        "test",
        Agents.facts(node),
        boot,
        boot,
        1,
        "host-" + node,
        new Proof(
            Agents.key(key), token == null ? null : new Proof.Voucher(Proof.Kind.TOKEN, token)),
        "0",
        null,
        List.of());
  }

  private static void report(RawAgent agent, long sequence, Instant time) throws Exception {
    byte[] report =
        MessageCodec.encode(
            new Message.Report(sequence, time, List.of(Agents.section("cpu", sequence, 50))));
    agent.say(new Message.Ask(Lane.INVENTORY, report.length));
    assertThat(agent.next()).isInstanceOf(Message.Credit.class);
    agent.send(LinkIT.piece(Lane.INVENTORY, report));
    Message told = agent.next();
    while (told instanceof Message.Credit) {
      told = agent.next();
    }
    assertThat(told).isEqualTo(new Message.Ack(sequence));
  }

  private List<String> rows() {
    return jdbi.withHandle(
        handle -> {
          List<String> all = new ArrayList<>();
          for (String table : KEPT) {
            all.addAll(
                handle
                    .createQuery(
                        "SELECT '" + table + " ' || t::text FROM " + table + " t ORDER BY 1")
                    .mapTo(String.class)
                    .list());
          }
          return all;
        });
  }

  /** One line of the log says it, with these words; the honest agent is online as before. */
  private void onlySaid(List<String> before, String... words) {
    await().atMost(Duration.ofSeconds(20)).until(() -> !complaints.isEmpty());
    assertThat(complaints).singleElement().asString().contains(words).doesNotContain("\n");
    complaints.clear();
    assertThat(rows()).isEqualTo(before);
    assertThat(server.get("/health/ready").status()).isEqualTo(200);
    assertThat(server.get(NODE).body().path("presence").path("state").asString())
        .isEqualTo("online");
    assertThat(honest.closed()).isFalse();
  }

  @Test
  void garbageIsRefusedInOneLineAndChangesNothing() throws Exception {
    List<String> before = rows();
    byte[][] garbage = {
      {},
      {0, '{', 'x'},
      {0x55, 1, 2},
      LinkIT.piece(Lane.CONTROL, "{\"type\":\"hello\"}".getBytes(StandardCharsets.UTF_8)),
      LinkIT.piece(Lane.CONTROL, "[".repeat(10_000).getBytes(StandardCharsets.UTF_8)),
      LinkIT.piece(
          Lane.CONTROL, "{\"type\":\"a\\nb\\u001b[31m\",".getBytes(StandardCharsets.UTF_8)),
    };
    for (byte[] frame : garbage) {
      RawAgent liar = new RawAgent(port());
      liar.send(frame);
      assertThat(liar.refusal().reason()).isEqualTo("malformed");
      onlySaid(before, "refused the agent at 127.0.0.1", "not admitted", "malformed");
    }
  }

  @Test
  void noiseNeverStopsTheServer() throws Exception {
    List<String> before = rows();
    Random random = new Random(2010);
    for (int i = 0; i < 40; i++) {
      byte[] noise = new byte[1 + random.nextInt(2_000)];
      random.nextBytes(noise);
      noise[0] = (byte) random.nextInt(8);
      new RawAgent(port()).send(noise);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> complaints.size() >= 20);
    assertThat(complaints).allMatch(line -> line.startsWith("refused the agent at"));
    assertThat(rows()).isEqualTo(before);
    report(honest, 2, LONG_AGO);
  }

  @Test
  void garbageOfAnAdmittedAgentEndsItsSessionAndLeavesWhatIsStored() throws Exception {
    List<String> before = rows();
    honest.send(new byte[] {0, '{', 'x'});
    assertThat(honest.refusal().reason()).isEqualTo("malformed");
    await().atMost(Duration.ofSeconds(20)).until(() -> !complaints.isEmpty());
    assertThat(complaints)
        .singleElement()
        .asString()
        .contains("node " + Agents.nodeId(1), "malformed");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> server.get(NODE).body().path("presence").path("state").asString().equals("lost"));
    assertThat(rows()).isEqualTo(before);
  }

  @Test
  void whoHasNoKeyOfTheNodeIsRefusedByName() throws Exception {
    List<String> before = rows();
    RawAgent liar = new RawAgent(port());
    liar.say(hello(1, 66, null, "other"));
    assertThat(liar.refusal().reason()).isEqualTo("key-unknown");
    onlySaid(before, "refused the agent at 127.0.0.1", "key-unknown");
  }

  @Test
  void anotherNodesIdWithATokenNeverOverwritesTheNodeThatLives() throws Exception {
    String token = token();
    List<String> rows = rows();
    JsonNode before = server.get(NODE + "/inventory").body();
    RawAgent liar = new RawAgent(port());
    liar.say(hello(1, 66, token, "other"));
    Message.Refusal refusal = liar.refusal();
    assertThat(refusal.reason()).isEqualTo("occupied");
    assertThat(server.get(NODE + "/inventory").body()).isEqualTo(before);
    onlySaid(rows, "refused the agent at 127.0.0.1", refusal.reason());
    report(honest, 2, LONG_AGO);
  }

  @Test
  void aReportBeforeTheWelcomeOrWithoutCreditIsRefused() throws Exception {
    List<String> before = rows();
    RawAgent liar = new RawAgent(port());
    byte[] report =
        MessageCodec.encode(new Message.Report(1, LONG_AGO, List.of(Agents.section("cpu", 9, 10))));
    liar.send(LinkIT.piece(Lane.INVENTORY, report));
    assertThat(liar.refusal().reason()).isEqualTo("credit");
    onlySaid(before, "refused the agent at 127.0.0.1", "credit");
  }

  @Test
  void aClockOf2010DecidesNothing() throws Exception {
    Instant now =
        jdbi.withHandle(handle -> handle.createQuery("SELECT now()").mapTo(Instant.class).one());
    report(honest, 2, LONG_AGO);
    report(honest, 3, Instant.EPOCH);
    report(honest, 4, Instant.parse("9999-01-01T00:00:00Z"));
    assertThat(server.get(NODE + "/inventory").body().path("cpu").path("version").asInt())
        .isEqualTo(4);
    List<Instant> kept =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT first_seen FROM node UNION ALL SELECT changed FROM inventory"
                            + " UNION ALL SELECT time FROM event")
                    .mapTo(Instant.class)
                    .list());
    assertThat(kept)
        .isNotEmpty()
        .allMatch(time -> time.isAfter(now.minus(1, ChronoUnit.MINUTES)))
        .allMatch(time -> time.isBefore(now.plus(1, ChronoUnit.MINUTES)));
    assertThat(server.get(NODE + "/history").body().path("items").toString())
        .doesNotContain("2010-", "9999-", "1970-");
    assertThat(complaints).isEmpty();
  }
}
