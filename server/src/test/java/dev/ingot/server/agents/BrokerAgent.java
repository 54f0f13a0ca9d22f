package dev.ingot.server.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.agent.link.BrokerCarriers;
import dev.ingot.agent.link.LinkAction;
import dev.ingot.agent.link.LinkMachine;
import dev.ingot.agent.link.LinkRunner;
import dev.ingot.agent.link.Myself;
import dev.ingot.agent.link.TaskExecution;
import dev.ingot.core.IdentityFacts;
import dev.ingot.protocol.Proof;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.TestServer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** An agent that comes by a broker; its link is driven as a real one's. */
final class BrokerAgent implements AutoCloseable {
  private static final TaskExecution NO_TASKS =
      new TaskExecution() {
        @Override
        public void offered(TaskMessage.Offer offer) {}

        @Override
        public void begin(long task, int attempt) {}

        @Override
        public void cancel(long task, int attempt, String reason) {}
      };

  final List<String> news = new CopyOnWriteArrayList<>();
  private final LinkRunner runner;

  BrokerAgent(String url, int number, String token, long seed) {
    this(url, number, Agents.facts(number), new Proof.Voucher(Proof.Kind.TOKEN, token), seed);
  }

  BrokerAgent(String url, int number, IdentityFacts facts, Proof.Voucher voucher, long seed) {
    LinkMachine machine =
        new LinkMachine(
            new Myself("test", facts, "boot-" + number, "incarnation-" + seed, "host-" + number),
            Agents.key(number),
            voucher,
            Agents.sections(Agents.section("cpu", seed, 100), Agents.section("pci", seed, 300_000)),
            Agents.CLOCK,
            new Random(seed));
    BrokerCarriers carriers = BrokerCarriers.find();
    assertThat(carriers).isNotNull();
    AtomicReference<String> key = new AtomicReference<>(Agents.key(number));
    runner =
        new LinkRunner(
            machine,
            carriers.carrier(
                new BrokerCarriers.Place(url, null, null, null, null, key::get, voucher)),
            said -> news.add(said.toString()),
            (LinkAction.Inspect asked) -> {},
            NO_TASKS,
            key::get,
            () -> System.nanoTime() / 1_000_000);
    runner.start();
  }

  void stop() {
    runner.close();
  }

  @Override
  public void close() {
    stop();
  }

  static String token(TestServer server) {
    return server
        .post("/api/v1/enrolment-tokens", "{\"name\":\"test\"}")
        .body()
        .path("secret")
        .asString();
  }
}
