package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.inventory.filter.FilterPaths;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The statements that answer a question. */
final class PageSql {
  /** So many documents are looked at sooner than the ids are walked for a page. */
  private static final int FEW = 1000;

  private static final int FEW_PER_ROW = 10;

  private PageSql() {}

  static Sql counting(Filter filter, Sql condition) {
    return new Sql(
        "SELECT count(*)"
            + from(filter, FilterPaths.of(filter), condition.text())
            + " WHERE "
            + condition.text(),
        condition.parameters());
  }

  private static String from(Filter filter, Collection<FieldPath> read, String... texts) {
    return ofDocuments(filter, texts) ? Joins.DOCUMENTS : Joins.from(read, texts);
  }

  /**
   * A filter that no node without a document matches, and that asks of nodes nothing but their ids,
   * is asked of the documents alone: each has a node.
   */
  private static boolean ofDocuments(Filter filter, String... texts) {
    return !MissingDocument.matches(filter)
        && Stream.of(texts)
            .map(text -> text.replace("n.id", ""))
            .noneMatch(text -> text.contains("n.") || text.contains("a.attributes"));
  }

  /** Whether the index of the facets can serve the condition: a test of theirs stands bare. */
  private static boolean isIndexed(String condition) {
    String test = "i.facet @@ ?::jsonpath";
    return condition.replace("(" + test + ")", "").contains(test);
  }

  /**
   * A page by id of what the index of the facets serves. PostgreSQL believes that any jsonpath
   * matches one document in a hundred, so for a page it would walk the ids until it is full: past
   * all documents where few match. Here the index is asked first whether few do; then those are the
   * page, else the walk is short.
   */
  private static Sql indexedPage(Sql where, int limit, int few) {
    String matching = Joins.DOCUMENTS + " WHERE " + where.text();
    List<Object> parameters = new ArrayList<>(where.parameters());
    parameters.addAll(where.parameters());
    return new Sql(
        """
        WITH few AS MATERIALIZED (SELECT i.node%1$s LIMIT %2$d)
        SELECT page.id, i.doc::text, NULL::text FROM (
          (SELECT node AS id FROM few WHERE (SELECT count(*) FROM few) < %2$d ORDER BY node LIMIT %3$d)
          UNION ALL
          (SELECT n.id%1$s AND (SELECT count(*) FROM few) >= %2$d ORDER BY n.id LIMIT %3$d)) AS page
        JOIN inventory i ON i.node = page.id ORDER BY page.id\
        """
            .formatted(matching, few, limit + 1),
        parameters);
  }

  /**
   * The same in two steps, of which the first is cheaper to plan and enough as a rule: the page if
   * few match, and how many were found. When it finds {@link #few} or more, {@link #walk} answers.
   * Nothing if the index of the facets does not serve the question.
   */
  static Optional<Sql> fewPage(InventoryQuery query, Sql condition) {
    Sql where = where(query, condition);
    if (!isPageByIndex(query, where)) {
      return Optional.empty();
    }
    return Optional.of(
        new Sql(
            """
            SELECT page.id, CASE WHEN page.found < %2$d THEN i.doc::text END, NULL::text, page.found FROM (
              SELECT few.node AS id, count(*) OVER () AS found
              FROM (SELECT i.node%1$s WHERE %4$s LIMIT %2$d) AS few ORDER BY few.node LIMIT %3$d) AS page
            JOIN inventory i ON i.node = page.id ORDER BY page.id\
            """
                .formatted(Joins.DOCUMENTS, few(query), query.limit() + 1, where.text()),
            where.parameters()));
  }

  /** Of so many matches the ids are walked for a page. */
  static int few(InventoryQuery query) {
    return FEW + FEW_PER_ROW * query.limit();
  }

  private static Sql where(InventoryQuery query, Sql condition) {
    Keyset after = query.after();
    return after == null ? condition : Sql.all(List.of(condition, after.after(query.sort())));
  }

  private static boolean isPageByIndex(InventoryQuery query, Sql where) {
    return query.sort().isEmpty()
        && !query.projection().showsAttributes()
        && isIndexed(where.text())
        && ofDocuments(query.filter(), where.text());
  }

  static Sql page(InventoryQuery query, Sql condition, Facets facets) {
    Sql where = where(query, condition);
    return isPageByIndex(query, where)
        ? indexedPage(where, query.limit(), few(query))
        : walk(query, condition, facets);
  }

  /** A page by whatever way PostgreSQL takes. */
  static Sql walk(InventoryQuery query, Sql condition, Facets facets) {
    List<SortKey> keys = query.sort();
    StringBuilder columns = new StringBuilder();
    StringBuilder joins = new StringBuilder();
    StringBuilder order = new StringBuilder();
    List<Object> parameters = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String alias = "k" + i;
      Sql join = keys.get(i).join(alias, facets);
      joins.append(join.text());
      parameters.addAll(join.parameters());
      columns.append(", ").append(SortKey.columns(alias));
      order.append(keys.get(i).order(alias)).append(", ");
    }
    Sql where = where(query, condition);
    parameters.addAll(where.parameters());
    boolean withNode = query.projection().showsAttributes();
    String attributes = withNode ? ", a.attributes" : ", NULL::jsonb";
    // Documents are opened after the limit, not before the sort.
    String page =
        "SELECT n.id, i.doc"
            + attributes
            + columns
            + from(query.filter(), query.paths(), joins.toString(), where.text(), attributes)
            + joins
            + " WHERE "
            + where.text()
            + " ORDER BY "
            + order
            + "n.id LIMIT "
            + (query.limit() + 1);
    String names = names(keys.size());
    return new Sql(
        "SELECT id, doc::text, attributes::text"
            + names
            + " FROM ("
            + page
            + ") AS page (id, doc, attributes"
            + names
            + ")",
        parameters);
  }

  private static String names(int keys) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < keys; i++) {
      names.append(", rank%1$d, number%1$d, text%1$d".formatted(i));
    }
    return names.toString();
  }
}
