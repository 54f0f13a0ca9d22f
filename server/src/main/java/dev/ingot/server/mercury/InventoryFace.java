package dev.ingot.server.mercury;

import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.inventory.query.QueryAnswer;
import dev.ingot.server.inventory.query.QueryBody;
import dev.ingot.server.mercury.Endpoints.Endpoint;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Mercury's inventory service over our inventory. */
final class InventoryFace {
  /** Of one answer; whoever wants more asks for pages. */
  static final int MOST = 10_000;

  private static final int PAGE = 500;

  /** Octets of documents that are read at a time; each takes several times its octets here. */
  private static final int PAGE_OCTETS = 2 << 20;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Turns turns;
  private final Queries queries;
  private final Shown shown;
  private final ForeignDocuments documents;

  InventoryFace(Turns turns, Queries queries, Shown shown, ForeignDocuments documents) {
    this.turns = turns;
    this.queries = queries;
    this.shown = shown;
    this.documents = documents;
  }

  Endpoints endpoints() {
    return new Endpoints(
        "inventory",
        Map.of(
            "insert_one",
            new Endpoint(List.of("device_info"), (call, _) -> insert(call)),
            "update_one",
            new Endpoint(List.of("mercury_id", "update_data"), (call, _) -> update(call)),
            "get_one",
            new Endpoint(List.of("mercury_id", "projection"), (call, _) -> one(call)),
            "query",
            new Endpoint(
                List.of("q", "projection", "limit", "sort", "sort_direction", "offset_id"),
                this::query),
            "delete",
            new Endpoint(List.of("mercury_id"), (call, _) -> delete(call)),
            "count",
            new Endpoint(List.of("q"), (call, _) -> count(call))));
  }

  private JsonNode insert(Arguments arguments) {
    ObjectNode device = arguments.object("device_info");
    return NODES.objectNode().put("object_id", documents.store(device));
  }

  private JsonNode update(Arguments arguments) {
    String id = arguments.text("mercury_id");
    return NODES
        .objectNode()
        .put("object_id", documents.update(id, arguments.object("update_data")));
  }

  private @Nullable JsonNode one(Arguments arguments) {
    return one(arguments.text("mercury_id"), arguments.value("projection"));
  }

  /** The document of a node; null if there is none. */
  @Nullable JsonNode one(String id, @Nullable JsonNode projection) {
    ObjectNode filter = NODES.objectNode().put("mercury_id", id);
    Projection wanted = Projection.of(projection);
    return turns.take(
        handle -> {
          QueryAnswer answer =
              queries.answer(
                  handle, new QueryBody(filter, Shown.projection(wanted), null, 1, null, null));
          ArrayNode page = shown.page(handle, answer.items(), wanted);
          return page.isEmpty() ? null : page.get(0);
        });
  }

  private JsonNode count(Arguments arguments) {
    return NODES.numberNode(count(arguments.objectOrEmpty("q")));
  }

  long count(ObjectNode query) {
    QueryBody body = new QueryBody(asked(query), null, null, 0, null, true);
    Long count = turns.take(handle -> queries.answer(handle, body)).count();
    return count == null ? 0 : count;
  }

  private @Nullable JsonNode delete(Arguments arguments) {
    documents.delete(arguments.text("mercury_id"));
    return null;
  }

  private JsonNode query(Arguments arguments, Reply reply) {
    int direction = arguments.number("sort_direction", 1);
    if (direction != 1 && direction != -1) {
      throw new Refused("sort_direction is 1 or -1");
    }
    return query(
        arguments.objectOrEmpty("q"),
        arguments.value("projection"),
        arguments.number("limit", 0),
        arguments.textOrNull("sort"),
        direction < 0,
        arguments.value("offset_id"),
        reply);
  }

  /**
   * A page of theirs, of which so much lies here at a time as one of ours has.
   *
   * @param limit 0: all, as far as one answer may hold
   * @param after the value of the sort key in the last document of the page before
   * @param reply gets the documents
   * @return what stands beside them
   */
  JsonNode query(
      ObjectNode query,
      @Nullable JsonNode projection,
      int limit,
      @Nullable String key,
      boolean descending,
      @Nullable JsonNode after,
      Reply reply) {
    if (limit < 0) {
      throw new Refused("limit is negative");
    }
    ObjectNode asked = asked(query);
    ObjectNode filter = after == null ? asked : Asked.after(asked, query, key, descending, after);
    int most = limit == 0 ? MOST : Math.min(limit, MOST);
    Projection wanted = Projection.of(projection);
    ObjectNode ours = Shown.projection(wanted);
    ObjectNode sort = Asked.sort(key, descending);
    reply.list("items");
    long total = 0;
    String cursor = null;
    do {
      boolean first = cursor == null;
      QueryBody body =
          new QueryBody(
              filter,
              ours,
              sort,
              Math.min(most - reply.count(), PAGE),
              cursor,
              first ? true : null);
      Page page = turns.take(handle -> page(handle, body, wanted, first));
      if (first) {
        total = page.total();
        if (total > MOST && (limit == 0 || limit > MOST)) {
          throw new Refused(
              "%d documents match, more than %d; give a limit and an offset_id"
                  .formatted(total, MOST));
        }
      }
      page.documents().forEach(reply::add);
      cursor = reply.count() < most ? page.next() : null;
      if (cursor != null) {
        reply.more();
      }
    } while (cursor != null);
    return NODES
        .objectNode()
        .put("total", total)
        .put("limit", limit)
        .put("sort_direction", descending ? "DESCENDING" : "ASCENDING");
  }

  /** Some documents as they are shown. */
  private record Page(ArrayNode documents, @Nullable String next, long total) {}

  /**
   * @param first what comes before there is room for more is little
   */
  private Page page(Handle handle, QueryBody body, Projection wanted, boolean first) {
    QueryAnswer found = queries.answer(handle, body, first ? ReplySpace.SMALL : (long) PAGE_OCTETS);
    return new Page(
        shown.page(handle, found.items(), wanted),
        found.next(),
        found.count() == null ? 0 : found.count());
  }

  private ObjectNode asked(ObjectNode query) {
    return Asked.filter(query, shown.origin());
  }
}
