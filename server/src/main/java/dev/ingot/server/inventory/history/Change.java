package dev.ingot.server.inventory.history;

import java.util.Locale;

/** What a change means, the worse later. */
public enum Change {
  /** Something is another: a name, a version, an address, a part more. */
  INFORMATIONAL,
  /** A part sits in another slot or in another machine. */
  MOVED,
  /** Less than before: smaller, slower, fewer, failing. */
  DEGRADED,
  /** A part that was there is nowhere now. */
  LOST;

  /** As it is written in events and answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
