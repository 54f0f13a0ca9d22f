package dev.ingot.server.jobs.task;

/** What a pending task waits for. The order is that of the column {@code task.wait}. */
public enum Waiting {
  /** Its job's pace, and the server. */
  TURN,
  /** A node that is not connected. */
  NODE,
  /** A node that said that it is busy. */
  BUSY;

  private static final Waiting[] ALL = values();

  public static Waiting of(int number) {
    return ALL[number];
  }
}
