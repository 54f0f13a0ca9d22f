package dev.ingot.server.plugins;

import dev.ingot.core.Json;
import dev.ingot.protocol.PluginMessage;
import dev.ingot.protocol.PluginResult;
import dev.ingot.server.agents.PluginDesk;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.store.Transience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Stores results, several in a transaction, and tells their senders when that is committed. How
 * many may be under way is bounded by the credit of the link, or by whoever hands them in.
 */
final class ResultKeeper implements PluginDesk, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ResultKeeper.class);
  private static final int AT_ONCE = 20;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int LONGEST_ERROR = 500;

  private final Jdbi jdbi;
  private final Outbox outbox;
  private final LinkedBlockingQueue<Work> arrived = new LinkedBlockingQueue<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile StoredResults watch = (handle, result, output) -> {};
  private @Nullable Thread thread;

  /** A result, and who waits for its commit. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Work(ArrivedResult result, byte[] output, Consumer<@Nullable String> stored) {}

  ResultKeeper(Jdbi jdbi, Outbox outbox) {
    this.jdbi = jdbi;
    this.outbox = outbox;
  }

  void watch(StoredResults watcher) {
    watch = watcher;
  }

  void start() {
    thread = Thread.ofVirtual().name("plugin-results").start(this::run);
  }

  @Override
  public void arrived(String nodeId, PluginResult result, Consumer<PluginMessage.Stored> stored) {
    ArrivedResult read = ArrivedResult.of(nodeId, result);
    arrived.add(
        new Work(
            read,
            result.output(),
            why -> stored.accept(new PluginMessage.Stored(result.id(), why))));
  }

  /**
   * A result of a peer that is no agent of ours.
   *
   * @param stored told when it is stored
   */
  void arrived(ArrivedResult result, Runnable stored) {
    arrived.add(new Work(result, new byte[0], why -> stored.run()));
  }

  private void run() {
    try {
      while (closing.getCount() > 0) {
        Work first = arrived.poll(1, TimeUnit.SECONDS);
        if (first != null) {
          List<Work> batch = new ArrayList<>(List.of(first));
          arrived.drainTo(batch, AT_ONCE - 1);
          // One order of nodes, so that two servers never wait for each other.
          batch.sort(Comparator.comparing(work -> work.result().node()));
          store(batch);
        }
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    } catch (RuntimeException e) {
      log.error("results of plugins are no longer stored; the server must be restarted", e);
    }
  }

  private void store(List<Work> batch) throws InterruptedException {
    while (true) {
      try {
        List<@Nullable String> said =
            jdbi.inTransaction(
                handle -> {
                  List<NewEvent> events = new ArrayList<>();
                  List<@Nullable String> words = new ArrayList<>();
                  for (Work work : batch) {
                    words.add(store(handle, work, events));
                  }
                  outbox.appendAll(handle, events);
                  return words;
                });
        for (int i = 0; i < batch.size(); i++) {
          batch.get(i).stored().accept(said.get(i));
        }
        return;
      } catch (JdbiException | ResultTable.TooManyNames e) {
        if (!Transience.passes(e)) {
          oneByOne(batch, e);
          return;
        }
        log.warn("results of plugins wait: {}", Transience.cause(e));
      }
      if (closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new InterruptedException("stopping without the database");
      }
    }
  }

  /** One of them cannot be stored: the others are, and of that one it is said. */
  private void oneByOne(List<Work> batch, RuntimeException why) throws InterruptedException {
    if (batch.size() > 1) {
      for (Work work : batch) {
        store(List.of(work));
      }
      return;
    }
    Work work = batch.getFirst();
    ArrivedResult result = work.result();
    String reason = Transience.cause(why);
    log.warn(
        "the result of plugin {} of node {} is not stored: {}",
        result.name(),
        result.node(),
        reason.lines().findFirst().orElse(""));
    work.stored().accept("it cannot be stored: " + reason);
  }

  /** What its sender is told: why the output is no value, null when it is one. */
  private @Nullable String store(Handle handle, Work work, List<NewEvent> events) {
    ArrivedResult result = work.result();
    Optional<ResultTable.Stored> stored = ResultTable.store(handle, result);
    if (stored.isEmpty()) {
      return "there is no node " + result.node();
    }
    if (stored.get().duplicate()) {
      return result.notAValue();
    }
    if (result.lost() > 0) {
      log.warn(
          "node {} had no room for {} results of plugins and dropped them",
          result.node(),
          result.lost());
    }
    tell(result, stored.get(), events);
    watch.stored(handle, result, work.output());
    return result.notAValue();
  }

  private static void tell(ArrivedResult result, ResultTable.Stored stored, List<NewEvent> events) {
    if (stored.changed()) {
      events.add(event("changed", Severity.INFORMATION, result, stored));
    }
    if (stored.failsAnew()) {
      events.add(event("failed", Severity.WARNING, result, stored));
    }
  }

  private static NewEvent event(
      String action, Severity severity, ArrivedResult result, ResultTable.Stored stored) {
    ObjectNode data = Json.MAPPER.createObjectNode().put("source", result.source());
    if (result.job() != null) {
      data.put("job", result.job());
    }
    if (result.exit() != null) {
      data.put("exit", result.exit());
    }
    if (result.error() != null) {
      String error = result.error();
      data.put("error", error.substring(0, Math.min(LONGEST_ERROR, error.length())));
    }
    if (action.equals("changed")) {
      data.put("first", stored.first());
    }
    return new NewEvent("plugin", action, severity, result.name(), result.node(), data);
  }

  /** What arrived is stored; what did not is sent again. */
  @Override
  public void close() {
    closing.countDown();
    if (thread != null) {
      try {
        if (!thread.join(PATIENCE)) {
          thread.interrupt();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
