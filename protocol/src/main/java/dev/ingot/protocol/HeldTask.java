package dev.ingot.protocol;

import java.util.Locale;

/** A task that an agent's process has and that the server has not yet let it forget. */
public record HeldTask(long task, int attempt, State state) {
  /** The most that an agent holds; more are refused as busy. */
  public static final int MOST = 256;

  /** How far it is. */
  public enum State {
    /** Accepted; the server has not said that this is committed. */
    ACCEPTED,
    /** To be started in its turn. */
    COMMITTED,
    RUNNING,
    /** Its result is not yet acknowledged. */
    FINISHED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
