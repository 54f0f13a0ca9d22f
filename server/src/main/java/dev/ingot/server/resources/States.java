package dev.ingot.server.resources;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Kind;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Brings resources in line with a kind that was declared anew. */
final class States {
  private States() {}

  /**
   * Those without a state get the first one; a state that is no more is not taken from any.
   *
   * @throws Problem conflict that names the states which resources still have
   */
  static void follow(Handle handle, Kind kind) {
    List<String> lost =
        handle
            .createQuery(
                "SELECT DISTINCT state FROM resource WHERE kind = :kind AND state IS NOT NULL"
                    + " AND NOT state = ANY(:states) ORDER BY state")
            .bind("kind", kind.name())
            .bindArray("states", String.class, kind.states().keySet().toArray())
            .mapTo(String.class)
            .list();
    if (!lost.isEmpty()) {
      throw Problem.conflict(
          "there are %s in the state %s, which the new definition has no more"
              .formatted(kind.name(), String.join(", ", lost)));
    }
    handle
        .createUpdate(
            """
            UPDATE resource SET state = coalesce(state, :initial),
                   claimable = :any OR coalesce(coalesce(state, :initial) = ANY(:claimable), false)
             WHERE kind = :kind
            """)
        .bind("kind", kind.name())
        .bind("initial", kind.initial())
        .bind("any", kind.claimable().isEmpty())
        .bindArray("claimable", String.class, kind.claimable().toArray())
        .execute();
  }
}
