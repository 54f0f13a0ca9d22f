package dev.ingot.server.mercury;

import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.inventory.query.QueryAnswer;
import dev.ingot.server.inventory.query.QueryBody;
import dev.ingot.server.mercury.Endpoints.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
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
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Jdbi jdbi;
  private final Queries queries;
  private final Shown shown;
  private final ForeignDocuments documents;

  InventoryFace(Jdbi jdbi, Queries queries, Shown shown, ForeignDocuments documents) {
    this.jdbi = jdbi;
    this.queries = queries;
    this.shown = shown;
    this.documents = documents;
  }

  Endpoints endpoints() {
    return new Endpoints(
        "inventory",
        Map.of(
            "insert_one",
            new Endpoint(List.of("device_info"), this::insert),
            "update_one",
            new Endpoint(List.of("mercury_id", "update_data"), this::update),
            "get_one",
            new Endpoint(List.of("mercury_id", "projection"), this::one),
            "query",
            new Endpoint(
                List.of("q", "projection", "limit", "sort", "sort_direction", "offset_id"),
                this::query),
            "delete",
            new Endpoint(List.of("mercury_id"), this::delete),
            "count",
            new Endpoint(List.of("q"), this::count)));
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
    return jdbi.inTransaction(
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
    QueryBody body = new QueryBody(Asked.filter(query), null, null, 0, null, true);
    Long count = jdbi.inTransaction(handle -> queries.answer(handle, body)).count();
    return count == null ? 0 : count;
  }

  private @Nullable JsonNode delete(Arguments arguments) {
    documents.delete(arguments.text("mercury_id"));
    return null;
  }

  private JsonNode query(Arguments arguments) {
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
        arguments.value("offset_id"));
  }

  /**
   * A page.
   *
   * @param limit 0: all, as far as one answer may hold
   * @param after the value of the sort key in the last document of the page before
   */
  JsonNode query(
      ObjectNode query,
      @Nullable JsonNode projection,
      int limit,
      @Nullable String key,
      boolean descending,
      @Nullable JsonNode after) {
    if (limit < 0) {
      throw new Refused("limit is negative");
    }
    ObjectNode asked = Asked.filter(query);
    ObjectNode filter = after == null ? asked : Asked.after(asked, query, key, descending, after);
    int most = limit == 0 ? MOST : Math.min(limit, MOST);
    Projection wanted = Projection.of(projection);
    ObjectNode ours = Shown.projection(wanted);
    ObjectNode sort = Asked.sort(key, descending);
    return jdbi.inTransaction(
        handle -> {
          List<JsonNode> found = new ArrayList<>();
          QueryAnswer page = page(handle, filter, ours, sort, most, null);
          long total = page.count() == null ? 0 : page.count();
          if (limit == 0 && total > MOST) {
            throw new Refused(
                "%d documents match, more than %d; give a limit and an offset_id"
                    .formatted(total, MOST));
          }
          found.addAll(page.items());
          while (page.next() != null && found.size() < most) {
            page = page(handle, filter, ours, sort, most - found.size(), page.next());
            found.addAll(page.items());
          }
          ObjectNode answer = NODES.objectNode().put("total", total).put("limit", limit);
          answer.put("sort_direction", descending ? "DESCENDING" : "ASCENDING");
          return answer.set("items", shown.page(handle, found, wanted));
        });
  }

  private QueryAnswer page(
      Handle handle,
      ObjectNode filter,
      @Nullable ObjectNode projection,
      ObjectNode sort,
      int most,
      @Nullable String cursor) {
    return queries.answer(
        handle,
        new QueryBody(filter, projection, sort, Math.min(most, PAGE), cursor, cursor == null));
  }
}
