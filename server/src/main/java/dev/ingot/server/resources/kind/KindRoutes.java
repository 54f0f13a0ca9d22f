package dev.ingot.server.resources.kind;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.definitions.Folder;
import dev.ingot.server.inventory.definitions.Folder.State;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/v1/resource-kinds}. */
public final class KindRoutes implements Routes {
  private static final String ALL = "/api/v1/resource-kinds";
  private static final String ONE = ALL + "/{kind}";

  private final Jdbi jdbi;
  private final Kinds kinds;

  public KindRoutes(Jdbi jdbi, Kinds kinds) {
    this.jdbi = jdbi;
    this.kinds = kinds;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(ALL, this::list, Role.READER);
    routes.post(ALL + "/load", this::load, Role.OPERATOR);
    routes.get(ONE, this::show, Role.READER);
    routes.put(ONE, this::put, Role.OPERATOR);
    routes.delete(ONE, this::delete, Role.OPERATOR);
  }

  private static ObjectNode shown(Kind kind) {
    ObjectNode shown = Json.MAPPER.createObjectNode().put("name", kind.name());
    shown.put("shipped", kind.shipped());
    return shown.setAll(kind.definition());
  }

  /** There are never so many that they need pages. */
  private void list(Context context) {
    Requests.query(context);
    context.json(
        new Page<>(jdbi.withHandle(kinds::all).stream().map(KindRoutes::shown).toList(), null));
  }

  private void show(Context context) {
    Requests.query(context);
    answer(context, jdbi.withHandle(handle -> kinds.require(handle, context.pathParam("kind"))));
  }

  private static void answer(Context context, Kind kind) {
    context.header("ETag", Kinds.etag(kind)).json(shown(kind));
  }

  private void put(Context context) {
    Requests.query(context);
    Kind kind = kinds.parse(context.pathParam("kind"), Requests.json(context));
    Principal who = Requests.principal(context);
    State state =
        jdbi.inTransaction(
            handle -> kinds.put(handle, who, kind, before -> precondition(context, before)));
    context.status(state == State.CREATED ? 201 : 200);
    answer(context, kind);
  }

  private static void precondition(Context context, @Nullable Kind before) {
    if (before != null) {
      Requests.ifMatch(context, Kinds.etag(before));
    } else if (context.header("If-Match") != null) {
      throw Problem.preconditionFailed("there is no such kind any more");
    }
  }

  private void delete(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    Principal who = Requests.principal(context);
    jdbi.useTransaction(
        handle ->
            kinds.delete(
                handle,
                who,
                context.pathParam("kind"),
                before -> Requests.ifMatch(context, Kinds.etag(before))));
    context.status(204);
  }

  private void load(Context context) {
    Requests.query(context);
    Folder folder = Requests.body(context, Folder.class);
    Map<Folder.File, Folder.Named<Kind>> read = folder.read(kinds::parse);
    Principal who = Requests.principal(context);
    context.json(
        jdbi.inTransaction(
            handle ->
                folder.load(
                    read,
                    (name, kind) ->
                        folder.isDryRun()
                            ? Kinds.state(kinds.find(handle, name).orElse(null), kind)
                            : kinds.put(handle, who, kind, _ -> {}))));
  }
}
