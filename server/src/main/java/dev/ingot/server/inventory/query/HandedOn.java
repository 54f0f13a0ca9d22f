package dev.ingot.server.inventory.query;

import dev.ingot.server.http.JsonPieces;
import dev.ingot.server.inventory.facet.Facets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A {@link QueryAnswer} of whole documents for somebody who only hands it on: their texts go from
 * the database's connection to the client's without being read.
 */
final class HandedOn {
  private static final int FOUND = 4;

  private final InventoryQuery query;
  private final JsonPieces items = new JsonPieces();
  private @Nullable Long count;
  private @Nullable Keyset next;
  private boolean many;

  private HandedOn(InventoryQuery query) {
    this.query = query;
  }

  static JsonPieces answer(
      Handle handle, TimeLimit limit, InventoryQuery query, Sql condition, Facets facets) {
    HandedOn answer = new HandedOn(query);
    List<Sql> statements = new ArrayList<>();
    if (query.counted()) {
      statements.add(PageSql.counting(query.filter(), condition));
    }
    Optional<Sql> few = query.limit() > 0 ? PageSql.fewPage(query, condition) : Optional.empty();
    if (query.limit() > 0) {
      statements.add(few.orElseGet(() -> PageSql.walk(query, condition, facets)));
    }
    limit.together(
        handle,
        "filter",
        statements,
        (statement, rows) -> {
          if (statement == 0 && query.counted()) {
            rows.next();
            answer.count = rows.getLong(1);
          } else {
            answer.read(rows, few.isPresent());
          }
        });
    if (answer.many) {
      Sql walk = PageSql.walk(query, condition, facets);
      limit.together(handle, "filter", List.of(walk), (_, rows) -> answer.read(rows, false));
    }
    return answer.json();
  }

  /**
   * One row more than the limit says that there is another page.
   *
   * @param few whether they are to be read only if few match
   */
  private void read(ResultSet rows, boolean few) throws SQLException {
    Keyset last = null;
    int read = 0;
    many = false;
    while (rows.next()) {
      if (few && rows.getLong(FOUND) >= PageSql.few(query)) {
        many = true;
        return;
      }
      if (read == query.limit()) {
        next = last;
        return;
      }
      if (read > 0) {
        items.add(",");
      }
      DocumentText.add(items, rows.getString(1), rows.getBytes(2));
      last = PageRow.place(rows, query.sort().size());
      read++;
    }
  }

  private JsonPieces json() {
    JsonPieces json = new JsonPieces().add("{\"items\":[").add(items).add("],\"next\":");
    json.add(next == null ? "null" : "\"" + next.cursor(query.identity()).text() + "\"");
    return json.add(count == null ? "}" : ",\"count\":" + count + "}");
  }
}
