package dev.ingot.server.inventory.query;

import dev.ingot.core.Json;
import dev.ingot.server.http.JsonPieces;
import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.inventory.filter.FilterParser;
import dev.ingot.server.inventory.filter.FilterPaths;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jdbi.v3.core.statement.Query;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers questions to the inventory, each within a limit of time. */
public final class Queries {
  /** Rows that are read at a time where their octets are counted. */
  private static final int FETCHED = 8;

  private final Supplier<Facets> declared;
  private final TimeLimit limit;

  /** With declared paths that never change. */
  public Queries(Facets facets, Duration limit) {
    this(() -> facets, limit);
  }

  /**
   * @param declared the paths whose values the facet of every document has, now
   */
  public Queries(Supplier<Facets> declared, Duration limit) {
    this.declared = declared;
    this.limit = new TimeLimit(limit);
  }

  private Sql condition(Filter filter) {
    return new SqlFilter(declared.get()).of(filter);
  }

  /** A condition on the nodes {@code n}, for lists of other shapes: see {@link #select}. */
  public record Selection(String from, String where, List<Object> parameters) {
    public Selection {
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * What selects the nodes that a filter matches: from {@code node n} and {@code inventory i}, the
   * latter null where a node has no document.
   *
   * @param field where the filter was sent, for problems
   */
  public Selection select(JsonNode filter, String field, PathAccess access) {
    return select(access.narrowed(FilterParser.parse(filter, field), field), Set.of());
  }

  /**
   * The same of a filter that was read and narrowed to what may be seen.
   *
   * @param attributes the first keys of what of {@code a.attributes}, which stands beside the
   *     document, is selected from too
   */
  public Selection select(Filter filter, Collection<String> attributes) {
    Sql condition = condition(filter);
    List<FieldPath> read = new ArrayList<>(FilterPaths.of(filter));
    attributes.forEach(name -> read.add(new FieldPath(List.of(name))));
    String from = Joins.from(read, condition.text(), attributes.isEmpty() ? "" : "a.attributes");
    return new Selection(from, condition.text(), condition.parameters());
  }

  /** Whether a path leads to what stands beside the document. */
  public static boolean isAttribute(FieldPath path) {
    return NodeField.is(path);
  }

  /** Those of the ids that name a node which may be seen, in the order given. */
  public List<String> visible(Handle handle, Collection<String> ids, PathAccess access) {
    Filter own = access.narrowed(Filter.EVERYTHING, "nodes");
    Sql condition = condition(own);
    Set<String> seen = new HashSet<>();
    limited(
        handle,
        "nodes",
        () -> {
          List<Object> parameters = new ArrayList<>(condition.parameters());
          parameters.add(new TextArray(ids));
          return bound(
                  handle.createQuery(
                      "SELECT n.id"
                          + Joins.from(FilterPaths.of(own), condition.text())
                          + " WHERE "
                          + condition.text()
                          + " AND n.id = ANY(?)"),
                  parameters)
              .mapTo(String.class)
              .collect(Collectors.toCollection(() -> seen));
        });
    return ids.stream().filter(seen::contains).toList();
  }

  /** The ids of all nodes that match, in order, for the server itself. */
  public List<String> matching(Handle handle, JsonNode filter, String field) {
    return matching(handle, filter, field, PathAccess.ALL);
  }

  /** The ids of all nodes that match and may be seen, in order. */
  public List<String> matching(Handle handle, JsonNode filter, String field, PathAccess access) {
    Selection selection = select(filter, field, access);
    return limited(
        handle,
        field,
        () ->
            bound(
                    handle.createQuery(
                        "SELECT n.id"
                            + selection.from()
                            + " WHERE "
                            + selection.where()
                            + " ORDER BY n.id"),
                    selection.parameters())
                .mapTo(String.class)
                .list());
  }

  /** Throws what is wrong with a question, without asking it. */
  public void check(QueryBody body) {
    condition(InventoryQuery.of(body, PathAccess.ALL).filter());
  }

  /** Answers a question of the server itself. */
  public QueryAnswer answer(Handle handle, QueryBody body) {
    return answer(handle, body, PathAccess.ALL);
  }

  /**
   * The same for those who only hand the answer on: documents of which nothing is left out are not
   * read, but passed as the database writes them.
   */
  public JsonPieces handedOn(Handle handle, QueryBody body, PathAccess access) {
    InventoryQuery query = InventoryQuery.of(body, access);
    boolean explain = body.explain() != null && body.explain();
    if (explain || !query.projection().isEverything() || !access.readsEverything()) {
      return new JsonPieces().addValue(answer(handle, body, access));
    }
    Facets facets = declared.get();
    Sql condition = new SqlFilter(facets).of(query.filter());
    return HandedOn.answer(handle, limit, query, condition, facets);
  }

  /**
   * The same, whose page ends early when its documents have so many octets: no more of them are
   * read than that, and one.
   */
  public QueryAnswer answer(Handle handle, QueryBody body, long octets) {
    return answer(handle, body, PathAccess.ALL, octets);
  }

  /** Answers a question of somebody. */
  public QueryAnswer answer(Handle handle, QueryBody body, PathAccess access) {
    return answer(handle, body, access, Long.MAX_VALUE);
  }

  private QueryAnswer answer(Handle handle, QueryBody body, PathAccess access, long octets) {
    InventoryQuery query = InventoryQuery.of(body, access);
    Facets facets = declared.get();
    Sql condition = new SqlFilter(facets).of(query.filter());
    if (body.explain() != null && body.explain()) {
      return QueryAnswer.explained(explained(handle, query, condition, facets, access));
    }
    return limited(
        handle,
        "filter",
        () -> {
          Long total = query.counted() ? count(handle, query, condition) : null;
          if (query.limit() == 0) {
            return new QueryAnswer(List.of(), null, total);
          }
          List<PageRow> shown = new ArrayList<>();
          boolean more = rows(handle, query, condition, facets, access, octets, shown);
          String next = more ? shown.getLast().place().cursor(query.identity()).text() : null;
          List<JsonNode> documents = shown.stream().map(PageRow::document).toList();
          return new QueryAnswer(
              query
                  .projection()
                  .of(documents, (filter, elements) -> matching(handle, filter, elements)),
              next,
              total);
        });
  }

  private static long count(Handle handle, InventoryQuery query, Sql condition) {
    Sql counting = PageSql.counting(query.filter(), condition);
    return bound(handle.createQuery(counting.text()), counting.parameters())
        .mapTo(Long.class)
        .one();
  }

  /**
   * Reads a page.
   *
   * @param octets of documents after which it ends
   * @param into gets its rows
   * @return whether there are more
   */
  private static boolean rows(
      Handle handle,
      InventoryQuery query,
      Sql condition,
      Facets facets,
      PathAccess access,
      long octets,
      List<PageRow> into) {
    int keys = query.sort().size();
    Sql page = PageSql.page(query, condition, facets);
    Query reading = bound(handle.createQuery(page.text()), page.parameters());
    if (octets < Long.MAX_VALUE) {
      reading.setFetchSize(FETCHED); // or the driver reads all of them before the first
    }
    long read = 0;
    try (ResultIterator<PageRow> rows =
        reading.map((row, _) -> PageRow.of(row, keys, access)).iterator()) {
      while (rows.hasNext()) {
        if (into.size() == query.limit() || read >= octets) {
          return true;
        }
        PageRow row = rows.next();
        into.add(row);
        read += row.octets();
      }
    }
    return false;
  }

  /** How PostgreSQL runs a query: for tests, and for those who wonder. */
  List<String> explain(Handle handle, JsonNode filter) {
    Selection selection = select(filter, "filter", PathAccess.ALL);
    return limited(
        handle,
        "filter",
        () ->
            bound(
                    handle.createQuery(
                        "EXPLAIN SELECT n.id" + selection.from() + " WHERE " + selection.where()),
                    selection.parameters())
                .mapTo(String.class)
                .list());
  }

  /** Which elements match a filter of a document that has each alone in its field. */
  private static List<Boolean> matching(Handle handle, Filter filter, List<JsonNode> elements) {
    return handle
        .createQuery(
            "SELECT jsonb_build_object('e', jsonb_build_array(element)) @@ CAST(:test AS jsonpath)"
                + " FROM jsonb_array_elements(CAST(:elements AS jsonb))"
                + " WITH ORDINALITY AS sent (element, place) ORDER BY place")
        .bind("test", JsonPathFilter.of(filter))
        .bind("elements", Json.write(elements))
        .mapTo(Boolean.class)
        .list();
  }

  private ObjectNode explained(
      Handle handle, InventoryQuery query, Sql condition, Facets facets, PathAccess access) {
    if (!access.owner().isEmpty()) {
      throw Problem.forbidden(
          "explain tells how all documents are stored; a role that sees some may not ask for it");
    }
    Sql asked =
        query.limit() == 0
            ? PageSql.counting(query.filter(), condition)
            : PageSql.page(query, condition, facets);
    return limited(
        handle,
        "filter",
        () ->
            Explanation.of(
                query.filter(),
                condition,
                facets,
                bound(
                        handle.createQuery(
                            "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + asked.text()),
                        asked.parameters())
                    .mapTo(String.class)
                    .one()));
  }

  /** What stands beside a document, as far as it may be read. */
  public static ObjectNode beside(String attributes, PathAccess access) {
    ObjectNode all = (ObjectNode) Json.read(attributes);
    access.pruneAttributes(all.path("node"));
    if (access.readsEverything()) {
      return all;
    }
    // What is not of the node itself is granted path by path, as the document is.
    ObjectNode granted = Json.MAPPER.createObjectNode();
    for (String root : NodeAttribute.ROOTS) {
      if (!NodeAttribute.OF_NODE.contains(root) && all.has(root)) {
        granted.set(root, all.remove(root));
      }
    }
    return all.setAll(access.prune(granted));
  }

  static Query bound(Query query, List<Object> parameters) {
    for (int i = 0; i < parameters.size(); i++) {
      query.bind(i, parameters.get(i));
    }
    return query;
  }

  /** Works within the limit of time; see {@link TimeLimit}. */
  public <T> T limited(Handle handle, String field, Supplier<T> work) {
    return limit.transaction(handle, field, work);
  }
}
