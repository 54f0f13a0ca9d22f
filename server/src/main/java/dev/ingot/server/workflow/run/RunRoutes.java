package dev.ingot.server.workflow.run;

import dev.ingot.core.Json;
import dev.ingot.server.access.Role;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Open;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.WakeUps;
import dev.ingot.server.workflow.machine.Input;
import dev.ingot.server.workflow.machine.RunStatus;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code /api/v1/runs} and {@code /api/v1/callbacks}. */
final class RunRoutes implements Routes {
  private static final String ALL = "/api/v1/runs";
  private static final String ONE = ALL + "/{id}";

  private final Jdbi jdbi;
  private final RunDesk desk;
  private final WakeUps wakeUps;

  RunRoutes(Jdbi jdbi, RunDesk desk, WakeUps wakeUps) {
    this.jdbi = jdbi;
    this.desk = desk;
    this.wakeUps = wakeUps;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.post(ALL, this::start, Role.OPERATOR);
    routes.get(ALL, this::list, Role.READER);
    routes.get(ONE, this::show, Role.READER);
    routes.get(ONE + "/explain", this::explain, Role.READER);
    routes.get(ONE + "/timeline", this::timeline, Role.READER);
    routes.post(ONE + "/cancel", this::cancel, Role.OPERATOR);
    routes.post(ONE + "/pause", this::pause, Role.OPERATOR);
    routes.post(ONE + "/resume", this::resume, Role.OPERATOR);
    routes.post(ONE + "/retry", this::retry, Role.OPERATOR);
    routes.post(ONE + "/skip", this::skip, Role.OPERATOR);
    routes.post("/api/v1/callbacks/{token}", this::callBack, Open.TO_ALL);
  }

  private void start(Context context) {
    Requests.query(context);
    RunDesk.Asked asked = Requests.body(context, RunDesk.Asked.class);
    String key = context.header("Idempotency-Key");
    if (key != null && (key.isBlank() || key.length() > 200)) {
      throw Problem.malformed("Idempotency-Key", "must be 1 to 200 characters");
    }
    RunDesk.Made made =
        jdbi.inTransaction(handle -> desk.start(handle, Requests.principal(context), asked, key));
    context
        .status(made.made() ? 201 : 200)
        .header("Location", ALL + "/" + made.run().id())
        .json(made.run());
  }

  private void list(Context context) {
    QueryParameters query =
        Requests.query(context, "status", "workflow", "node", "fleet", "limit", "cursor");
    String status = query.text("status");
    String workflow = query.text("workflow");
    String node =
        query.text("node") == null
            ? null
            : jdbi.withHandle(
                handle ->
                    desk.node(
                        handle, Requests.principal(context), String.valueOf(query.text("node"))));
    String fleet = query.text("fleet");
    String list = "runs:" + status + ":" + workflow + ":" + node + ":" + fleet;
    Cursor cursor = query.cursor(list, 1);
    int limit = query.limit();
    Integer wanted = status == null || status.equals("open") ? null : status(status).ordinal();
    Long ofFleet = fleet == null ? null : number(fleet);
    List<RunView> found =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT r.*, v.name AS workflow, v.version AS workflow_version FROM run r"
                            + " JOIN workflow_version v ON v.id = r.version WHERE r.id < :before"
                            + ("open".equals(status) ? " AND r.status < 2" : "")
                            + (wanted == null ? "" : " AND r.status = " + wanted)
                            + (node == null ? "" : " AND r.node = :node")
                            + (workflow == null ? "" : " AND v.name = :workflow")
                            + (ofFleet == null ? "" : " AND r.fleet = " + ofFleet)
                            + " ORDER BY r.id DESC LIMIT :limit")
                    .bind("before", cursor == null ? Long.MAX_VALUE : cursor.number(0))
                    .bind("limit", limit + 1)
                    .bindMap(bindings(node, workflow))
                    .map((row, _) -> RunView.listed(row))
                    .list());
    context.json(Page.of(found, limit, last -> Cursor.of(list, Long.parseLong(last.id()))));
  }

  private static java.util.Map<String, String> bindings(
      @Nullable String node, @Nullable String workflow) {
    java.util.Map<String, String> bindings = new java.util.TreeMap<>();
    if (node != null) {
      bindings.put("node", node);
    }
    if (workflow != null) {
      bindings.put("workflow", workflow);
    }
    return bindings;
  }

  private static long number(String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw Problem.invalid("fleet", "must be the number of a fleet run");
    }
    return Long.parseLong(text);
  }

  private static RunStatus status(String word) {
    return Arrays.stream(RunStatus.values())
        .filter(each -> each.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.invalid(
                    "status",
                    "must be open, "
                        + Problem.oneOf(
                            Arrays.stream(RunStatus.values()).map(RunStatus::word).toList())));
  }

  private static long id(Context context) {
    return Requests.number(context, "id", "run");
  }

  private void show(Context context) {
    Requests.query(context);
    context.json(jdbi.withHandle(handle -> desk.show(handle, id(context))));
  }

  private void explain(Context context) {
    Requests.query(context);
    context.json(jdbi.withHandle(handle -> desk.explain(handle, id(context))));
  }

  private void timeline(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    String list = "timeline:" + id(context);
    Cursor cursor = query.cursor(list, 1);
    int limit = query.limit();
    List<Timeline.Shown> found =
        jdbi.withHandle(
            handle -> desk.timeline(handle, id(context), Requests.after(cursor), limit + 1));
    context.json(Page.of(found, limit, last -> Cursor.of(list, Long.parseLong(last.number()))));
  }

  /** Why something is done. */
  record Reason(@Nullable String reason) {}

  private void cancel(Context context) {
    Requests.query(context);
    Reason asked = Requests.body(context, Reason.class);
    String by = Requests.principal(context).name();
    String reason =
        "cancelled by " + by + (asked.reason() == null ? "" : ": " + bounded(asked.reason()));
    act(context, "cancel", asked, new Input.Cancel(reason));
  }

  private void pause(Context context) {
    Requests.query(context);
    act(context, "pause", Requests.body(context, Reason.class), new Input.Pause());
  }

  private void resume(Context context) {
    Requests.query(context);
    act(context, "resume", Requests.body(context, Reason.class), new Input.Resume());
  }

  private void act(Context context, String action, Record asked, Input input) {
    context.json(
        desk.act(
            jdbi,
            Requests.principal(context),
            id(context),
            action,
            Json.MAPPER.valueToTree(asked),
            _ -> input));
  }

  /** Which step, or all that failed. */
  record Retry(@Nullable String step, @Nullable String reason) {}

  private void retry(Context context) {
    Requests.query(context);
    Retry asked = Requests.body(context, Retry.class);
    String step = asked.step();
    context.json(
        desk.act(
            jdbi,
            Requests.principal(context),
            id(context),
            "retry",
            Json.MAPPER.valueToTree(asked),
            workflow -> new Input.Retry(step == null ? null : RunDesk.place(workflow, step))));
  }

  /** Which step, and why. */
  record Skip(String step, String reason) {}

  private void skip(Context context) {
    Requests.query(context);
    Skip asked = Requests.body(context, Skip.class);
    if (asked.reason().isBlank()) {
      throw Problem.invalid("reason", "say why the step is left out");
    }
    String reason =
        "skipped by " + Requests.principal(context).name() + ": " + bounded(asked.reason());
    context.json(
        desk.act(
            jdbi,
            Requests.principal(context),
            id(context),
            "skip",
            Json.MAPPER.valueToTree(asked),
            workflow -> new Input.Skip(RunDesk.place(workflow, asked.step()), reason)));
  }

  private static String bounded(String reason) {
    return reason.length() > 500 ? reason.substring(0, 500) + "…" : reason;
  }

  private void callBack(Context context) {
    Requests.query(context);
    JsonNode body = Requests.json(context);
    boolean first =
        jdbi.inTransaction(
            handle -> {
              boolean added = desk.callBack(handle, context.pathParam("token"), body);
              wakeUps.afterCommit(handle, RunStarter.TOPIC);
              return added;
            });
    context.status(first ? 202 : 200).json(Json.MAPPER.createObjectNode().put("accepted", first));
  }
}
