package dev.ingot.server.plugins;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.nodes.target.TargetResolver;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /plugins}: what nodes have; {@code /nodes/{id}/plugins}: what it came to. */
final class PluginRoutes implements Routes {
  private static final String RECORDS = "/api/v1/nodes/{id}/plugins";
  private static final String ROOT = "plugins";
  private static final String VALUE = "value";

  private final Jdbi jdbi;
  private final TargetResolver targets;
  private final VisibleNodes visible;

  PluginRoutes(Jdbi jdbi, TargetResolver targets, VisibleNodes visible) {
    this.jdbi = jdbi;
    this.targets = targets;
    this.visible = visible;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/plugins", this::list, Role.READER, Segmented.YES);
    routes.get(RECORDS, this::records, Role.READER, Segmented.YES);
    routes.get(RECORDS + "/{name}", this::record, Role.READER, Segmented.YES);
    routes.get(RECORDS + "/{name}/history", this::history, Role.READER, Segmented.YES);
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "on");
    Principal who = Requests.principal(context);
    String on = query.text("on");
    context.json(
        jdbi.<ObjectNode, RuntimeException>inTransaction(
            handle ->
                PluginList.of(
                    handle,
                    on == null && !who.isRestricted()
                        ? null
                        : targets.resolve(handle, who, on == null ? "all" : on))));
  }

  private void records(Context context) {
    Requests.query(context);
    PathAccess access = PathAccess.of(Requests.principal(context));
    List<ObjectNode> shown =
        jdbi.withHandle(handle -> PluginRecords.of(handle, node(handle, context))).stream()
            .filter(result -> access.mayReadSome(List.of(ROOT, result.name())))
            .map(result -> shown(result, access))
            .toList();
    context.json(new Page<>(shown, null));
  }

  private void record(Context context) {
    Requests.query(context);
    PathAccess access = PathAccess.of(Requests.principal(context));
    String name = context.pathParam("name");
    PluginRecords.Result result =
        jdbi.withHandle(handle -> PluginRecords.of(handle, node(handle, context), name))
            .filter(found -> access.mayReadSome(List.of(ROOT, found.name())))
            .orElseThrow(() -> noResult(name));
    context.json(shown(result, access));
  }

  private void history(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    PathAccess access = PathAccess.of(Requests.principal(context));
    String name = context.pathParam("name");
    String list = "plugin-history:" + name;
    Cursor cursor = query.cursor(list, 1);
    long before = cursor == null ? Long.MAX_VALUE : cursor.number(0);
    int limit = query.limit();
    List<PluginRecords.Run> found =
        jdbi.withHandle(
            handle -> {
              String node = node(handle, context);
              // What is kept of values that are hidden would tell when they changed.
              if (!access.may(List.of(ROOT, name))) {
                throw noResult(name);
              }
              List<PluginRecords.Run> runs =
                  PluginRecords.runs(handle, node, name, before, limit + 1);
              if (runs.isEmpty()
                  && cursor == null
                  && PluginRecords.of(handle, node, name).isEmpty()) {
                throw noResult(name);
              }
              return runs;
            });
    context.json(Page.of(found, limit, run -> Cursor.of(list, run.number())));
  }

  private static Problem noResult(String name) {
    return Problem.notFound(
        "the node has no result of a plugin " + name.substring(0, Math.min(64, name.length())));
  }

  /** What of it may be read; a value is read path by path, as a document is. */
  private static ObjectNode shown(PluginRecords.Result result, PathAccess access) {
    ObjectNode shown = Json.MAPPER.valueToTree(result);
    if (access.may(List.of(ROOT, result.name()))) {
      return shown;
    }
    ObjectNode whole = Json.MAPPER.createObjectNode();
    JsonNode value = shown.path(VALUE);
    whole.putObject(ROOT).putObject(result.name()).set(VALUE, value);
    JsonNode left = access.prune(whole).path(ROOT).path(result.name()).path(VALUE);
    ObjectNode pruned = Json.MAPPER.createObjectNode().put("name", result.name());
    return left.isMissingNode() ? pruned : pruned.<ObjectNode>set(VALUE, left);
  }

  /** The node that the path means, if it may be seen. */
  private String node(Handle handle, Context context) {
    return visible.resolve(handle, Requests.principal(context), context.pathParam("id"));
  }
}
