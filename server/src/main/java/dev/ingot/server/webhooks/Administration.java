package dev.ingot.server.webhooks;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.TokenSecret;
import dev.ingot.server.events.Event;
import dev.ingot.server.events.EventFeed;
import dev.ingot.server.events.EventFilter;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.webhooks.WaitingTable.Parked;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What administrators do to webhooks, each with its audit row. */
final class Administration {
  /** Of dead letters that one request puts back. */
  private static final int MOST_REPLAYED = 10_000;

  private final Audit audit;
  private final Outbox outbox;
  private final EventFeed feed;
  private final TargetGuard guard;
  private final NodeMatch match;
  private final SecureRandom random;

  Administration(
      Audit audit,
      Outbox outbox,
      EventFeed feed,
      TargetGuard guard,
      NodeMatch match,
      SecureRandom random) {
    this.audit = audit;
    this.outbox = outbox;
    this.feed = feed;
    this.guard = guard;
    this.match = match;
    this.random = random;
  }

  /** One that was added, with its secret when that was made here. */
  record Added(Webhook hook, @Nullable SigningSecret made) {}

  Added add(Handle handle, Principal who, NewWebhook asked) {
    String given = asked.secret();
    SigningSecret secret =
        given == null
            ? new SigningSecret(TokenSecret.random(SigningSecret.PREFIX, random).text())
            : SigningSecret.given(given);
    Webhook hook = checked(handle, asked.hook(who.name()));
    long position = asked.after() == null ? feed.last() : position(asked.after(), "after");
    Webhook made = WebhookTable.insert(handle, hook, secret, position);
    audit.record(handle, who, "webhook.add", target(made), null, shown(made));
    tell(handle, "added", made, who);
    return new Added(made, given == null ? secret : null);
  }

  Webhook change(
      Handle handle, Principal who, String name, WebhookChange asked, Consumer<Webhook> check) {
    Webhook before = WebhookTable.lock(handle, name);
    check.accept(before);
    Webhook hook = checked(handle, asked.of(before));
    String secret = asked.secret();
    Webhook after =
        WebhookTable.update(handle, hook, secret == null ? null : SigningSecret.given(secret));
    ObjectNode told = shown(after);
    if (secret != null) {
      told.put("secret", "changed");
    }
    audit.record(handle, who, "webhook.change", target(before), shown(before), told);
    tell(handle, "changed", after, who);
    return after;
  }

  void remove(Handle handle, Principal who, String name, Consumer<Webhook> check) {
    Webhook hook = WebhookTable.lock(handle, name);
    check.accept(hook);
    WebhookTable.delete(handle, hook);
    audit.record(handle, who, "webhook.remove", target(hook), shown(hook), null);
    tell(handle, "removed", hook, who);
  }

  /**
   * What a replay did.
   *
   * @param replayed events that are sent again
   * @param left dead letters that are left
   */
  record Replayed(long replayed, long left) {}

  /** Puts dead letters back, all or some; one that was delivered is sent again too. */
  Replayed replay(Handle handle, Principal who, String name, @Nullable List<String> ids) {
    Webhook hook = WebhookTable.require(handle, name);
    Progress.lock(handle, hook);
    List<Long> positions = null;
    if (ids != null) {
      positions = new ArrayList<>();
      for (int i = 0; i < ids.size(); i++) {
        positions.add(position(ids.get(i), "events." + i));
      }
    }
    List<Event> events =
        new ArrayList<>(DeadLetters.take(handle, hook.id(), positions, MOST_REPLAYED));
    if (positions != null) {
      Set<Long> found = new HashSet<>();
      events.forEach(event -> found.add(event.position()));
      for (int i = 0; i < positions.size(); i++) {
        if (found.add(positions.get(i))) {
          events.add(kept(positions.get(i), "events." + i));
        }
      }
    }
    WaitingTable.add(
        handle, hook.id(), events.stream().map(Parked::behind).toList(), Duration.ZERO);
    long left =
        handle
            .createQuery("SELECT count(*) FROM webhook_dead WHERE webhook = :id")
            .bind("id", hook.id())
            .mapTo(Long.class)
            .one();
    Replayed done = new Replayed(events.size(), left);
    audit.record(handle, who, "webhook.replay", target(hook), null, Json.MAPPER.valueToTree(done));
    return done;
  }

  /** Sends all that happened after an event again. */
  void rewind(Handle handle, Principal who, String name, String after) {
    Webhook hook = WebhookTable.require(handle, name);
    long present = Progress.lock(handle, hook);
    long position = position(after, "after");
    if (position > present) {
      throw Problem.invalid("after", "the webhook has come to event " + present + " only");
    }
    Progress.rewind(handle, hook, position);
    audit.record(
        handle,
        who,
        "webhook.replay",
        target(hook),
        null,
        Json.MAPPER.createObjectNode().put("after", position));
  }

  private Event kept(long position, String field) {
    List<Event> found = feed.after(position - 1, EventFilter.ALL, 1).events();
    if (found.isEmpty() || found.getFirst().position() != position) {
      throw Problem.invalid(field, "the event " + position + " is no longer kept");
    }
    return found.getFirst();
  }

  private long position(String text, String field) {
    if (!text.matches("\\d{1,18}")) {
      throw Problem.invalid(field, "must be the id of an event");
    }
    long position = Long.parseLong(text);
    if (position > feed.last()) {
      throw Problem.invalid(field, "there is no such event yet; the last one is " + feed.last());
    }
    return position;
  }

  private Webhook checked(Handle handle, Webhook hook) {
    guard.parse(hook.url());
    hook.wanted().check();
    JsonNode nodes = hook.nodes();
    if (nodes != null) {
      match.check(handle, nodes);
    }
    if (hook.batch() < 1 || hook.batch() > 100) {
      throw Problem.invalid("batch", "must be from 1 to 100");
    }
    return hook;
  }

  private void tell(Handle handle, String action, Webhook hook, Principal who) {
    outbox.append(
        handle,
        new NewEvent(
            "webhook",
            action,
            Severity.INFORMATION,
            hook.name(),
            null,
            Json.MAPPER.valueToTree(Map.of("by", who.name()))));
  }

  private static String target(Webhook hook) {
    return "webhook:" + hook.name();
  }

  /** Without the secret, and without what a URL may carry of one. */
  private static ObjectNode shown(Webhook hook) {
    URI url = URI.create(hook.url());
    ObjectNode shown = Json.MAPPER.createObjectNode();
    shown.put("host", url.getScheme() + "://" + url.getRawAuthority());
    shown.set("events", Json.MAPPER.valueToTree(hook.wanted()));
    shown.set("nodes", hook.nodes() == null ? Json.MAPPER.nullNode() : hook.nodes());
    return shown.put("batch", hook.batch()).put("paused", hook.paused());
  }
}
