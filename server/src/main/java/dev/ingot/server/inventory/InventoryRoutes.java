package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.core.MercuryId;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.history.Chains;
import dev.ingot.server.inventory.history.Timeline;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.inventory.query.QueryBody;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.nodes.NodeRecord;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.nodes.target.TargetResolver;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/v1/nodes}, read, and {@code /api/v1/inventory/query}. */
final class InventoryRoutes implements Routes {
  private static final String NODES = "/api/v1/nodes";

  private final Jdbi jdbi;
  private final Queries queries;
  private final NodeList nodes;
  private final VisibleNodes visible;

  InventoryRoutes(Jdbi jdbi, Queries queries, TargetResolver targets, VisibleNodes visible) {
    this.jdbi = jdbi;
    this.queries = queries;
    this.nodes = new NodeList(queries, targets);
    this.visible = visible;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(NODES, this::list, Role.READER, Segmented.YES);
    routes.get(NODES + "/{id}", this::show, Role.READER, Segmented.YES);
    routes.get(NODES + "/{id}/inventory", this::document, Role.READER, Segmented.YES);
    routes.post("/api/v1/inventory/query", this::query, Role.READER, Segmented.YES);
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "filter", "on", "limit", "cursor");
    String on = query.text("on");
    String filter = query.text("filter");
    PathAccess access = access(context);
    String list = "nodes:" + Integer.toHexString((filter + "\n" + on).hashCode()) + access.owner();
    Cursor cursor = query.cursor(list, 1);
    int limit = query.limit();
    List<ObjectNode> found =
        jdbi.withHandle(
            handle ->
                nodes.page(
                    handle,
                    access,
                    parsed(filter),
                    on,
                    cursor == null ? "" : cursor.keys().getFirst(),
                    limit + 1));
    context.json(Page.of(found, limit, node -> Cursor.of(list, node.path("id").stringValue())));
  }

  /** A filter that was sent in the query. */
  static @Nullable JsonNode parsed(@Nullable String filter) {
    if (filter == null) {
      return null;
    }
    try {
      return Json.read(filter);
    } catch (JacksonException e) {
      throw new Problem(
          Problem.Kind.MALFORMED, "the filter is not JSON: " + e.getOriginalMessage(), "filter", e);
    }
  }

  private void show(Context context) {
    Requests.query(context);
    ObjectNode node =
        jdbi.inTransaction(
            TransactionIsolationLevel.REPEATABLE_READ,
            handle ->
                SegmentedNode.detail(
                    NodeDetail.of(handle, node(handle, context)), access(context)));
    context.header("ETag", Requests.etag(node.path("version").longValue())).json(node);
  }

  private void document(Context context) {
    QueryParameters query = Requests.query(context, "sources", "as-of");
    String time = query.text("as-of");
    if (query.flag("sources")) {
      if (time != null) {
        throw Problem.invalid("as-of", "what each source says is not kept: leave sources out");
      }
      context.json(
          jdbi.<ObjectNode, RuntimeException>inTransaction(
              TransactionIsolationLevel.REPEATABLE_READ,
              handle ->
                  SegmentedNode.sources(
                      SourcesView.of(handle, node(handle, context).id()), access(context))));
      return;
    }
    if (time != null) {
      documentAsOf(context, time);
      return;
    }
    PathAccess access = access(context);
    NodeDetail.Shown document =
        SegmentedNode.document(jdbi.withHandle(handle -> stored(handle, context, access)), access);
    String etag = document.etag();
    context.header("ETag", etag);
    if (etag.equals(context.header("If-None-Match"))) {
      context.status(304);
    } else {
      document.json().send(context);
    }
  }

  private NodeDetail.Document stored(Handle handle, Context context, PathAccess access) {
    // By a whole id, which most programs have, one look is enough where all nodes may be seen.
    Optional<NodeDetail.Document> known =
        access.seesAllNodes()
            ? MercuryId.prefix(context.pathParam("id"))
                .flatMap(id -> NodeDetail.findDocument(handle, id))
            : Optional.empty();
    return known.orElseGet(() -> NodeDetail.document(handle, node(handle, context).id()));
  }

  /** The document of a time says so in its head: counters and readings are not in it. */
  private void documentAsOf(Context context, String time) {
    Timeline.Past past =
        jdbi.inTransaction(
            TransactionIsolationLevel.REPEATABLE_READ,
            handle ->
                Chains.asOf(
                    handle, node(handle, context).id(), context.pathParam("id"), time, "as-of"));
    ObjectNode shown = Json.MAPPER.createObjectNode().put("mercury_id", past.node());
    shown.setAll(access(context).prune(past.document()));
    if (shown.size() == 1 && !access(context).readsEverything()) {
      throw NodeDetail.noDocument(past.node());
    }
    context.header("Ingot-As-Of", past.asOf().toString());
    context.header("Ingot-Left-Out", "counters, readings");
    if (past.recorded() != null && access(context).readsEverything()) {
      context.header("Ingot-Recorded", past.recorded().toString());
    }
    context.json(shown);
  }

  private void query(Context context) {
    Requests.query(context);
    QueryBody body = Requests.body(context, QueryBody.class);
    jdbi.withHandle(handle -> queries.handedOn(handle, body, access(context))).send(context);
  }

  /** The node that the path means, if it may be seen. */
  private NodeRecord node(Handle handle, Context context) {
    return visible.require(handle, Requests.principal(context), context.pathParam("id"));
  }

  private static PathAccess access(Context context) {
    return PathAccess.of(Requests.principal(context));
  }
}
