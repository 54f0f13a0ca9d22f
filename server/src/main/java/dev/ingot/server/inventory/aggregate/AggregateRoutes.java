package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.segment.PathAccess;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code /api/v1/inventory/aggregate} and {@code /distinct}. */
public final class AggregateRoutes implements Routes {
  private final Aggregations aggregations;

  public AggregateRoutes(Aggregations aggregations) {
    this.aggregations = aggregations;
  }

  private record Items(List<JsonNode> items) {}

  private record Values(List<JsonNode> values) {}

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.post("/api/v1/inventory/aggregate", this::aggregate, Role.READER, Segmented.YES);
    routes.post("/api/v1/inventory/distinct", this::distinct, Role.READER, Segmented.YES);
  }

  private void aggregate(Context context) {
    Requests.query(context);
    AggregateBody body = Requests.body(context, AggregateBody.class);
    PathAccess access = PathAccess.of(Requests.principal(context));
    context.json(new Items(aggregations.answer(body, access)));
  }

  private void distinct(Context context) {
    Requests.query(context);
    DistinctBody body = Requests.body(context, DistinctBody.class);
    PathAccess access = PathAccess.of(Requests.principal(context));
    context.json(new Values(aggregations.distinct(body, access)));
  }
}
