package dev.ingot.server.nodes;

import java.util.Locale;

/** Where a node stands with us. */
public enum NodeStanding {
  /** Waits for approval: presence and inspection only. */
  PENDING,
  /** Everything. */
  ADMITTED,
  /** Nothing, until somebody readmits it. */
  REVOKED;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static NodeStanding of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
