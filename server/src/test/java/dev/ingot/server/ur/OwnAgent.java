package dev.ingot.server.ur;

import dev.ingot.agent.link.LinkMachine;
import dev.ingot.agent.link.LinkRunner;
import dev.ingot.agent.link.Myself;
import dev.ingot.agent.link.Sections;
import dev.ingot.agent.link.TaskExecution;
import dev.ingot.agent.link.WebSocketCarrier;
import dev.ingot.core.IdentityFacts;
import dev.ingot.protocol.Proof;
import dev.ingot.protocol.TaskMessage;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;

/** An agent of ours on a machine that has a UUID and a port with a MAC: the real link. */
final class OwnAgent implements AutoCloseable {
  private final LinkRunner link;

  OwnAgent(URI server, String token, String uuid, String mac, String hostname) {
    IdentityFacts.Port port = new IdentityFacts.Port("eth0", mac, mac, false, true);
    LinkMachine machine =
        new LinkMachine(
            new Myself(
                "test",
                new IdentityFacts(uuid, null, null, null, null, null, List.of(port), null),
                "boot",
                "incarnation",
                hostname),
            "ab".repeat(32),
            new Proof.Voucher(Proof.Kind.TOKEN, token),
            Sections.NONE,
            InstantSource.fixed(Instant.parse("2010-01-01T00:00:00Z")),
            new Random(1));
    link =
        new LinkRunner(
            machine,
            new WebSocketCarrier(server, null),
            news -> {},
            asked -> {},
            NOTHING,
            () -> "ab".repeat(32),
            () -> System.nanoTime() / 1_000_000);
    link.start();
  }

  private static final TaskExecution NOTHING =
      new TaskExecution() {
        @Override
        public void offered(TaskMessage.Offer offer) {}

        @Override
        public void begin(long task, int attempt) {}

        @Override
        public void cancel(long task, int attempt, String reason) {}
      };

  @Override
  public void close() {
    link.close();
  }
}
