package dev.ingot.server.workflow.trigger;

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
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code /api/v1/triggers}. */
final class TriggerRoutes implements Routes {
  private static final String ALL = "/api/v1/triggers";
  private static final String ONE = ALL + "/{name}";

  private final Jdbi jdbi;
  private final TriggerDesk desk;

  TriggerRoutes(Jdbi jdbi, TriggerDesk desk) {
    this.jdbi = jdbi;
    this.desk = desk;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(ALL, this::list, Role.READER);
    routes.get(ONE, this::show, Role.READER);
    routes.put(ONE, this::put, Role.OPERATOR);
    routes.delete(ONE, this::remove, Role.OPERATOR);
    routes.post(ONE + "/pause", context -> enable(context, false), Role.OPERATOR);
    routes.post(ONE + "/resume", context -> enable(context, true), Role.OPERATOR);
    routes.get(ONE + "/shots", this::shots, Role.READER);
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    Cursor cursor = query.cursor("triggers", 1);
    int limit = query.limit();
    List<TriggerDesk.View> found =
        jdbi.withHandle(
            handle ->
                TriggerTable.page(handle, cursor == null ? "" : cursor.keys().getFirst(), limit + 1)
                    .stream()
                    .map(each -> TriggerDesk.view(handle, each))
                    .toList());
    context.json(Page.of(found, limit, last -> Cursor.of("triggers", last.name())));
  }

  private TriggerDesk.View view(Context context) {
    return jdbi.withHandle(
        handle ->
            TriggerDesk.view(
                handle, TriggerDesk.require(handle, context.pathParam("name"), false)));
  }

  private void show(Context context) {
    Requests.query(context);
    TriggerDesk.View found = view(context);
    context.header("ETag", Requests.etag(found.revision())).json(found);
  }

  private void put(Context context) {
    Requests.query(context);
    JsonNode body = Requests.json(context);
    String name = context.pathParam("name");
    Principal who = Requests.principal(context);
    Integer expected = expected(context.header("If-Match"));
    boolean added = jdbi.inTransaction(handle -> desk.put(handle, who, name, body, expected));
    TriggerDesk.View found = view(context);
    context.status(added ? 201 : 200).header("ETag", Requests.etag(found.revision())).json(found);
  }

  private static @Nullable Integer expected(@Nullable String header) {
    if (header == null || header.strip().equals("*")) {
      return null;
    }
    if (!header.strip().matches("\"[0-9]{1,9}\"")) {
      throw Problem.preconditionFailed("If-Match must be an ETag of this trigger");
    }
    return Integer.valueOf(header.strip().replace("\"", ""));
  }

  private void remove(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    Principal who = Requests.principal(context);
    jdbi.useTransaction(handle -> desk.remove(handle, who, context.pathParam("name")));
    context.status(204);
  }

  private void enable(Context context, boolean enabled) {
    Requests.query(context);
    Requests.noBody(context);
    Principal who = Requests.principal(context);
    jdbi.useTransaction(handle -> desk.enable(handle, who, context.pathParam("name"), enabled));
    context.json(view(context));
  }

  private void shots(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    String name = context.pathParam("name");
    String list = "shots:" + name;
    Cursor cursor = query.cursor(list, 1);
    int limit = query.limit();
    List<TriggerTable.Shot> found =
        jdbi.withHandle(
            handle -> {
              TriggerDesk.require(handle, name, false);
              return TriggerTable.shots(
                  handle, name, cursor == null ? Long.MAX_VALUE : cursor.number(0), limit + 1);
            });
    context.json(Page.of(found, limit, last -> Cursor.of(list, Long.parseLong(last.id()))));
  }
}
