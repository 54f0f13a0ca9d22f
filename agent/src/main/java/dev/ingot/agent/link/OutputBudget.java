package dev.ingot.agent.link;

/**
 * How much of what tasks wrote the process keeps, over all of them: many that write much, and ended
 * while nobody was there to take it, would fill an agent's small heap. Not thread-safe.
 */
final class OutputBudget {
  /** Of the 40 MB that the agent's heap has. */
  static final int MOST = 12 << 20;

  private final int most;
  private int used;

  OutputBudget(int most) {
    this.most = most;
  }

  /** Whether there was so much. */
  boolean take(int bytes) {
    if (used + bytes > most) {
      return false;
    }
    used += bytes;
    return true;
  }

  void giveBack(int bytes) {
    used -= bytes;
  }

  int used() {
    return used;
  }
}
