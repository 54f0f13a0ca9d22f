package dev.ingot.server.logs;

import java.util.Locale;

/** How much a record matters, the most first: RFC 5424, 6.2.1. */
public enum LogSeverity {
  EMERGENCY,
  ALERT,
  CRITICAL,
  ERROR,
  WARNING,
  NOTICE,
  INFORMATION,
  DEBUG;

  /** The severity of that number, the nearest for one that is none. */
  public static LogSeverity of(int number) {
    return values()[Math.clamp(number, 0, values().length - 1)];
  }

  /** As it is written: {@code warning}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
