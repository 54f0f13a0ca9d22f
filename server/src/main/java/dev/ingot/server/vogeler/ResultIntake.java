package dev.ingot.server.vogeler;

import dev.ingot.amqp.Delivery;
import dev.ingot.amqp.NotNow;
import dev.ingot.amqp.Rates;
import dev.ingot.amqp.Senders;
import dev.ingot.amqp.UnreadableMessage;
import dev.ingot.server.jobs.PublishedCapability;
import dev.ingot.server.plugins.ArrivedResult;
import dev.ingot.server.plugins.Plugins;
import dev.ingot.server.store.Transience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Results of clients, into the records of their nodes. */
final class ResultIntake {
  private static final Logger log = LoggerFactory.getLogger(ResultIntake.class);
  private static final String SOURCE = "vogeler";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MOST_HELD = 1_000;

  private final Jdbi jdbi;
  private final Plugins plugins;
  private final HostNodes hosts;
  private final Senders senders;
  private final Rates rates;
  private final LongAdder stored = new LongAdder();
  private final LongAdder replaced = new LongAdder();

  /** Results of hosts that say more than they may: the last of each plugin, to be stored later. */
  private final Map<String, Held> held = new LinkedHashMap<>();

  private record Held(String host, ArrivedResult result) {}

  ResultIntake(
      Jdbi jdbi, Plugins plugins, HostNodes hosts, VogelerSettings settings, LongSupplier nanos) {
    this.jdbi = jdbi;
    this.plugins = plugins;
    this.hosts = hosts;
    this.senders = new Senders(settings.clients());
    this.rates = new Rates(settings.resultsPerMinute(), nanos);
  }

  long stored() {
    return stored.sum();
  }

  /** Results of which a later one took the place. */
  long replaced() {
    return replaced.sum();
  }

  void received(Delivery delivery) {
    if (Wire.OURS.equals(delivery.properties().getAppId())) {
      return; // what this server answered to a runner; the record has it
    }
    senders.check(delivery);
    Wire.Results results = Wire.results(delivery);
    List<ArrivedResult> arrived;
    try {
      arrived = jdbi.inTransaction(handle -> read(handle, results));
    } catch (JdbiException e) {
      if (Transience.passes(e)) {
        throw new NotNow("the database does not answer: " + Transience.cause(e), e);
      }
      throw e;
    }
    List<ArrivedResult> now = new ArrayList<>();
    for (ArrivedResult result : arrived) {
      if (isNext(result) && rates.take(results.host())) {
        now.add(result);
      } else {
        hold(results.host(), result);
      }
    }
    store(now);
  }

  private List<ArrivedResult> read(Handle handle, Wire.Results results) {
    String node = hosts.of(handle, results.host());
    JsonNode own =
        PublishedCapability.ofNode(handle, "collect", node)
            .map(signature -> signature.parameters().at("/properties/plugin/enum"))
            .orElse(null);
    List<ArrivedResult> arrived = new ArrayList<>();
    results
        .byName()
        .forEach(
            (name, value) -> {
              if (own != null && own.valueStream().anyMatch(each -> each.asString().equals(name))) {
                throw new UnreadableMessage(
                    "the node has an agent that says the result of " + name + " itself",
                    results.host());
              }
              arrived.add(ArrivedResult.foreign(node, name, SOURCE, results.format(), value));
            });
    return arrived;
  }

  /** Not before an older result of the plugin that is held: the last is to be stored last. */
  private boolean isNext(ArrivedResult result) {
    synchronized (held) {
      return !held.containsKey(key(result));
    }
  }

  private static String key(ArrivedResult result) {
    return result.node() + " " + result.name();
  }

  private void hold(String host, ArrivedResult result) {
    synchronized (held) {
      if (held.put(key(result), new Held(host, result)) != null) {
        replaced.increment();
      } else {
        log.warn(
            "{} sends more results than it may (vogeler.results-per-minute): of each plugin only"
                + " the last is kept",
            host);
        if (held.size() > MOST_HELD) {
          held.remove(held.keySet().iterator().next());
          replaced.increment();
        }
      }
    }
  }

  /** Stores of what is held what may be stored by now. */
  void release() {
    synchronized (held) {
      held.values()
          .removeIf(
              each -> {
                boolean may = rates.take(each.host());
                if (may) {
                  plugins.arrived(each.result(), stored::increment);
                }
                return may;
              });
    }
  }

  /** The message is acknowledged when its results are in the database. */
  private void store(List<ArrivedResult> results) {
    CountDownLatch left = new CountDownLatch(results.size());
    for (ArrivedResult result : results) {
      plugins.arrived(
          result,
          () -> {
            stored.increment();
            left.countDown();
          });
    }
    try {
      if (!left.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new NotNow("results are not stored in time", new IllegalStateException("waiting"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotNow("stopping", e);
    }
  }
}
