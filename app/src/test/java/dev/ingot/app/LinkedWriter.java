package dev.ingot.app;

import dev.ingot.agent.link.LinkAction;
import dev.ingot.agent.link.LinkMachine;
import dev.ingot.agent.link.LinkRunner;
import dev.ingot.agent.link.Myself;
import dev.ingot.agent.link.Sections;
import dev.ingot.agent.link.TaskExecution;
import dev.ingot.agent.link.WebSocketCarrier;
import dev.ingot.core.IdentityFacts;
import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Proof;
import dev.ingot.protocol.Section;
import dev.ingot.protocol.TaskMessage;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** An agent's link, by which a writer counts its node up: one report at a time. */
final class LinkedWriter implements AutoCloseable {
  private final IdentityFacts facts;
  private final LinkRunner link;

  LinkedWriter(URI server, int number, String token) {
    facts = new IdentityFacts(null, null, null, null, null, null, List.of(), install(number));
    LinkMachine machine =
        new LinkMachine(
            new Myself("test", facts, "boot-" + number, "incarnation-" + number, "w" + number),
            "%064x".formatted(number + 1),
            new Proof.Voucher(Proof.Kind.TOKEN, token),
            Sections.NONE,
            InstantSource.system(),
            new Random(number));
    link =
        new LinkRunner(
            machine,
            new WebSocketCarrier(server, null),
            news -> {},
            this::inspect,
            new NoTasks(),
            () -> "%064x".formatted(number + 1),
            () -> System.nanoTime() / 1_000_000);
    link.start();
  }

  private static String install(int number) {
    return "%040x".formatted(0xa0000 + number);
  }

  static String id(int number) {
    return "0f" + install(number);
  }

  private void inspect(LinkAction.Inspect asked) {
    link.inspected(asked.request());
  }

  /** Returns whether the server acknowledged it, before it was over. */
  boolean report(int number, BooleanSupplier over) throws InterruptedException {
    CompletableFuture<Boolean> stored = new CompletableFuture<>();
    Section section =
        new Section(
            "count",
            Json.MAPPER.createObjectNode().put("n", number),
            null,
            FieldClasses.ALL_CONFIG);
    link.sectionsAre(Sections.of(List.of(section)), facts);
    link.onceUpToDate(() -> stored.complete(true));
    while (!over.getAsBoolean()) {
      try {
        return stored.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        continue; // the server is gone, and the link dials again by itself
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    return stored.getNow(false);
  }

  @Override
  public void close() {
    link.close();
  }

  /** Nobody asks this one for anything. */
  private static final class NoTasks implements TaskExecution {
    @Override
    public void offered(TaskMessage.Offer offer) {}

    @Override
    public void begin(long task, int attempt) {}

    @Override
    public void cancel(long task, int attempt, String reason) {}
  }
}
