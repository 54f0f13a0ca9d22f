package dev.ingot.server.resources.stock;

import dev.ingot.server.access.Principal;
import dev.ingot.server.nodes.NodeRemoval;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.nodes.lookup.Lookup;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Kind;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A machine and its node are two views of one thing. A link is found by MAC, else by hostname,
 * where exactly one node has it that no other machine is; or a person says the node. Once found it
 * stays: a hostname that changes does not turn one machine into another.
 */
public final class Links implements NodeRemoval {
  private static final String FIND =
      """
      UPDATE resource r SET node = found.node, linked_by = found.by, version = r.version + 1
        FROM (SELECT DISTINCT ON (node) resource, node, by FROM (
          SELECT m.id AS resource, min(i.node) AS node, 'mac' AS by
            FROM resource m JOIN (
                SELECT value, node FROM node_identifier WHERE kind = 'mac'
                UNION SELECT value, node FROM node_address WHERE kind = 'mac') AS i
              ON i.value = regexp_replace(
                regexp_replace(lower(m.fields ->> 'mac'), '[-:.]', '', 'g'), '(..)(?=.)', '\\1:',
                'g')
           WHERE m.kind = :kind AND m.node IS NULL AND m.fields ?? 'mac'
           GROUP BY m.id HAVING count(DISTINCT i.node) = 1
          UNION ALL
          SELECT m.id, min(n.id), 'hostname'
            FROM resource m JOIN node n ON lower(n.hostname) = m.key
           WHERE m.kind = :kind AND m.node IS NULL
           GROUP BY m.id HAVING count(*) = 1) AS candidate
          WHERE NOT EXISTS (
            SELECT FROM resource other WHERE other.kind = :kind AND other.node = candidate.node)
          ORDER BY node, by DESC, resource) AS found
       WHERE r.id = found.resource AND r.node IS NULL
      """;

  private final VisibleNodes visible;

  public Links(VisibleNodes visible) {
    this.visible = visible;
  }

  /** Links what can be linked of a kind; returns how many. */
  public static int find(Handle handle, Kind kind) {
    return kind.node() ? handle.createUpdate(FIND).bind("kind", kind.name()).execute() : 0;
  }

  /**
   * Links one to the node that a person names, or to none.
   *
   * @param reference an id or unique beginning of one, a MAC or a hostname; null for none
   */
  public void set(
      Handle handle, Principal who, Kind kind, String resource, @Nullable String reference) {
    if (!kind.node()) {
      throw Problem.invalid("node", kind.name() + " are not linked to nodes");
    }
    String node = reference == null ? null : resolved(handle, who, reference);
    if (node != null) {
      handle
          .createQuery("SELECT key FROM resource WHERE kind = :kind AND node = :node AND id <> :id")
          .bind("kind", kind.name())
          .bind("node", node)
          .bind("id", resource)
          .mapTo(String.class)
          .findFirst()
          .ifPresent(
              other -> {
                throw new Problem(
                    Problem.Kind.CONFLICT,
                    "the node " + node + " is the " + kind.title() + " " + other,
                    "node",
                    null);
              });
    }
    handle
        .createUpdate(
            "UPDATE resource SET node = :node, linked_by = :by WHERE id = :id"
                + " AND node IS DISTINCT FROM :node")
        .bind("node", node)
        .bind("by", node == null ? null : "id")
        .bind("id", resource)
        .execute();
  }

  private String resolved(Handle handle, Principal who, String reference) {
    List<Lookup.Found> found;
    try {
      found = Lookup.find(handle, visible, who, reference);
    } catch (Problem none) {
      throw new Problem(Problem.Kind.INVALID, none.detail(), "node", none);
    }
    if (found.size() > 1) {
      throw Problem.invalid(
          "node",
          "is ambiguous: "
              + String.join(", ", found.stream().map(Lookup.Found::id).limit(5).toList()));
    }
    return found.getFirst().id();
  }

  /** The machine stays; it is nobody's view until its node comes back. */
  @Override
  public void removing(Handle handle, String nodeId) {
    handle.execute("UPDATE resource SET node = NULL, linked_by = NULL WHERE node = ?", nodeId);
  }

  @Override
  public void merging(Handle handle, String from, String into) {
    handle
        .createUpdate(
            "UPDATE resource r SET node = :into WHERE node = :from AND NOT EXISTS"
                + " (SELECT FROM resource o WHERE o.kind = r.kind AND o.node = :into)")
        .bind("from", from)
        .bind("into", into)
        .execute();
    removing(handle, from);
  }
}
