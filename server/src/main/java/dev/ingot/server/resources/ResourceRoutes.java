package dev.ingot.server.resources;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.claim.ClaimDesk;
import dev.ingot.server.resources.kind.Issues;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.kind.Kinds;
import dev.ingot.server.resources.stock.Condition;
import dev.ingot.server.resources.stock.History;
import dev.ingot.server.resources.stock.Resource;
import dev.ingot.server.resources.stock.ResourceFilter;
import dev.ingot.server.resources.stock.ResourceTable;
import dev.ingot.server.resources.stock.Stock;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/v1/resources/{kind}}. Not for those who see a part of the nodes only. */
final class ResourceRoutes implements Routes {
  private static final String ALL = "/api/v1/resources/{kind}";
  private static final String ONE = ALL + "/{key}";

  private final Jdbi jdbi;
  private final Kinds kinds;
  private final Queries queries;
  private final Stock stock;
  private final ClaimDesk desk;

  ResourceRoutes(Jdbi jdbi, Kinds kinds, Queries queries, Stock stock, ClaimDesk desk) {
    this.jdbi = jdbi;
    this.kinds = kinds;
    this.queries = queries;
    this.stock = stock;
    this.desk = desk;
  }

  /** Why one is released. */
  record Release(@Nullable String reason) {}

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(ALL, this::list, Role.READER);
    routes.post(ALL, refusing(this::create), Role.OPERATOR);
    routes.get(ONE, this::show, Role.READER);
    routes.patch(ONE, refusing(context -> change(context, false)), Role.OPERATOR);
    routes.put(ONE, refusing(context -> change(context, true)), Role.OPERATOR);
    routes.delete(ONE, this::delete, Role.OPERATOR);
    routes.post(ONE + "/release", refusing(this::release), Role.OPERATOR);
    routes.get(ONE + "/history", this::history, Role.READER);
  }

  private static Handler refusing(Handler handler) {
    return context -> {
      try {
        handler.handle(context);
      } catch (Issues e) {
        throw e.problem();
      }
    };
  }

  private <T> T inTransaction(Context context, BiFunction<Handle, Kind, T> work) {
    return jdbi.inTransaction(
        handle -> work.apply(handle, kinds.require(handle, context.pathParam("kind"))));
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "where", "count", "limit", "cursor");
    String where = query.text("where");
    String kindName = context.pathParam("kind");
    String list = "resources:" + kindName + ":" + digest(where);
    Cursor cursor = query.cursor(list, 1);
    String after = cursor == null ? "" : cursor.keys().getFirst();
    int limit = query.limit();
    boolean counted = query.flag("count");
    JsonNode filter = filter(where);
    context.json(
        inTransaction(
            context,
            (handle, kind) -> {
              Condition condition = ResourceFilter.of(queries, kind, filter, "where");
              return queries.limited(
                  handle,
                  "where",
                  () -> {
                    List<Resource> found =
                        ResourceTable.list(handle, kind.name(), condition, after, limit + 1);
                    Page<ObjectNode> page =
                        Page.of(
                            found.stream().map(each -> each.shown(kind)).toList(),
                            limit,
                            last -> Cursor.of(list, last.path("id").asString()));
                    ObjectNode answer = Json.MAPPER.valueToTree(page);
                    if (counted) {
                      answer.put("count", ResourceTable.count(handle, kind.name(), condition));
                    }
                    return answer;
                  });
            }));
  }

  private static JsonNode filter(@Nullable String where) {
    if (where == null) {
      return Json.MAPPER.createObjectNode();
    }
    try {
      return Json.read(where);
    } catch (JacksonException e) {
      throw new Problem(
          Problem.Kind.MALFORMED,
          "must be a JSON filter, e.g. {\"state\": \"idle\"}; other languages are not run",
          "where",
          e);
    }
  }

  private static String digest(@Nullable String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(String.valueOf(text).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private void create(Context context) {
    Requests.query(context);
    JsonNode body = Requests.json(context);
    Principal who = Requests.principal(context);
    JsonNode answer =
        inTransaction(
            context,
            (handle, kind) -> {
              List<Stock.Wanted> wanted = ResourceBody.wanted(kind, body);
              List<Resource> made = stock.create(handle, who, kind, wanted, body.isArray());
              if (!body.isArray()) {
                Resource only = made.getFirst();
                context.header("Location", context.path() + "/" + only.key());
                context.header("ETag", Requests.etag(only.version()));
                return only.shown(kind);
              }
              ObjectNode all = Json.MAPPER.createObjectNode();
              ArrayNode items = all.putArray("items");
              made.forEach(each -> items.add(each.shown(kind)));
              return all;
            });
    context.status(201).json(answer);
  }

  private void show(Context context) {
    Requests.query(context);
    answer(context, (handle, kind) -> ResourceTable.require(handle, kind, key(context)));
  }

  private void answer(Context context, BiFunction<Handle, Kind, Resource> work) {
    ObjectNode shown =
        inTransaction(context, (handle, kind) -> work.apply(handle, kind).shown(kind));
    context.header("ETag", Requests.etag(shown.path("version").asLong())).json(shown);
  }

  private static String key(Context context) {
    return context.pathParam("key");
  }

  private static void match(Context context, Resource resource) {
    Requests.ifMatch(context, Requests.etag(resource.version()));
  }

  private void change(Context context, boolean whole) {
    Requests.query(context);
    JsonNode body = Requests.json(context);
    Principal who = Requests.principal(context);
    answer(
        context,
        (handle, kind) -> {
          Resource before = ResourceTable.lock(handle, kind, key(context));
          match(context, before);
          Function<JsonNode, ResourceBody.Patched> read =
              each ->
                  whole
                      ? ResourceBody.replace(kind, before, each)
                      : ResourceBody.patch(kind, before, each);
          ResourceBody.Patched patched = read.apply(body);
          Resource after =
              patched.fields()
                  ? stock.change(handle, who, kind, before, patched.changed())
                  : before;
          return patched.says() ? stock.link(handle, who, kind, after, patched.node()) : after;
        });
  }

  private void delete(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    Principal who = Requests.principal(context);
    inTransaction(
        context,
        (handle, kind) -> {
          Resource resource = ResourceTable.lock(handle, kind, key(context));
          match(context, resource);
          stock.delete(handle, who, kind, resource, false);
          return resource;
        });
    context.status(204);
  }

  private void release(Context context) {
    Requests.query(context);
    Release asked = Requests.body(context, Release.class);
    Principal who = Requests.principal(context);
    answer(
        context,
        (handle, kind) ->
            desk.free(
                handle, who, kind, key(context), each -> match(context, each), asked.reason()));
  }

  private void history(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    int limit = query.limit();
    context.json(
        inTransaction(
            context,
            (handle, kind) -> {
              String canonical = kind.form().canonical(key(context));
              if (canonical == null) {
                throw ResourceTable.unknown(kind, key(context));
              }
              String target = Resource.target(kind.name(), canonical);
              Cursor cursor = query.cursor(target, 1);
              long before = cursor == null ? Long.MAX_VALUE : cursor.number(0);
              List<History.Entry> found = History.before(handle, target, before, limit + 1);
              if (found.isEmpty() && ResourceTable.find(handle, kind, canonical).isEmpty()) {
                throw ResourceTable.unknown(kind, key(context));
              }
              return Page.of(found, limit, last -> Cursor.of(target, last.id()));
            }));
  }
}
