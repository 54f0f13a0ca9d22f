package dev.ingot.server.inventory;

import java.util.Locale;

/**
 * Who says what is in a section; {@link Precedence} says whose is served. The order here is the
 * precedence that a server has unless it is told another.
 */
public enum Source {
  /** The agent on the machine, by its inspectors. */
  AGENT,
  /** The machine's controller. */
  BMC,
  /** An agent of Mercury, or a program that speaks its protocol. */
  MERCURY,
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
}
