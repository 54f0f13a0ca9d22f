package dev.ingot.server.workflow.fleet;

import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/fleets}. */
final class FleetRoutes implements Routes {
  private static final String ALL = "/api/v1/fleets";
  private static final String ONE = ALL + "/{id}";
  private static final int LONGEST_REASON = 500;

  private final Jdbi jdbi;
  private final FleetDesk desk;

  FleetRoutes(Jdbi jdbi, FleetDesk desk) {
    this.jdbi = jdbi;
    this.desk = desk;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(ALL, this::list, Role.READER);
    routes.post(ALL, this::start, Role.OPERATOR);
    routes.post("/api/v1/fleet-plans", this::plan, Role.OPERATOR);
    routes.get(ONE, this::show, Role.READER);
    routes.get(ONE + "/nodes", this::nodes, Role.READER);
    routes.post(ONE + "/pause", this::pause, Role.OPERATOR);
    routes.post(ONE + "/resume", this::resume, Role.OPERATOR);
    routes.post(ONE + "/cancel", this::cancel, Role.OPERATOR);
  }

  private void start(Context context) {
    Requests.query(context);
    FleetDesk.Asked asked = Requests.body(context, FleetDesk.Asked.class);
    String key = context.header("Idempotency-Key");
    if (key != null && (key.isBlank() || key.length() > 200)) {
      throw Problem.malformed("Idempotency-Key", "must be 1 to 200 characters");
    }
    FleetDesk.Made made =
        jdbi.inTransaction(handle -> desk.start(handle, Requests.principal(context), asked, key));
    context
        .status(made.made() ? 201 : 200)
        .header("Location", ALL + "/" + made.id())
        .json(jdbi.withHandle(handle -> desk.show(handle, made.id())));
  }

  /** What would run where. */
  record PlanView(int version, int nodes, List<Integer> waves, int leftOut) {}

  private void plan(Context context) {
    Requests.query(context);
    FleetDesk.Asked asked = Requests.body(context, FleetDesk.Asked.class);
    FleetDesk.Plan plan =
        jdbi.inTransaction(handle -> desk.plan(handle, Requests.principal(context), asked));
    context.json(
        new PlanView(plan.version(), plan.nodes().size(), plan.waves(), plan.leftOut().size()));
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "workflow", "limit", "cursor");
    String workflow = query.text("workflow");
    String list = "fleets:" + workflow;
    Cursor cursor = query.cursor(list, 1);
    int limit = query.limit();
    List<FleetView> found =
        jdbi.withHandle(
            handle ->
                FleetTable.page(
                        handle,
                        cursor == null ? Long.MAX_VALUE : cursor.number(0),
                        workflow,
                        limit + 1)
                    .stream()
                    .map(each -> FleetView.of(each, FleetTable.counts(handle, each.id()), false))
                    .toList());
    context.json(Page.of(found, limit, last -> Cursor.of(list, Long.parseLong(last.id()))));
  }

  private static long id(Context context) {
    return Requests.number(context, "id", "fleet run");
  }

  private void show(Context context) {
    Requests.query(context);
    context.json(jdbi.withHandle(handle -> desk.show(handle, id(context))));
  }

  private void nodes(Context context) {
    QueryParameters query = Requests.query(context, "status", "limit", "cursor");
    String status = query.text("status");
    NodeOutcome outcome = status == null ? null : outcome(status);
    String list = "fleet-nodes:" + id(context) + ":" + status;
    Cursor cursor = query.cursor(list, 1);
    int limit = query.limit();
    List<FleetNodes.NodeView> found =
        jdbi.withHandle(
            handle -> {
              desk.show(handle, id(context));
              return FleetNodes.page(
                  handle, id(context), cursor == null ? -1 : cursor.number(0), outcome, limit + 1);
            });
    context.json(Page.of(found, limit, last -> Cursor.of(list, last.place())));
  }

  private static NodeOutcome outcome(String word) {
    return Arrays.stream(NodeOutcome.values())
        .filter(each -> each.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.invalid(
                    "status",
                    "must be "
                        + Problem.oneOf(
                            Arrays.stream(NodeOutcome.values()).map(NodeOutcome::word).toList())));
  }

  /** Why something is done. */
  record Reason(@Nullable String reason) {}

  /** Whether what failed begins anew. */
  record Resume(@Nullable Boolean retry, @Nullable String reason) {}

  private void pause(Context context) {
    Requests.query(context);
    Reason asked = Requests.body(context, Reason.class);
    act(context, (handle, who) -> desk.pause(handle, who, id(context), bounded(asked.reason())));
  }

  private void cancel(Context context) {
    Requests.query(context);
    Reason asked = Requests.body(context, Reason.class);
    act(context, (handle, who) -> desk.cancel(handle, who, id(context), bounded(asked.reason())));
  }

  private void resume(Context context) {
    Requests.query(context);
    Resume asked = Requests.body(context, Resume.class);
    boolean retry = asked.retry() != null && asked.retry();
    act(
        context,
        (handle, who) -> desk.resume(handle, who, id(context), retry, bounded(asked.reason())));
  }

  /** What somebody does, in a transaction. */
  private interface Deed {
    void by(Handle handle, Principal who);
  }

  private void act(Context context, Deed deed) {
    Principal who = Requests.principal(context);
    jdbi.useTransaction(handle -> deed.by(handle, who));
    context.json(jdbi.withHandle(handle -> desk.show(handle, id(context))));
  }

  private static @Nullable String bounded(@Nullable String reason) {
    return reason != null && reason.length() > LONGEST_REASON
        ? reason.substring(0, LONGEST_REASON) + "…"
        : reason;
  }
}
