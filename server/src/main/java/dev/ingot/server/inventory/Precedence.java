package dev.ingot.server.inventory;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Of several sources that have a section, the first one's is served whole; what the others say
 * stands aside.
 *
 * @param order every source once
 */
record Precedence(List<Source> order) {
  static final Precedence DEFAULT = new Precedence(InventorySettings.DEFAULT.precedence());

  /** Of several sources that have a section the one whose section is served. */
  @Nullable Source first(Collection<Source> sources) {
    for (Source source : order) {
      if (sources.contains(source)) {
        return source;
      }
    }
    return null;
  }
}
