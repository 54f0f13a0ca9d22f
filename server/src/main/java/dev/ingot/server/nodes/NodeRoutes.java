package dev.ingot.server.nodes;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.nodes.Presence.Over;
import dev.ingot.server.nodes.attributes.AttributePatch;
import dev.ingot.server.nodes.identity.Conflicts;
import dev.ingot.server.nodes.identity.MergeAndSplit;
import dev.ingot.server.nodes.joining.Standings;
import dev.ingot.server.nodes.lookup.Lookup;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What people change about nodes, and how they find them. */
final class NodeRoutes implements Routes {
  private static final String NODE = "/api/v1/nodes/{id}";

  private final Jdbi jdbi;
  private final NodeOperations operations;
  private final VisibleNodes visible;
  private final Presence.Listener listener;

  NodeRoutes(
      Jdbi jdbi, NodeOperations operations, VisibleNodes visible, Presence.Listener listener) {
    this.jdbi = jdbi;
    this.operations = operations;
    this.visible = visible;
    this.listener = listener;
  }

  record Merge(String from, String into) {}

  record Split(@Nullable String alias, @Nullable Long conflict) {}

  /** One operator's verb on one node. */
  private interface Verb {
    Standings.Changed change(Handle handle, Principal who, String reference);
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    Standings standings = operations.standings();
    routes.patch(NODE, this::patch, Role.OPERATOR, Segmented.YES);
    routes.delete(NODE, this::delete, Role.OPERATOR, Segmented.YES);
    act(routes, "approve", standings::approve);
    act(routes, "revoke", standings::revoke);
    act(routes, "readmit", standings::readmit);
    routes.post(NODE + "/split", this::split, Role.OPERATOR);
    routes.post("/api/v1/nodes/merge", this::merge, Role.OPERATOR);
    routes.get("/api/v1/lookup", this::lookup, Role.READER, Segmented.YES);
    routes.get("/api/v1/conflicts", this::conflicts, Role.READER);
  }

  private void act(JavalinDefaultRoutingApi routes, String word, Verb verb) {
    routes.post(NODE + "/" + word, context -> act(context, verb), Role.OPERATOR, Segmented.YES);
  }

  private void patch(Context context) {
    Requests.query(context);
    AttributePatch patch = AttributePatch.parse(Requests.json(context));
    NodeRecord node =
        jdbi.inTransaction(
            handle ->
                operations
                    .attributes()
                    .change(
                        handle,
                        Requests.principal(context),
                        id(handle, context),
                        patch,
                        before -> Requests.ifMatch(context, Requests.etag(before.version()))));
    answer(context, node);
  }

  private void delete(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    Over over =
        jdbi.inTransaction(
            handle -> {
              String id = id(handle, context);
              Requests.ifMatch(context, Requests.etag(NodeReader.require(handle, id).version()));
              return operations.standings().delete(handle, Requests.principal(context), id);
            });
    listener.over(over);
    context.status(204);
  }

  private void act(Context context, Verb verb) {
    Requests.query(context);
    noFields(context);
    Standings.Changed changed =
        jdbi.inTransaction(
            handle -> verb.change(handle, Requests.principal(context), id(handle, context)));
    changed.over().ifPresent(listener::over);
    answer(context, changed.node());
  }

  private void merge(Context context) {
    Requests.query(context);
    Merge asked = Requests.body(context, Merge.class);
    done(
        context,
        jdbi.inTransaction(
            handle ->
                operations
                    .identities()
                    .merge(handle, Requests.principal(context), asked.from(), asked.into())));
  }

  private void split(Context context) {
    Requests.query(context);
    Split asked = isEmpty(context) ? new Split(null, null) : Requests.body(context, Split.class);
    if (asked.alias() != null && asked.conflict() != null) {
      throw Problem.invalid("conflict", "say either alias or conflict");
    }
    String id = context.pathParam("id");
    Principal who = Requests.principal(context);
    done(
        context,
        jdbi.inTransaction(
            handle ->
                asked.alias() == null
                    ? operations.identities().splitConflict(handle, who, id, asked.conflict())
                    : operations.identities().splitAlias(handle, who, id, asked.alias())));
  }

  private void lookup(Context context) {
    String key = Requests.query(context, "key").text("key");
    if (key == null) {
      throw Problem.invalid("key", "is missing: a MAC, an IP address, a name, a serial or an id");
    }
    Principal who = Requests.principal(context);
    context.json(
        new Page<>(jdbi.withHandle(handle -> Lookup.find(handle, visible, who, key)), null));
  }

  private void conflicts(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor", "all");
    long after = Requests.after(query.cursor("conflicts", 1));
    List<Conflicts.Conflict> found =
        jdbi.withHandle(
            handle -> Conflicts.list(handle, !query.flag("all"), after, query.limit() + 1));
    context.json(Page.of(found, query.limit(), last -> Cursor.of("conflicts", last.id())));
  }

  /** The node that the path means, if it may be seen. */
  private String id(Handle handle, Context context) {
    return visible.resolve(handle, Requests.principal(context), context.pathParam("id"));
  }

  private void done(Context context, MergeAndSplit.Done done) {
    done.over().forEach(listener::over);
    answer(context, done.node());
  }

  private static void answer(Context context, NodeRecord node) {
    boolean classHidden = !Requests.principal(context).segment().readsClass();
    ObjectNode shown = Json.MAPPER.valueToTree(node);
    context
        .header("ETag", Requests.etag(node.version()))
        .json(classHidden ? shown.putNull("class") : shown);
  }

  /** A verb without anything to say takes no body, or an empty object. */
  private static void noFields(Context context) {
    if (isEmpty(context)) {
      return;
    }
    JsonNode body = Requests.json(context);
    if (!body.isObject()) {
      throw new Problem(Problem.Kind.INVALID, "the body must be empty or {}", null, null);
    }
    if (!body.isEmpty()) {
      String field = body.propertyNames().iterator().next();
      throw Problem.invalid(field, "unknown field; this request takes none");
    }
  }

  private static boolean isEmpty(Context context) {
    return context.req().getContentLengthLong() == 0
        || (context.req().getContentLengthLong() < 0
            && context.header("Transfer-Encoding") == null);
  }
}
