package dev.ingot.server.workflow.definition;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.workflow.definition.WorkflowTable.Version;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/v1/workflows}. */
public final class WorkflowRoutes implements Routes {
  private static final String ALL = "/api/v1/workflows";
  private static final String ONE = ALL + "/{name}";

  private final Jdbi jdbi;
  private final Definitions definitions;
  private final WorkflowFiles files;
  private final JsonNode schema;

  public WorkflowRoutes(Jdbi jdbi, Definitions definitions, WorkflowFiles files, JsonNode schema) {
    this.jdbi = jdbi;
    this.definitions = definitions;
    this.files = files;
    this.schema = schema;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(ALL, this::list, Role.READER);
    routes.get("/api/v1/workflow-schema", this::schema, Role.READER);
    routes.post(ALL + "/validate", this::validate, Role.READER);
    routes.post(ALL + "/load", this::load, Role.OPERATOR);
    routes.get(ONE, this::show, Role.READER);
    routes.get(ONE + "/versions", this::versions, Role.READER);
    routes.put(ONE, this::put, Role.OPERATOR);
  }

  /** A version as it is shown. */
  record Shown(
      String name,
      int version,
      int latest,
      String origin,
      java.time.Instant created,
      String createdBy,
      int steps,
      @Nullable String description,
      @Nullable ObjectNode definition) {
    static Shown of(Version version, boolean whole) {
      JsonNode description = version.definition().path("description");
      return new Shown(
          version.name(),
          version.version(),
          version.latest(),
          version.origin(),
          version.created(),
          version.createdBy(),
          version.definition().path("steps").size(),
          description.isString() ? description.asString() : null,
          whole ? version.definition() : null);
    }
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    Cursor cursor = query.cursor("workflows", 1);
    String after = cursor == null ? "" : cursor.keys().getFirst();
    int limit = query.limit();
    List<Shown> found =
        jdbi.withHandle(handle -> WorkflowTable.page(handle, after, limit + 1)).stream()
            .map(each -> Shown.of(each, false))
            .toList();
    context.json(Page.of(found, limit, last -> Cursor.of("workflows", last.name())));
  }

  private void schema(Context context) {
    Requests.query(context);
    context.json(schema);
  }

  private void show(Context context) {
    QueryParameters query = Requests.query(context, "version");
    Integer version =
        query.text("version") == null ? null : query.integer("version", 1, 1, Integer.MAX_VALUE);
    Version found =
        jdbi.withHandle(
            handle -> WorkflowTable.require(handle, context.pathParam("name"), version));
    context.header("ETag", Requests.etag(found.version())).json(Shown.of(found, true));
  }

  private void versions(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    String name = context.pathParam("name");
    String list = "versions:" + name;
    Cursor cursor = query.cursor(list, 1);
    int before = cursor == null ? Integer.MAX_VALUE : (int) cursor.number(0);
    List<Shown> found =
        jdbi
            .withHandle(
                handle -> {
                  WorkflowTable.require(handle, name, null);
                  return WorkflowTable.versions(handle, name, before, query.limit() + 1);
                })
            .stream()
            .map(each -> Shown.of(each, false))
            .toList();
    context.json(Page.of(found, query.limit(), last -> Cursor.of(list, last.version())));
  }

  private void validate(Context context) {
    Requests.query(context);
    Findings findings = definitions.validate(Requests.json(context));
    ObjectNode answer = Json.MAPPER.createObjectNode().put("valid", findings.isEmpty());
    answer.set("findings", Json.MAPPER.valueToTree(findings.all()));
    context.json(answer);
  }

  private void put(Context context) {
    Requests.query(context);
    JsonNode json = Requests.json(context);
    String name = context.pathParam("name");
    if (!(json instanceof ObjectNode definition)) {
      throw Problem.malformed(null, "a workflow is an object of name, steps and more");
    }
    JsonNode said = definition.get("name");
    if (said == null) {
      definition.put("name", name);
    } else if (!(said.isString() && said.stringValue().equals(name))) {
      throw Problem.invalid("name", "must be " + name + ", or left out");
    }
    Principal who = Requests.principal(context);
    Integer expected = expected(context);
    Definitions.Put put =
        jdbi.inTransaction(handle -> definitions.put(handle, who, definition, "stored", expected));
    context
        .status(put.added() && put.version().version() == 1 ? 201 : 200)
        .header("ETag", Requests.etag(put.version().version()))
        .json(Shown.of(put.version(), true));
  }

  private static @Nullable Integer expected(Context context) {
    String noneMatch = context.header("If-None-Match");
    if (noneMatch != null && noneMatch.strip().equals("*")) {
      return 0;
    }
    String match = context.header("If-Match");
    if (match == null || match.strip().equals("*")) {
      return null;
    }
    String digits = match.strip().replace("\"", "");
    if (!digits.matches("[0-9]{1,9}")) {
      throw Problem.preconditionFailed("it has changed: " + match + " is no version of it");
    }
    return Integer.parseInt(digits);
  }

  private void load(Context context) {
    Requests.query(context);
    WorkflowFiles.Folder folder = Requests.body(context, WorkflowFiles.Folder.class);
    Principal who = Requests.principal(context);
    context.json(jdbi.inTransaction(handle -> files.load(handle, who, folder)));
  }
}
