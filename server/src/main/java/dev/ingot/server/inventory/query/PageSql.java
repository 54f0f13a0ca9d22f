package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.inventory.filter.FilterPaths;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** The statements that answer a question. */
final class PageSql {
  private PageSql() {}

  static Sql counting(Filter filter, Sql condition) {
    return new Sql(
        "SELECT count(*)"
            + from(filter, FilterPaths.of(filter), condition.text())
            + " WHERE "
            + condition.text(),
        condition.parameters());
  }

  /**
   * A filter that no node without a document matches, and that asks of nodes nothing but their ids,
   * is asked of the documents alone: each has a node.
   */
  private static String from(Filter filter, Collection<FieldPath> read, String... texts) {
    boolean ofDocuments =
        !MissingDocument.matches(filter)
            && Stream.of(texts)
                .map(text -> text.replace("n.id", ""))
                .noneMatch(text -> text.contains("n.") || text.contains("a.attributes"));
    return ofDocuments ? Joins.DOCUMENTS : Joins.from(read, texts);
  }

  static Sql page(InventoryQuery query, Sql condition, Facets facets) {
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
    Keyset after = query.after();
    Sql where = after == null ? condition : Sql.all(List.of(condition, after.after(keys)));
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
