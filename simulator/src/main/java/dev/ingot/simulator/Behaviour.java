package dev.ingot.simulator;

/** How a simulated agent is. */
public enum Behaviour {
  /** Does at once what it is asked, and keeps its link. */
  STEADY,
  /** Takes seconds for a task. */
  SLOW,
  /** Its tasks fail, and one of its inspectors does. */
  FAILING,
  /** Its link breaks every minute or so, in the middle of whatever there is. */
  FLAPPING,
  /**
   * Its clock is that of 2010, its serial number a placeholder, its word about tasks not to be
   * trusted.
   */
  LYING,
  /** Its machine starts anew every few minutes, as a task or not. */
  REBOOTING;

  /** The word for people. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
