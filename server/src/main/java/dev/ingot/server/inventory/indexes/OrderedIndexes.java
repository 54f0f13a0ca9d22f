package dev.ingot.server.inventory.indexes;

import dev.ingot.server.inventory.indexes.DeclaredIndex.State;
import dev.ingot.server.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The btrees of the paths of the kinds range and prefix. One has each document's least value, which
 * is its only one as a rule; another the greatest, of the documents alone that have several. Both
 * are kept by the database itself, whoever writes.
 */
final class OrderedIndexes {
  private static final String PREFIX = "inventory_ordered_";

  /** One looks at every facet twice, and waits for whoever was writing: longer than a question. */
  private static final String LONGEST = "30min";

  private static final Duration UNANSWERED = Duration.ofMinutes(31);

  private OrderedIndexes() {}

  /** Whether there are all that were declared, and no others. */
  static boolean areRight(Handle handle) {
    Map<String, Boolean> there = there(handle);
    return there.keySet().equals(wanted(handle).keySet())
        && there.values().stream().allMatch(valid -> valid);
  }

  /**
   * Makes what lacks and drops what nobody declares: by what is there, so that a server that died
   * here, or a restore, leaves nothing half. Not in a transaction: writers go on meanwhile.
   */
  static void make(Handle handle) {
    Connection connection = handle.getConnection();
    String before = limit(handle, "statement_timeout", LONGEST);
    String beforeLocks = limit(handle, "lock_timeout", LONGEST);
    try {
      int answers = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(UNANSWERED.toMillis()));
      makeAll(handle, connection);
      connection.setNetworkTimeout(Runnable::run, answers);
    } catch (SQLException e) {
      throw new StoreException("make the indexes of declared paths", e);
    } finally {
      limit(handle, "statement_timeout", before);
      limit(handle, "lock_timeout", beforeLocks);
    }
  }

  /** Sets a limit of the connection; returns what it was. */
  private static String limit(Handle handle, String name, String value) {
    String before =
        handle
            .createQuery("SELECT current_setting(:name)")
            .bind("name", name)
            .mapTo(String.class)
            .one();
    handle
        .createQuery("SELECT set_config(:name, :value, false)")
        .bind("name", name)
        .bind("value", value)
        .mapTo(String.class)
        .one();
    return before;
  }

  private static void makeAll(Handle handle, Connection connection) throws SQLException {
    Map<String, String> wanted = wanted(handle);
    Set<String> done = new HashSet<>();
    there(handle)
        .forEach(
            (name, valid) -> {
              if (valid && wanted.containsKey(name)) {
                done.add(name);
              } else {
                handle.execute("DROP INDEX CONCURRENTLY IF EXISTS " + name);
              }
            });
    boolean made = false;
    for (Map.Entry<String, String> index : wanted.entrySet()) {
      if (!done.contains(index.getKey())) {
        // Not prepared: the text has no parameters, and a path may have any character.
        try (Statement statement = connection.createStatement()) {
          statement.execute(
              "CREATE INDEX CONCURRENTLY " + index.getKey() + " ON inventory " + index.getValue());
        }
        made = true;
      }
    }
    if (made) {
      handle.execute("ANALYZE inventory"); // what the planner knows of an expression
    }
  }

  private static Map<String, Boolean> there(Handle handle) {
    Map<String, Boolean> there = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT c.relname, x.indisvalid FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
            WHERE x.indrelid = 'inventory'::regclass AND starts_with(c.relname, :prefix)
            """)
        .bind("prefix", PREFIX)
        .map((row, _) -> Map.entry(row.getString(1), row.getBoolean(2)))
        .forEach(index -> there.put(index.getKey(), index.getValue()));
    return there;
  }

  /** By name, what it is over. */
  private static Map<String, String> wanted(Handle handle) {
    Map<String, String> wanted = new TreeMap<>();
    for (IndexTable.Row row : IndexTable.rows(handle)) {
      if (row.state() != State.RETIRING) {
        if (row.kind().ordersNumbers()) {
          add(wanted, row.path(), "number", "");
        }
        if (row.kind().ordersTexts()) {
          add(wanted, row.path(), "text", " COLLATE \"C\"");
        }
      }
    }
    return wanted;
  }

  /** As {@code OrderedPrefilter} asks it, or the planner does not know it again. */
  private static void add(Map<String, String> wanted, String path, String type, String collation) {
    String arguments = "(facet, '" + path.replace("'", "''") + "')";
    String least = "inventory_least_" + type + arguments + collation;
    String greatest = "inventory_greatest_" + type + arguments + collation;
    String name = PREFIX + type + "_" + digest(path);
    wanted.put(name + "_least", "((%1$s)) WHERE (%1$s) IS NOT NULL".formatted(least));
    wanted.put(name + "_greatest", "((%2$s)) WHERE (%2$s) > (%1$s)".formatted(least, greatest));
  }

  /** A path may be longer than a name, and have any character. */
  private static String digest(String path) {
    return UUID.nameUUIDFromBytes(path.getBytes(StandardCharsets.UTF_8))
        .toString()
        .replace("-", "")
        .substring(0, 20);
  }
}
