package dev.ingot.server.events;

import java.util.Locale;

/** How much an event matters. */
public enum Severity {
  INFORMATION,
  WARNING,
  CRITICAL;

  /** As it is written in records and keys: {@code information}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
