package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /jobs}: making, listing and ending jobs. */
final class JobRoutes implements Routes {
  private static final String PATH = "/api/v1/jobs";
  private static final int LONGEST_KEY = 200;
  private static final int MOST_PLANNED = 1_000;

  private final Jdbi jdbi;
  private final JobDesk desk;

  JobRoutes(Jdbi jdbi, JobDesk desk) {
    this.jdbi = jdbi;
    this.desk = desk;
  }

  /** The body of a cancellation, which may be left out. */
  record Cancellation(@Nullable String reason) {}

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(PATH, this::list, Role.READER, Segmented.YES);
    routes.post(PATH, this::create, Role.OPERATOR, Segmented.YES);
    routes.get(PATH + "/{id}", this::show, Role.READER, Segmented.YES);
    routes.post(PATH + "/{id}/cancel", this::cancel, Role.OPERATOR, Segmented.YES);
    routes.post(PATH + "/{id}/retry-failed", this::retry, Role.OPERATOR, Segmented.YES);
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "state", "limit", "cursor");
    String text = query.text("state");
    String state = text == null ? null : Requests.oneOf("state", text, Job.State.values()).word();
    Cursor cursor = query.cursor("jobs", 1);
    long before = cursor == null ? Long.MAX_VALUE : cursor.number(0);
    Principal who = Requests.principal(context);
    List<JobView> found =
        jdbi.withHandle(
            handle ->
                JobTable.page(
                        handle,
                        state,
                        who.isRestricted() ? who.name() : null,
                        before,
                        query.limit() + 1)
                    .stream()
                    .map(JobView::of)
                    .toList());
    context.json(Page.of(found, query.limit(), job -> Cursor.of("jobs", job.id())));
  }

  private void create(Context context) {
    Requests.query(context);
    JsonNode body = Requests.json(context);
    JobRequest request = Requests.body(body, JobRequest.class);
    Principal who = Requests.principal(context);
    if (request.isDryRun()) {
      Planned planned = desk.plan(jdbi, who, request);
      context.json(dryRun(request, planned));
      return;
    }
    JobDesk.Idempotency idempotency = idempotency(context, body);
    JobDesk.Made made = desk.create(jdbi, who, request, idempotency);
    context
        .status(made.planned() == null ? 200 : 201)
        .header("Location", PATH + "/" + made.job().id())
        .json(JobView.of(made.job(), made.planned()));
  }

  private static JobDesk.@Nullable Idempotency idempotency(Context context, JsonNode body) {
    String key = context.header("Idempotency-Key");
    if (key == null) {
      return null;
    }
    if (key.isBlank()
        || key.length() > LONGEST_KEY
        || key.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw Problem.malformed(
          "Idempotency-Key", "must be 1 to " + LONGEST_KEY + " printable ASCII characters");
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Json.bytes(body));
      return new JobDesk.Idempotency(key, digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static ObjectNode dryRun(JobRequest request, Planned planned) {
    List<Planned.Entry> runnable = planned.runnable();
    ObjectNode object = Json.MAPPER.createObjectNode().put("dryRun", true);
    object.put("capability", request.capability()).put("on", request.target());
    object.put("total", planned.tasks().size()).put("runnable", runnable.size());
    object.put("online", runnable.stream().filter(Planned.Entry::online).count());
    ArrayNode nodes = object.putArray("nodes");
    for (Planned.Entry entry : planned.tasks()) {
      if (nodes.size() == MOST_PLANNED) {
        object.put("moreNodes", planned.tasks().size() - MOST_PLANNED);
        break;
      }
      ObjectNode node = nodes.addObject().put("node", entry.node());
      node.put("hostname", entry.hostname()).put("online", entry.online());
      if (entry.refusal() != null) {
        node.put("refusal", entry.refusal());
      } else {
        node.put("timeoutSeconds", entry.timeoutSeconds());
      }
      ArgumentsTable.Rendered own = entry.arguments();
      if (own != null) {
        node.set("arguments", Json.read(own.shown()));
      }
    }
    object.set("refusals", Json.MAPPER.valueToTree(planned.refusals()));
    object.set("leftOut", Json.MAPPER.valueToTree(planned.leftOut()));
    return object;
  }

  private void show(Context context) {
    Requests.query(context);
    long id = Requests.number(context, "id", "job");
    context.json(
        JobView.of(
            jdbi.withHandle(handle -> desk.require(handle, Requests.principal(context), id))));
  }

  private void cancel(Context context) {
    Requests.query(context);
    String reason = cancellation(context);
    long id = Requests.number(context, "id", "job");
    context
        .status(202)
        .json(
            JobView.of(
                jdbi.inTransaction(
                    handle -> desk.cancel(handle, Requests.principal(context), id, reason))));
  }

  /** Why, if the body says. */
  static @Nullable String cancellation(Context context) {
    boolean empty =
        context.req().getContentLengthLong() == 0
            || (context.req().getContentLengthLong() < 0
                && context.header("Transfer-Encoding") == null);
    if (empty) {
      return null;
    }
    String reason = Requests.body(context, Cancellation.class).reason();
    if (reason != null && (reason.length() > 500 || reason.chars().anyMatch(c -> c < ' '))) {
      throw Problem.invalid("reason", "must be at most 500 characters on one line");
    }
    return reason;
  }

  private void retry(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    long id = Requests.number(context, "id", "job");
    JobDesk.Made made = desk.retryFailed(jdbi, Requests.principal(context), id);
    context
        .status(201)
        .header("Location", PATH + "/" + made.job().id())
        .json(JobView.of(made.job(), made.planned()));
  }
}
