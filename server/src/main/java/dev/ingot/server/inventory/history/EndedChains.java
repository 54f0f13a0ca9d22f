package dev.ingot.server.inventory.history;

import dev.ingot.server.inventory.SqlArray;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Histories whose node was merged into another: numbers go on if it comes back. */
public final class EndedChains {
  private EndedChains() {}

  /** The last number of each ended history; nodes without one are left out. */
  public static Map<String, Long> numbers(Handle handle, Collection<String> nodes) {
    Map<String, Long> numbers = new HashMap<>();
    if (!nodes.isEmpty()) {
      handle
          .createQuery("SELECT node, number FROM inventory_ended WHERE node = ANY(:nodes)")
          .bind("nodes", SqlArray.texts(nodes))
          .map((row, _) -> Map.entry(row.getString("node"), row.getLong("number")))
          .forEach(entry -> numbers.put(entry.getKey(), entry.getValue()));
    }
    return numbers;
  }
}
