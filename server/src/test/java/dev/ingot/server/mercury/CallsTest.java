package dev.ingot.server.mercury;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.agents.OwedWork;
import dev.ingot.server.nodes.Presence;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Whether an agent is there. */
class CallsTest {
  private static final Duration FIRST = Duration.ofMillis(40);

  /** Five, with more and more patience: 40 ms, then 40 + 40 n^0.42. */
  private static final Duration ALL = Duration.ofMillis(428);

  private static final Duration LONGER = Duration.ofMillis(200);
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int MANY = 600;

  private static final byte[] PONG =
      MessagePackJson.write(Json.read("{\"message\": \"pong\", \"timestamp\": 1.5}"));

  private final ZContext context = new ZContext();
  private final ZMQ.Socket pong = context.createSocket(SocketType.REP);
  private final AtomicBoolean over = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private int port;

  @BeforeEach
  void bind() {
    pong.setReceiveTimeOut(20);
    port = pong.bindToRandomPort("tcp://127.0.0.1");
  }

  @AfterEach
  void close() throws InterruptedException {
    over.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    context.close();
  }

  private void answer(byte[] octets) {
    threads.add(
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!over.get()) {
                    if (pong.recv() != null) {
                      pong.send(octets);
                    }
                  }
                }));
  }

  private static AgentInfo agent(String address, int port) {
    return AgentInfo.of(
        (ObjectNode)
            Json.read(
                """
                {"rpc_address": "%s", "rpc_port": %d, "ping_port": %d, "capabilities": {}}
                """
                    .formatted(address, port, port)),
        DialledNetworks.of(List.of("127.0.0.0/8")));
  }

  private static Calls calls(Duration interval) {
    return new Calls(interval, InstantSource.system(), System::nanoTime);
  }

  private boolean isThere() {
    try (Calls calls = calls(FIRST)) {
      return calls.isThere(agent("127.0.0.1", port), () -> true);
    }
  }

  @Test
  void nonsenseThatIsAnsweredAtOnceIsNotLostSoonerThanSilence() {
    answer("\u00c1 nonsense".getBytes(US_ASCII));
    long from = System.nanoTime();

    assertThat(isThere()).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThanOrEqualTo(ALL);
  }

  @Test
  void aPongThatComesTooLateIsNotTakenForTheNextPings() throws Exception {
    pong.close();
    ZMQ.Socket late = context.createSocket(SocketType.ROUTER);
    int there = late.bindToRandomPort("tcp://127.0.0.1");
    late.setReceiveTimeOut(20);
    AtomicInteger pings = new AtomicInteger();
    threads.add(Thread.ofPlatform().start(() -> answerTheOneBefore(late, pings)));
    try (Calls calls = calls(LONGER)) {
      assertThat(calls.isThere(agent("127.0.0.1", there), () -> true)).isFalse();
    }
    assertThat(pings.get()).isBetween(2, 5);
  }

  /** Each ping is answered when the next one comes. */
  private void answerTheOneBefore(ZMQ.Socket late, AtomicInteger pings) {
    byte[] before = null;
    while (!over.get()) {
      byte[] who = late.recv();
      if (who == null) {
        continue;
      }
      late.recv();
      JsonNode ping = MessagePackJson.read(late.recv());
      assertThat(ping.path("message").stringValue()).isEqualTo("ping");
      pings.incrementAndGet();
      if (before != null) {
        late.sendMore(before);
        late.sendMore("");
        late.send(PONG);
      }
      before = who;
    }
  }

  @Test
  void anAgentIsPingedOnceAtATimeHoweverOftenItsTurnComes() {
    over.set(true); // nobody answers
    AtomicInteger lost = new AtomicInteger();
    AtomicInteger asked = new AtomicInteger();
    ForeignSessions.Seated seated =
        new ForeignSessions.Seated(new Presence.Session("01" + "0".repeat(40), 1), "b", "i");
    MercuryLink link =
        new MercuryLink(seated, agent("127.0.0.1", port), 0, List.of(), (_, _) -> {});
    Links links = new Links(OwedWork.NONE);
    links.add(link);
    try (Calls calls = calls(FIRST);
        ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      Pings pings =
          new Pings(
              links,
              calls,
              Duration.ofNanos(1),
              System::nanoTime,
              work -> {
                asked.incrementAndGet();
                workers.execute(work);
              });
      Awaitility.await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                pings.look();
                assertThat(calls.connections()).isLessThanOrEqualTo(1);
                return lost.addAndGet(pings.silent().size()) > 0;
              });
    }
    assertThat(asked).hasValue(1);
    assertThat(lost).hasValue(1);
  }

  /** Each has an address of its own on loopback; one socket takes all and says nothing. */
  @Test
  void hundredsThatFallSilentAreAllAskedAtOnceAndOthersMeanwhile() throws Exception {
    answer(PONG);
    Set<InetAddress> reached = ConcurrentHashMap.newKeySet();
    List<Socket> taken = new CopyOnWriteArrayList<>();
    try (ServerSocket silent = new ServerSocket(0, MANY);
        ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
        Calls calls = calls(Duration.ofSeconds(30))) {
      workers.execute(
          () -> {
            while (!silent.isClosed()) {
              try {
                Socket one = silent.accept();
                taken.add(one);
                reached.add(one.getLocalAddress());
              } catch (IOException over) {
                return;
              }
            }
          });
      for (int i = 0; i < MANY; i++) {
        AgentInfo agent = agent("127.9." + i / 200 + "." + (1 + i % 200), silent.getLocalPort());
        workers.execute(() -> calls.isThere(agent, () -> true));
      }
      // None of them is given up before 26 seconds.
      Awaitility.await().atMost(SOON).until(() -> reached.size() == MANY);
      assertThat(calls.isThere(agent("127.0.0.1", port), () -> true)).isTrue();
      assertThat(calls.connections()).isLessThanOrEqualTo(MANY);
      workers.shutdownNow();
    } finally {
      for (Socket one : taken) {
        one.close();
      }
    }
  }
}
