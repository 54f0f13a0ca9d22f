package dev.ingot.server.mercury;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import tools.jackson.databind.node.ObjectNode;

/** Whether an agent is there. */
class CallsTest {
  private static final Duration FIRST = Duration.ofMillis(40);

  /** Six, with more and more patience: 40 ms, then 40 + 40 n^0.42. */
  private static final Duration ALL = Duration.ofMillis(540);

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

  private boolean isThere() {
    AgentInfo info =
        AgentInfo.of(
            (ObjectNode)
                Json.read(
                    """
                    {"rpc_address": "127.0.0.1", "rpc_port": %d, "ping_port": %d,
                     "capabilities": {}}
                    """
                        .formatted(port, port)),
            DialledNetworks.of(List.of("127.0.0.1")));
    try (Calls calls = new Calls(FIRST)) {
      return calls.isThere(info, () -> true);
    }
  }

  @Test
  void nonsenseThatIsAnsweredAtOnceIsNotLostSoonerThanSilence() {
    answer("\u00c1 nonsense".getBytes(US_ASCII));
    long from = System.nanoTime();

    assertThat(isThere()).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThanOrEqualTo(ALL);
  }
}
