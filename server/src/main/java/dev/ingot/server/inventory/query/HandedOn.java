package dev.ingot.server.inventory.query;

import dev.ingot.server.http.JsonPieces;
import dev.ingot.server.inventory.facet.Facets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A {@link QueryAnswer} of whole documents for somebody who only hands it on: their texts go from
 * the database's connection to the client's without being read.
 */
final class HandedOn {
  private final InventoryQuery query;
  private final JsonPieces items = new JsonPieces();
  private @Nullable Long count;
  private @Nullable Keyset next;

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
    if (query.limit() > 0) {
      statements.add(PageSql.page(query, condition, facets));
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
            answer.read(rows);
          }
        });
    return answer.json();
  }

  /** One row more than the limit says that there is another page. */
  private void read(ResultSet rows) throws SQLException {
    Keyset last = null;
    int read = 0;
    while (rows.next()) {
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
