package dev.ingot.server.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.agent.link.LinkNews;
import dev.ingot.agent.link.LinkRunner;
import dev.ingot.agent.link.Sections;
import dev.ingot.agent.link.WebSocketCarrier;
import dev.ingot.protocol.Frame;
import dev.ingot.protocol.Lane;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.MessageCodec;
import dev.ingot.protocol.Proof;
import dev.ingot.protocol.VersionRange;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real sockets between the real ends. */
class LinkIT {
  private final SmallNodes nodes = new SmallNodes();
  private final SmallInventory inventory = new SmallInventory();
  private final List<LinkRunner> agents = new ArrayList<>();
  private final List<LinkNews> news = new CopyOnWriteArrayList<>();
  private AgentsSettings settings = settings(Duration.ofSeconds(30), 2, 40);
  private AgentLink link;
  private Server server;
  private int port;

  @BeforeEach
  void start() throws Exception {
    startServer();
  }

  private static AgentsSettings settings(Duration silence, int admissions, int waiting) {
    return new AgentsSettings(
        Duration.ofSeconds(1),
        silence,
        100,
        admissions,
        waiting,
        2,
        50,
        AgentsSettings.DEFAULT.receiveBytes(),
        AgentsSettings.DEFAULT.outputBytes());
  }

  private void startServer() throws Exception {
    link =
        new AgentLink(
            nodes, nodes, inventory, OwedWork.NONE, batch -> batch.settled().run(), settings);
    link.start();
    server = new Server();
    ServerConnector connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            response.setStatus(204);
            callback.succeeded();
            return true;
          }
        });
    link.installOn(server);
    server.start();
    port = connector.getLocalPort();
  }

  @AfterEach
  void stop() throws Exception {
    agents.forEach(LinkRunner::close);
    stopServer();
  }

  private void stopServer() throws Exception {
    link.leave();
    server.stop();
    link.close();
  }

  private LinkRunner agent(int number, Sections sections) {
    LinkRunner runner =
        new LinkRunner(
            Agents.machine(number, sections, number),
            new WebSocketCarrier(URI.create("http://127.0.0.1:" + port), null),
            news::add,
            asked -> {},
            new NoTasks(),
            () -> Agents.key(number),
            () -> System.nanoTime() / 1_000_000);
    runner.start();
    agents.add(runner);
    return runner;
  }

  private void awaitStored(int number, Sections sections) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> inventory.digests(Agents.nodeId(number)).equals(sections.digests()));
  }

  @Test
  void anAgentJoinsAndAllItsSectionsAreStoredWhateverTheirSize() {
    Sections sections =
        Agents.sections(
            Agents.section("cpu", 1, 500),
            Agents.section("pci", 1, 3_000_000),
            Agents.section("usb", 1, 0));
    agent(1, sections);
    awaitStored(1, sections);
    assertThat(news).contains(new LinkNews.Joined(Agents.nodeId(1), false));
    assertThat(inventory.commits()).containsExactly(1);
  }

  @Test
  void reportsOfManyAgentsShareCommits() {
    List<Sections> all = new ArrayList<>();
    inventory.away(true);
    for (int i = 0; i < 40; i++) {
      all.add(Agents.sections(Agents.section("cpu", i, 20_000)));
      agent(i, all.get(i));
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> link.connected() == 40);
    inventory.away(false);
    for (int i = 0; i < 40; i++) {
      awaitStored(i, all.get(i));
    }
    assertThat(inventory.commits()).hasSizeLessThan(20);
  }

  @Test
  void aPoisonedSectionIsRefusedByNameAndHarmsNoOther() {
    Sections healthy = Agents.sections(Agents.section("cpu", 1, 100));
    agent(1, Agents.sections(Agents.section("cpu", 1, 100), Agents.section("poison", 1, 100)));
    for (int i = 2; i < 10; i++) {
      agent(i, healthy);
    }
    for (int i = 1; i < 10; i++) {
      awaitStored(i, healthy);
    }
    await().until(() -> news.stream().anyMatch(told -> told instanceof LinkNews.SectionRefused));
    assertThat(news)
        .contains(
            new LinkNews.SectionRefused("poison", "unstorable", "a section that cannot be stored"));
  }

  @Test
  void agentsComeBackAfterARestartAndSendNothingAgain() throws Exception {
    Sections sections = Agents.sections(Agents.section("cpu", 1, 100));
    agent(1, sections);
    awaitStored(1, sections);
    stopServer();
    startServer();
    await().atMost(Duration.ofSeconds(20)).until(() -> link.connected() == 1);
    await().until(() -> nodes.epoch(Agents.nodeId(1)) == 2);
    assertThat(inventory.sectionsStored()).isEqualTo(1);
    assertThat(nodes.endedSoFar()).isEmpty();
    assertThat(news)
        .anyMatch(
            told ->
                told instanceof LinkNews.Apart apart
                    && apart.reason().equals("the server restarts"));
  }

  @Test
  void agentsComeBackToAServerThatWasKilled() throws Exception {
    Sections sections = Agents.sections(Agents.section("cpu", 1, 100));
    agent(1, sections);
    awaitStored(1, sections);
    server.getConnectors()[0].getConnectedEndPoints().forEach(endPoint -> endPoint.close());
    await().atMost(Duration.ofSeconds(20)).until(() -> nodes.epoch(Agents.nodeId(1)) == 2);
    await().until(() -> link.connected() == 1);
  }

  @Test
  void anAgentThatEndsIsLostAtOnceWithTheReason() {
    LinkRunner agent = agent(1, Sections.NONE);
    await().until(() -> link.connected() == 1);
    agent.close();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                nodes
                    .endedSoFar()
                    .contains(Agents.nodeId(1) + ": connection closed: the agent stops"));
  }

  @Test
  void anAgentThatFallsSilentIsCut() throws Exception {
    stopServer();
    settings = settings(Duration.ofSeconds(3), 2, 40);
    startServer();
    RawAgent raw = new RawAgent(port);
    raw.say(hello(1));
    await().until(() -> link.connected() == 1);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> nodes.endedSoFar().contains(Agents.nodeId(1) + ": silent for 3 s"));
    await().until(raw::closed);
  }

  @Test
  void aNewSessionOfANodeReplacesTheOld() throws Exception {
    RawAgent older = new RawAgent(port);
    older.say(hello(1));
    await().until(() -> link.connected() == 1);
    RawAgent newer = new RawAgent(port);
    newer.say(hello(1));
    assertThat(older.refusal().reason()).isEqualTo("replaced");
    assertThat(newer.next()).isInstanceOf(Message.Welcome.class);
    assertThat(link.connected()).isEqualTo(1);
    assertThat(nodes.endedSoFar()).isEmpty();
  }

  @Test
  void aRevokedNodeIsCutWhileItIsConnected() {
    agent(1, Sections.NONE);
    await().until(() -> link.connected() == 1);
    nodes.revoke(Agents.nodeId(1));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                news.stream()
                    .anyMatch(
                        told ->
                            told instanceof LinkNews.Refused refused
                                && refused.reason().equals("revoked")));
    await().until(() -> link.connected() == 0);
  }

  @Test
  void whatDoesNotBelongIsRefusedByNameAndNothingChanges() throws Exception {
    Sections sections = Agents.sections(Agents.section("cpu", 1, 100));
    agent(1, sections);
    awaitStored(1, sections);
    byte[] hello = MessageCodec.encode(hello(2));
    Message report = new Message.Report(1, Instant.EPOCH, List.of(Agents.section("cpu", 2, 10)));
    byte[] notJson = {0, '{', 'x'};
    assertThat(refusalOf(notJson)).isEqualTo("malformed");
    assertThat(refusalOf(new byte[] {0x55, 1, 2})).isEqualTo("malformed");
    assertThat(refusalOf(new byte[0])).isEqualTo("malformed");
    assertThat(refusalOf(piece(Lane.CONTROL, MessageCodec.encode(new Message.Ack(1)))))
        .isEqualTo("out-of-order");
    assertThat(refusalOf(new Frame.Piece(Lane.CONTROL, true, hello).encode()))
        .isEqualTo("too-large");
    assertThat(refusalOf(piece(Lane.INVENTORY, MessageCodec.encode(report)))).isEqualTo("credit");
    assertThat(refusalOf(piece(Lane.CONTROL, MessageCodec.encode(report)))).isEqualTo("wrong-lane");
    assertThat(
            refusalOf(
                piece(
                    Lane.CONTROL,
                    new String(hello, "UTF-8").replace("[1,1]", "[7,9]").getBytes("UTF-8"))))
        .isEqualTo("version");
    assertThat(refusalOf(piece(Lane.CONTROL, MessageCodec.encode(stranger()))))
        .isEqualTo("key-unknown");
    Random random = new Random(9);
    for (int i = 0; i < 30; i++) {
      byte[] noise = new byte[1 + random.nextInt(300)];
      random.nextBytes(noise);
      noise[0] = (byte) (random.nextBoolean() ? 0 : random.nextInt());
      new RawAgent(port).send(noise);
    }
    assertThat(inventory.sectionsStored()).isEqualTo(1);
    assertThat(link.connected()).isEqualTo(1);
  }

  private String refusalOf(byte[] frame) throws Exception {
    RawAgent raw = new RawAgent(port);
    raw.send(frame);
    String reason = raw.refusal().reason();
    await().until(raw::closed);
    return reason;
  }

  @Test
  void aFrameBeyondItsBoundIsNotEvenRead() throws Exception {
    RawAgent raw = new RawAgent(port);
    raw.send(new byte[Frame.MAX_FRAME + 1]);
    await().until(raw::closed);
    RawAgent text = new RawAgent(port);
    text.sendText("{}");
    await().until(text::closed);
  }

  @Test
  void anUnknownMessageIsAnsweredAndTheLinkGoesOn() throws Exception {
    RawAgent raw = new RawAgent(port);
    raw.say(hello(1));
    assertThat(raw.next()).isInstanceOf(Message.Welcome.class);
    raw.say(new Message.Unknown("dance"));
    assertThat(raw.next()).isEqualTo(new Message.Unsupported("dance"));
    raw.say(new Message.Ask(Lane.INVENTORY, 10));
    assertThat(raw.next()).isEqualTo(new Message.Credit(Lane.INVENTORY, 10));
  }

  @Test
  void compressionIsNotSwitchedOnAndWebPagesAreRefused() throws Exception {
    assertThat(RawAgent.upgrade(port, "Sec-WebSocket-Extensions: permessage-deflate"))
        .contains(" 101 ")
        .doesNotContainIgnoringCase("permessage-deflate")
        .doesNotContainIgnoringCase("set-cookie");
    assertThat(RawAgent.upgrade(port, "Origin: http://evil.example")).contains(" 403 ");
    assertThat(
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/other"))
                        .build(),
                    HttpResponse.BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(204);
  }

  @Test
  void beyondTheLineAtTheDoorAgentsAreToldToComeBack() throws Exception {
    stopServer();
    settings = settings(Duration.ofSeconds(30), 1, 1);
    startServer();
    List<RawAgent> raws = new ArrayList<>();
    synchronized (nodes) {
      for (int i = 0; i < 5; i++) {
        raws.add(new RawAgent(port));
        raws.get(i).say(hello(i));
      }
      await().until(() -> raws.stream().filter(raw -> raw.heard() != null).count() == 3);
      for (RawAgent raw : raws) {
        if (raw.heard() != null) {
          Message.Refusal refusal = raw.refusal();
          assertThat(refusal.reason()).isEqualTo("busy");
          assertThat(refusal.retryAfterSeconds()).isPositive();
        }
      }
    }
    await().until(() -> link.connected() == 2);
  }

  static byte[] piece(Lane lane, byte[] message) {
    return new Frame.Piece(lane, false, message).encode();
  }

  static Message.Hello hello(int number) {
    return hello(number, new Proof.Voucher(Proof.Kind.TOKEN, SmallNodes.TOKEN));
  }

  private static Message.Hello stranger() {
    return hello(99, null);
  }

  private static Message.Hello hello(int number, Proof.Voucher voucher) {
    return new Message.Hello(
        VersionRange.SPOKEN,
        Set.of(),
        "test",
        Agents.facts(number),
        "boot",
        "incarnation",
        1,
        null,
        new Proof(Agents.key(number), voucher),
        "0",
        null,
        List.of());
  }
}
