package dev.ingot.server.inventory.history;

import dev.ingot.server.inventory.history.Timeline.Past;
import dev.ingot.server.problem.Problem;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * A node's own history and those of the nodes that were merged into it. An id that was merged is
 * itself until then, and the node that it became from then on.
 */
public final class Chains {
  private Chains() {}

  private record Ended(String node, Instant time) {}

  /** The database's time. */
  public static Instant now(Handle handle) {
    return handle
        .createQuery("SELECT clock_timestamp()")
        .mapTo(OffsetDateTime.class)
        .one()
        .toInstant();
  }

  /** The node and those that were merged into it. */
  static List<String> of(Handle handle, String node) {
    List<String> nodes = new java.util.ArrayList<>(List.of(node));
    ended(handle, node).forEach(chain -> nodes.add(chain.node));
    return nodes;
  }

  private static List<Ended> ended(Handle handle, String node) {
    return handle
        .createQuery(
            """
            SELECT e.node, e.time FROM node_alias a JOIN inventory_ended e ON e.node = a.alias
            WHERE a.node = :node ORDER BY e.time DESC LIMIT 100
            """)
        .bind("node", node)
        .map(
            (row, _) ->
                new Ended(
                    row.getString("node"), row.getObject("time", OffsetDateTime.class).toInstant()))
        .list();
  }

  /**
   * The document as it stood.
   *
   * @param node the node that is meant
   * @param reference as it was asked for: perhaps an id that was merged into the node
   * @param text the time as it was written: docs/history.md
   * @param field where it was written
   * @throws Problem if there was none then, or its history is no longer kept
   */
  public static Past asOf(Handle handle, String node, String reference, String text, String field) {
    Instant time = Moment.past(field, text, now(handle));
    List<Ended> ended = ended(handle, node);
    for (Ended chain : ended) {
      if (chain.node.equals(reference.strip()) && time.isBefore(chain.time)) {
        return Timeline.asOf(handle, chain.node, time, field);
      }
    }
    try {
      return Timeline.asOf(handle, node, time, field);
    } catch (Problem e) {
      if (e.kind() != Problem.Kind.NOT_FOUND) {
        throw e;
      }
      for (Ended chain : ended) {
        if (time.isBefore(chain.time) && Timeline.begins(handle, chain.node, time)) {
          return Timeline.asOf(handle, chain.node, time, field);
        }
      }
      throw e;
    }
  }
}
