package dev.ingot.server.store;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** What a backup has to know of the schema, from the catalog. */
final class Schema {
  private static final String HISTORY = "flyway_schema_history";

  private Schema() {}

  /** Tables without their partitions; whom others refer to comes before them. */
  static List<String> tables(Handle handle) {
    List<String> names =
        handle
            .createQuery(
                """
                SELECT relname FROM pg_class
                 WHERE relkind IN ('r', 'p') AND NOT relispartition AND relpersistence = 'p'
                   AND relnamespace = current_schema()::regnamespace AND relname <> :history
                 ORDER BY relname COLLATE "C"
                """)
            .bind("history", HISTORY)
            .mapTo(String.class)
            .list();
    Map<String, Set<String>> referred = references(handle);
    Set<String> ordered = new LinkedHashSet<>();
    names.forEach(name -> visit(name, referred, ordered, new ArrayList<>()));
    return List.copyOf(ordered);
  }

  private static Map<String, Set<String>> references(Handle handle) {
    return handle
        .createQuery(
            """
            SELECT a.relname AS referring, b.relname AS referred
              FROM pg_constraint c JOIN pg_class a ON a.oid = c.conrelid
              JOIN pg_class b ON b.oid = c.confrelid
             WHERE c.contype = 'f' AND a.oid <> b.oid AND c.conparentid = 0
               AND a.relnamespace = current_schema()::regnamespace
            """)
        .map((row, context) -> List.of(row.getString("referring"), row.getString("referred")))
        .list()
        .stream()
        .collect(
            Collectors.groupingBy(
                List::getFirst, Collectors.mapping(List::getLast, Collectors.toSet())));
  }

  private static void visit(
      String name, Map<String, Set<String>> referred, Set<String> ordered, List<String> path) {
    if (path.contains(name)) {
      throw new StoreException("tables refer to each other in a circle: " + path, null);
    }
    if (!ordered.contains(name)) {
      path.addLast(name);
      referred.getOrDefault(name, Set.of()).stream()
          .sorted()
          .forEach(other -> visit(other, referred, ordered, path));
      path.removeLast();
      ordered.add(name);
    }
  }

  /** Versions of the migrations that were applied, in order. */
  static List<String> migrations(Handle handle) {
    return handle
        .createQuery(
            "SELECT version FROM "
                + HISTORY
                + " WHERE success AND version IS NOT NULL ORDER BY version COLLATE \"C\"")
        .mapTo(String.class)
        .list();
  }

  /**
   * The last value that each sequence gave. One that was restarted and not used since says in
   * pg_sequences nothing of where it stands, so the sequences themselves are asked.
   */
  static Map<String, Long> sequences(Handle handle) {
    return handle
        .createQuery("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()")
        .mapTo(String.class)
        .list()
        .stream()
        .collect(Collectors.toMap(name -> name, name -> lastOf(handle, name)));
  }

  private static long lastOf(Handle handle, String sequence) {
    return handle
        .createQuery(
            "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM "
                + quoted(sequence))
        .mapTo(Long.class)
        .one();
  }

  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
