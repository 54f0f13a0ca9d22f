package dev.ingot.server.events;

import java.util.Locale;

/** How much an event matters. */
public enum Severity {
  INFORMATION,
  WARNING,
  CRITICAL;

  /**
   * The severity of that word.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Severity of(String word) {
    for (Severity severity : values()) {
      if (severity.word().equals(word)) {
        return severity;
      }
    }
    throw new IllegalArgumentException("no severity " + word);
  }

  /** As it is written in records and keys: {@code information}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
