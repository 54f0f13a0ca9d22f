package dev.ingot.server.vogeler;

import dev.ingot.amqp.Delivery;
import dev.ingot.amqp.JsonMessage;
import dev.ingot.amqp.NotNow;
import dev.ingot.amqp.Rates;
import dev.ingot.amqp.Senders;
import dev.ingot.amqp.UnreadableMessage;
import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.server.jobs.Jobs;
import dev.ingot.server.jobs.PublishedCapability;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.Transience;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What runners ask, answered for the nodes whose agents allow it as if each were a client of
 * Vogeler: one job, whose results go back as the clients' do.
 */
final class RequestIntake {
  private static final Logger log = LoggerFactory.getLogger(RequestIntake.class);
  private static final String CAPABILITY = "collect";

  /** More errors than these nobody reads. */
  private static final int MOST_ERRORS = 1_000;

  private final Jdbi jdbi;
  private final Jobs jobs;
  private final Replies replies;
  private final Senders senders;
  private final Rates rates;
  private final Duration expiry;
  private final LongAdder asked = new LongAdder();

  RequestIntake(
      Jdbi jdbi, Jobs jobs, Replies replies, VogelerSettings settings, LongSupplier nanos) {
    this.jdbi = jdbi;
    this.jobs = jobs;
    this.replies = replies;
    this.senders = new Senders(settings.runners());
    this.rates = new Rates(settings.requestsPerMinute(), nanos);
    this.expiry = settings.expiry();
  }

  /** Requests that became jobs. */
  long asked() {
    return asked.sum();
  }

  void received(Delivery delivery) {
    senders.check(delivery);
    String key = delivery.routingKey();
    boolean toAll = Wire.isToAll(key);
    if (!toAll && !Wire.isHostname(key)) {
      throw new UnreadableMessage("its key is no hostname: " + JsonMessage.shown(key));
    }
    String word = Wire.request(delivery);
    if (!rates.take(Senders.name(delivery))) {
      throw new UnreadableMessage(
          "more requests than one sender may (vogeler.requests-per-minute)");
    }
    try {
      jdbi.useTransaction(handle -> ask(handle, delivery.peer(), toAll ? null : key, word));
    } catch (Problem e) {
      if (e.kind() == Problem.Kind.UNAVAILABLE) {
        throw new NotNow(e.detail(), e);
      }
      throw new UnreadableMessage(e.detail());
    } catch (JdbiException e) {
      if (Transience.passes(e)) {
        throw new NotNow("the database does not answer: " + Transience.cause(e), e);
      }
      throw e;
    }
  }

  private void ask(Handle handle, String peer, @Nullable String host, String word) {
    Map<String, CapabilitySignature> published =
        PublishedCapability.byNode(handle, CAPABILITY, host == null ? null : nodes(handle, host));
    List<String> willing =
        published.entrySet().stream()
            .filter(entry -> entry.getValue().parameters().path("x-vogeler").asBoolean(false))
            .map(Map.Entry::getKey)
            .toList();
    List<String> able = willing.stream().filter(node -> knows(published.get(node), word)).toList();
    willing.stream()
        .filter(node -> !able.contains(node))
        .limit(MOST_ERRORS)
        .forEach(node -> replies.notAuthorized(handle, node, word));
    if (able.isEmpty()) {
      return;
    }
    ObjectNode request =
        Json.MAPPER
            .createObjectNode()
            .put("capability", CAPABILITY)
            .put("expiry", (int) expiry.toSeconds());
    if (able.size() == 1) {
      request.put("on", able.getFirst());
    } else {
      request.putObject("on").putObject("mercury_id").set("$in", Json.MAPPER.valueToTree(able));
    }
    request.putObject("arguments").put("plugin", word);
    long job = jobs.make(handle, HostNodes.WHO, request);
    replies.expect(handle, job, peer);
    asked.increment();
    log.info("job {} for {}: {} on {} nodes", job, peer, JsonMessage.shown(word), able.size());
  }

  private static boolean knows(@Nullable CapabilitySignature signature, String word) {
    return signature != null
        && signature
            .parameters()
            .at("/properties/plugin/enum")
            .valueStream()
            .anyMatch(each -> each.asString().equals(word));
  }

  private static List<String> nodes(Handle handle, String host) {
    return handle
        .createQuery(
            "SELECT id FROM node WHERE lower(hostname) = :host AND standing = 'admitted' LIMIT 10")
        .bind("host", host.toLowerCase(Locale.ROOT))
        .mapTo(String.class)
        .list();
  }
}
