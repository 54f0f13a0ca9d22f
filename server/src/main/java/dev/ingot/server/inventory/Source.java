package dev.ingot.server.inventory;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who says what is in a section, in the order of precedence: of several that have a section, the
 * first one's is served whole, what the others say stands aside.
 */
public enum Source {
  /** The agent on the machine, by its inspectors. */
  AGENT,
  /** The machine's controller. */
  BMC,
  /** People and their programs: the only one that is written by hand. */
  IMPORT;

  /** Whether it says what a machine says of itself, which nobody edits. */
  public boolean observed() {
    return this != IMPORT;
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The source of that word in the database. */
  static Source of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** Of several sources that have a section the one whose section is served. */
  static @Nullable Source first(Collection<Source> sources) {
    Source first = null;
    for (Source source : sources) {
      if (first == null || source.compareTo(first) < 0) {
        first = source;
      }
    }
    return first;
  }
}
