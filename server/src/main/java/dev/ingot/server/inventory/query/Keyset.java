package dev.ingot.server.inventory.query;

import dev.ingot.server.http.Cursor;
import dev.ingot.server.problem.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The place of one row in the order of a query: the values of its sort keys, then its id. */
record Keyset(List<SortKey.Value> values, String id) {
  private static final int PARTS = 3;
  private static final int LONGEST_TEXT = 2000;

  Keyset {
    values = List.copyOf(values);
  }

  /** The rows that come after this one. */
  Sql after(List<SortKey> keys) {
    List<Sql> alternatives = new ArrayList<>();
    List<Sql> equal = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      SortKey.Value value = values.get(i);
      String columns = "(" + SortKey.columns("k" + i) + ")";
      Object[] parameters = {value.rank(), value.number(), value.text()};
      List<Sql> alternative = new ArrayList<>(equal);
      alternative.add(
          new Sql(columns + (keys.get(i).descending() ? " < " : " > ") + "(?, ?, ?)", parameters));
      alternatives.add(Sql.all(alternative));
      equal.add(new Sql(columns + " = (?, ?, ?)", parameters));
    }
    List<Sql> last = new ArrayList<>(equal);
    last.add(new Sql("n.id > ?", id));
    alternatives.add(Sql.all(last));
    return Sql.any(alternatives);
  }

  /** As a cursor that is good for this query alone. */
  Cursor cursor(String query) {
    List<String> keys = new ArrayList<>();
    for (SortKey.Value value : values) {
      if (value.text().length() > LONGEST_TEXT) {
        throw Problem.invalid(
            "sort", "a value to sort by has more than " + LONGEST_TEXT + " characters");
      }
      keys.add(Integer.toString(value.rank()));
      keys.add(value.number().toString());
      keys.add(value.text());
    }
    keys.add(id);
    return new Cursor(query, keys);
  }

  static Keyset parse(String cursor, String query, int sortKeys) {
    List<SortKey.Value> values = new ArrayList<>();
    try {
      List<String> keys = Cursor.parse(cursor, query, sortKeys * PARTS + 1).keys();
      for (int i = 0; i < sortKeys; i++) {
        values.add(
            new SortKey.Value(
                Integer.parseInt(keys.get(i * PARTS)),
                new BigDecimal(keys.get(i * PARTS + 1)),
                keys.get(i * PARTS + 2)));
      }
      return new Keyset(values, keys.getLast());
    } catch (NumberFormatException | Problem e) {
      throw new Problem(
          Problem.Kind.MALFORMED,
          "not a cursor of this query: it goes on with the filter and the sort that it came from",
          "cursor",
          e);
    }
  }
}
