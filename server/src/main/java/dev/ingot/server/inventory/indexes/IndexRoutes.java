package dev.ingot.server.inventory.indexes;

import dev.ingot.server.access.Role;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.indexes.DeclaredIndex.Kind;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/v1/inventory/indexes}. */
final class IndexRoutes implements Routes {
  private static final String INDEXES = "/api/v1/inventory/indexes";

  private final Indexes indexes;

  IndexRoutes(Indexes indexes) {
    this.indexes = indexes;
  }

  private record Added(String path, @Nullable String kind) {}

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(INDEXES, this::list, Role.READER);
    routes.post(INDEXES, this::add, Role.OPERATOR);
    routes.delete(INDEXES + "/{path}", this::remove, Role.OPERATOR);
  }

  private void list(Context context) {
    Requests.query(context);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    List<DeclaredIndex> items = indexes.list();
    answer.putPOJO("items", items);
    answer.putNull("next");
    context.json(answer);
  }

  private void add(Context context) {
    Requests.query(context);
    Added body = Requests.body(context, Added.class);
    context
        .status(201)
        .json(indexes.add(Requests.principal(context), body.path(), kind(body.kind())));
  }

  private void remove(Context context) {
    QueryParameters query = Requests.query(context, "kind");
    Requests.noBody(context);
    indexes.remove(
        Requests.principal(context), context.pathParam("path"), kind(query.text("kind")));
    context.status(204);
  }

  private static Kind kind(@Nullable String written) {
    return written == null ? Kind.EQUALITY : Requests.oneOf("kind", written, Kind.values());
  }
}
