package dev.ingot.server.webhooks;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.events.Event;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.DatabaseClock;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.time.Instant;
import java.util.List;
import java.util.function.LongPredicate;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/webhooks}: for administrators only, since who says where to post makes the server
 * send, and a URL may carry a secret.
 */
final class WebhookRoutes implements Routes {
  private static final String ALL = "/api/v1/webhooks";
  private static final String ONE = ALL + "/{name}";
  private static final int MOST_REPLAYED = 1000;

  private final Jdbi jdbi;
  private final Administration administration;
  private final Sender sender;
  private final LongPredicate down;
  private final Runnable changed;

  /**
   * @param down whether the receiver of a webhook is
   * @param changed what somebody did to webhooks has committed
   */
  WebhookRoutes(
      Jdbi jdbi,
      Administration administration,
      Sender sender,
      LongPredicate down,
      Runnable changed) {
    this.jdbi = jdbi;
    this.administration = administration;
    this.sender = sender;
    this.down = down;
    this.changed = changed;
  }

  /** The answer to adding one: its secret is in it when it was made here, and never again. */
  record AddedView(WebhookView webhook, @Nullable String secret) {
    @Override
    public String toString() {
      return "AddedView[" + webhook.name() + "]";
    }
  }

  /** What to send again: exactly one of them. */
  record Replay(@Nullable List<String> events, @Nullable Boolean all, @Nullable String after) {}

  /** What came of a test. */
  record Tested(boolean delivered, @Nullable Integer status, @Nullable String reason, int millis) {}

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(ALL, this::list, Role.ADMIN);
    routes.post(ALL, this::add, Role.ADMIN);
    routes.get(ONE, this::show, Role.ADMIN);
    routes.patch(ONE, this::change, Role.ADMIN);
    routes.delete(ONE, this::remove, Role.ADMIN);
    routes.post(ONE + "/test", this::test, Role.ADMIN);
    routes.get(ONE + "/deliveries", this::deliveries, Role.ADMIN);
    routes.post(ONE + "/replay", this::replay, Role.ADMIN);
  }

  private static String name(Context context) {
    return context.pathParam("name");
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    Cursor cursor = query.cursor("webhooks", 1);
    String after = cursor == null ? "" : cursor.keys().getFirst();
    List<WebhookView> found =
        jdbi.withHandle(handle -> WebhookView.after(handle, after, query.limit() + 1, down));
    context.json(Page.of(found, query.limit(), last -> Cursor.of("webhooks", last.name())));
  }

  private void show(Context context) {
    Requests.query(context);
    answer(
        context,
        jdbi.withHandle(
            handle -> WebhookView.of(handle, WebhookTable.require(handle, name(context)), down)));
  }

  private static void answer(Context context, WebhookView view) {
    context.header("ETag", Requests.etag(view.version())).json(view);
  }

  private void add(Context context) {
    Requests.query(context);
    NewWebhook asked = Requests.body(context, NewWebhook.class);
    Principal who = Requests.principal(context);
    AddedView made =
        jdbi.inTransaction(
            handle -> {
              Administration.Added added = administration.add(handle, who, asked);
              SigningSecret secret = added.made();
              return new AddedView(
                  WebhookView.of(handle, added.hook(), down),
                  secret == null ? null : secret.text());
            });
    changed.run();
    context
        .status(201)
        .header("Location", ALL + "/" + made.webhook().name())
        .header("Cache-Control", "no-store")
        .json(made);
  }

  private void change(Context context) {
    Requests.query(context);
    WebhookChange asked = Requests.body(context, WebhookChange.class);
    Principal who = Requests.principal(context);
    WebhookView view =
        jdbi.inTransaction(
            handle ->
                WebhookView.of(
                    handle,
                    administration.change(
                        handle, who, name(context), asked, hook -> match(context, hook)),
                    down));
    changed.run();
    answer(context, view);
  }

  private static void match(Context context, Webhook hook) {
    Requests.ifMatch(context, Requests.etag(hook.version()));
  }

  private void remove(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    Principal who = Requests.principal(context);
    jdbi.useTransaction(
        handle -> administration.remove(handle, who, name(context), hook -> match(context, hook)));
    changed.run();
    context.status(204);
  }

  /** Sends an event that never was, once; nothing of it is kept. */
  private void test(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    record Asked(Webhook hook, SigningSecret secret, Instant now) {}
    Asked asked =
        jdbi.withHandle(
            handle -> {
              Webhook hook = WebhookTable.require(handle, name(context));
              return new Asked(hook, WebhookTable.secret(handle, hook), DatabaseClock.now(handle));
            });
    Event event =
        new Event(
            "0",
            asked.now(),
            "webhook",
            "test",
            "information",
            asked.hook().name(),
            null,
            Json.MAPPER.createObjectNode().put("by", Requests.principal(context).name()));
    try {
      Outcome outcome = sender.send(asked.hook(), asked.secret(), List.of(event), 1);
      context.json(
          new Tested(outcome.delivered(), outcome.status(), outcome.reason(), outcome.millis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable("the server is stopping", e);
    }
  }

  /** Which list of deliveries. */
  enum State {
    ATTEMPTS,
    WAITING,
    DEAD
  }

  private void deliveries(Context context) {
    QueryParameters query = Requests.query(context, "state", "limit", "cursor");
    String text = query.text("state");
    State state = text == null ? State.ATTEMPTS : Requests.oneOf("state", text, State.values());
    Webhook hook = jdbi.withHandle(handle -> WebhookTable.require(handle, name(context)));
    String list = "webhook:" + hook.id() + ":" + state;
    Cursor cursor = query.cursor(list, 1);
    int limit = query.limit();
    context.json(
        switch (state) {
          case ATTEMPTS -> {
            long before = cursor == null ? Long.MAX_VALUE : cursor.number(0);
            yield Page.of(
                jdbi.withHandle(handle -> AttemptLog.before(handle, hook.id(), before, limit + 1)),
                limit,
                last -> Cursor.of(list, last.id()));
          }
          case WAITING ->
              Page.of(
                  jdbi.withHandle(
                      handle ->
                          WaitingTable.after(handle, hook.id(), Requests.after(cursor), limit + 1)),
                  limit,
                  last -> Cursor.of(list, last.event().id()));
          case DEAD ->
              Page.of(
                  jdbi.withHandle(
                      handle ->
                          DeadLetters.after(handle, hook.id(), Requests.after(cursor), limit + 1)),
                  limit,
                  last -> Cursor.of(list, last.event().id()));
        });
  }

  private void replay(Context context) {
    Requests.query(context);
    Replay asked = Requests.body(context, Replay.class);
    Principal who = Requests.principal(context);
    List<String> events = asked.events();
    String after = asked.after();
    boolean all = asked.all() != null && asked.all();
    if ((events == null ? 0 : 1) + (after == null ? 0 : 1) + (all ? 1 : 0) != 1) {
      throw Problem.invalid("events", "say one of: events (a list of ids), all (true), after");
    }
    if (events != null && (events.isEmpty() || events.size() > MOST_REPLAYED)) {
      throw Problem.invalid("events", "must name from 1 to " + MOST_REPLAYED + " events");
    }
    if (after != null) {
      jdbi.useTransaction(handle -> administration.rewind(handle, who, name(context), after));
      changed.run();
      context.json(Json.MAPPER.createObjectNode().put("after", after));
      return;
    }
    Administration.Replayed done =
        jdbi.inTransaction(handle -> administration.replay(handle, who, name(context), events));
    changed.run();
    context.json(done);
  }
}
