package dev.ingot.server.inventory.classes;

import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.nodes.NodeJournal;
import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Finds the class of nodes by the rules as they are now, and writes what differs. */
final class Classifier {
  private static final String SAVEPOINT = "rule";
  private static final int LONGEST_FAILURE = 1000;

  private final Queries queries;
  private final Outbox outbox;

  Classifier(Queries queries, Outbox outbox) {
    this.queries = queries;
    this.outbox = outbox;
  }

  /**
   * Classifies nodes with the transaction of the caller, who holds the lock of the classes.
   *
   * @return nodes of which it is not known, because a rule could not be evaluated: they keep the
   *     class they had
   */
  Collection<String> classify(Handle handle, Collection<String> nodes) {
    // Those that are still there, and stay until the transaction ends.
    Set<String> open =
        new LinkedHashSet<>(
            handle
                .createQuery("SELECT id FROM node WHERE id = ANY(:nodes) ORDER BY id FOR KEY SHARE")
                .bind("nodes", new TextArray(nodes))
                .mapTo(String.class)
                .list());
    Map<String, String> before = before(handle, open);
    Map<String, String> found = new HashMap<>();
    Set<String> undecided = new HashSet<>();
    for (ClassRule rule : ClassRules.tried(handle)) {
      if (open.isEmpty()) {
        break;
      }
      handle.savepoint(SAVEPOINT);
      try {
        for (String node : matching(handle, rule, open)) {
          found.put(node, rule.name());
          open.remove(node);
        }
        handle.releaseSavepoint(SAVEPOINT);
        failed(handle, rule, null);
      } catch (Problem | JdbiException e) {
        handle.rollbackToSavepoint(SAVEPOINT);
        failed(handle, rule, e);
        undecided.addAll(open);
        open.clear();
      }
    }
    write(handle, before, found, open);
    return undecided;
  }

  private static Map<String, String> before(Handle handle, Collection<String> nodes) {
    Map<String, String> classes = new HashMap<>();
    handle
        .createQuery("SELECT node, class FROM node_in_class WHERE node = ANY(:nodes)")
        .bind("nodes", new TextArray(nodes))
        .map((row, _) -> Map.entry(row.getString("node"), row.getString("class")))
        .forEach(entry -> classes.put(entry.getKey(), entry.getValue()));
    return classes;
  }

  private List<String> matching(Handle handle, ClassRule rule, Collection<String> nodes) {
    Queries.Selection selection = queries.select(rule.filter(), "filter", PathAccess.ALL);
    List<Object> parameters = new ArrayList<>(selection.parameters());
    parameters.add(new TextArray(nodes));
    return queries.limited(
        handle,
        "filter",
        () -> {
          Query query =
              handle.createQuery(
                  "SELECT n.id"
                      + selection.from()
                      + " WHERE "
                      + selection.where()
                      + " AND n.id = ANY(?)");
          for (int i = 0; i < parameters.size(); i++) {
            query.bind(i, parameters.get(i));
          }
          return query.mapTo(String.class).list();
        });
  }

  private static void failed(Handle handle, ClassRule rule, @Nullable RuntimeException failure) {
    String text = failure == null ? null : String.valueOf(failure.getMessage());
    handle
        .createUpdate(
            "UPDATE node_class SET failure = left(:failure, :most)"
                + " WHERE name = :name AND failure IS DISTINCT FROM left(:failure, :most)")
        .bind("failure", text)
        .bind("most", LONGEST_FAILURE)
        .bind("name", rule.name())
        .execute();
  }

  /**
   * @param found the nodes that are of a class now
   * @param none the nodes that are of none
   */
  private void write(
      Handle handle, Map<String, String> before, Map<String, String> found, Set<String> none) {
    Map<String, String> changed = new TreeMap<>();
    found.forEach(
        (node, name) -> {
          if (!name.equals(before.get(node))) {
            changed.put(node, name);
          }
        });
    List<String> gone = none.stream().filter(before::containsKey).sorted().toList();
    if (!changed.isEmpty()) {
      handle
          .createUpdate(
              """
              INSERT INTO node_in_class (node, class) SELECT * FROM unnest(:nodes, :classes)
              ON CONFLICT (node) DO UPDATE SET class = excluded.class, since = now()
              """)
          .bind("nodes", new TextArray(changed.keySet()))
          .bind("classes", new TextArray(changed.values()))
          .execute();
    }
    if (!gone.isEmpty()) {
      handle
          .createUpdate("DELETE FROM node_in_class WHERE node = ANY(:nodes)")
          .bind("nodes", new TextArray(gone))
          .execute();
    }
    Set<String> differing = new TreeSet<>(changed.keySet());
    differing.addAll(gone);
    outbox.appendAll(
        handle,
        differing.stream().map(node -> event(node, before.get(node), changed.get(node))).toList());
  }

  private static NewEvent event(String node, @Nullable String from, @Nullable String to) {
    Map<String, @Nullable String> data = new LinkedHashMap<>();
    data.put("from", from);
    data.put("to", to);
    return NodeJournal.of("class-changed", Severity.INFORMATION, node, data);
  }
}
