package dev.ingot.server.inventory;

import dev.ingot.server.inventory.ImportStore.Written;
import dev.ingot.server.inventory.NodeReferences.Meant;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Stores the lines of an import each for itself, in transactions of some lines each. */
final class BulkImport {
  static final int MOST_LINES = 100_000;

  private static final int GROUP = 50;
  private static final int GROUP_BYTES = 2 << 20;

  private final Jdbi jdbi;
  private final ImportStore store;
  private final VisibleNodes visible;

  BulkImport(Jdbi jdbi, ImportStore store, VisibleNodes visible) {
    this.jdbi = jdbi;
    this.store = store;
    this.visible = visible;
  }

  /**
   * Whom lines mean, as somebody sees the nodes: by the line's number a {@link Meant} or a {@link
   * Problem}.
   */
  Map<Integer, Object> meant(Handle handle, PathAccess access, Map<Integer, String> lines) {
    NodeReferences references = NodeReferences.of(handle, new TreeSet<>(lines.values()));
    Map<Integer, Object> meant = new HashMap<>();
    Set<String> found = new TreeSet<>();
    lines.forEach(
        (line, reference) -> {
          try {
            Meant node = references.require(reference);
            meant.put(line, node);
            found.add(node.id());
          } catch (Problem e) {
            meant.put(line, e);
          }
        });
    if (!access.seesAllNodes()) {
      Set<String> seen = Set.copyOf(visible.of(handle, access.principal(), found));
      meant.replaceAll(
          (line, node) ->
              node instanceof Meant visible && seen.contains(visible.id())
                  ? node
                  : Problem.notFound("no node is called " + lines.get(line)));
    }
    return meant;
  }

  void each(InputStream in, boolean keep, PathAccess access, BulkAnswer answer) throws IOException {
    LineReader reader = new LineReader(in, ImportLine.LONGEST);
    List<ImportLine> group = new ArrayList<>();
    int bytes = 0;
    int lines = 0;
    for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
      if (++lines > MOST_LINES) {
        store(group, access, answer);
        throw Problem.tooLarge(
            "more than "
                + MOST_LINES
                + " lines: from line "
                + line.number()
                + " on nothing is read");
      }
      try {
        ImportLine parsed = ImportLine.parse(line, keep);
        group.add(parsed);
        bytes += parsed.size();
      } catch (Problem e) {
        // In the order of the lines.
        store(group, access, answer);
        bytes = 0;
        answer.refused(line.number(), e);
      }
      if (group.size() == GROUP || bytes > GROUP_BYTES) {
        store(group, access, answer);
        bytes = 0;
      }
    }
    store(group, access, answer);
  }

  private void store(List<ImportLine> group, PathAccess access, BulkAnswer answer)
      throws IOException {
    if (group.isEmpty()) {
      return;
    }
    Map<Integer, String> references = new TreeMap<>();
    group.forEach(line -> references.put(line.number(), line.reference()));
    Map<Integer, Object> meant = jdbi.withHandle(handle -> meant(handle, access, references));
    TreeMap<String, ImportLine> lines = new TreeMap<>();
    Set<String> unknown = new TreeSet<>();
    TreeMap<Integer, Object> results = new TreeMap<>(meant);
    for (ImportLine line : group) {
      if (!(meant.get(line.number()) instanceof Meant node)) {
        continue;
      }
      if (lines.containsKey(node.id())) {
        // A node's lines one after the other.
        results.putAll(commit(lines, unknown, access));
        lines.clear();
      }
      lines.put(node.id(), line);
      if (!node.known()) {
        unknown.add(node.id());
      }
    }
    results.putAll(commit(lines, unknown, access));
    for (Map.Entry<Integer, Object> result : results.entrySet()) {
      if (result.getValue() instanceof Written written) {
        answer.stored(result.getKey(), written);
      } else if (result.getValue() instanceof Problem problem) {
        answer.refused(result.getKey(), problem);
      }
    }
    group.clear();
  }

  /** What became of each line; when they cannot be stored together, each is tried alone. */
  private Map<Integer, Object> commit(
      TreeMap<String, ImportLine> lines, Set<String> unknown, PathAccess access) {
    Map<Integer, Object> results = new HashMap<>();
    if (lines.isEmpty()) {
      return results;
    }
    try {
      List<Written> written =
          Attempts.inTransaction(jdbi, handle -> write(handle, lines, unknown, access));
      written.forEach(one -> results.put(number(lines, one.id()), one));
    } catch (Problem e) {
      results.putAll(alone(lines, unknown, access, e));
    } catch (JdbiException e) {
      if (!Attempts.isDataFault(e)) {
        throw e;
      }
      results.putAll(
          alone(
              lines,
              unknown,
              access,
              new Problem(Problem.Kind.INVALID, "PostgreSQL cannot hold the document", null, e)));
    }
    return results;
  }

  private Map<Integer, Object> alone(
      TreeMap<String, ImportLine> lines, Set<String> unknown, PathAccess access, Problem problem) {
    if (lines.size() == 1) {
      return Map.of(lines.firstEntry().getValue().number(), problem);
    }
    Map<Integer, Object> results = new HashMap<>();
    lines.forEach(
        (id, line) -> results.putAll(commit(new TreeMap<>(Map.of(id, line)), unknown, access)));
    return results;
  }

  private static int number(Map<String, ImportLine> lines, String id) {
    ImportLine line = lines.get(id);
    return line == null ? 0 : line.number();
  }

  private List<Written> write(
      Handle handle, TreeMap<String, ImportLine> lines, Set<String> unknown, PathAccess access) {
    TreeSet<String> missing = new TreeSet<>(lines.keySet());
    missing.retainAll(unknown);
    Set<String> created = store.prepare(handle, access, new TreeSet<>(lines.keySet()), missing);
    TreeMap<String, ImportEdit> edits = new TreeMap<>();
    lines.forEach((id, line) -> edits.put(id, line.edit()));
    return store.written(handle, access, edits, created, null);
  }
}
