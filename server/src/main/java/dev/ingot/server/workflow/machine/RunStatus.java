package dev.ingot.server.workflow.machine;

import java.util.Locale;

/** Where a run is. The order is kept in the database: add at the end only. */
public enum RunStatus {
  RUNNING,
  /** Nothing begins until somebody lets it go on. */
  PAUSED,
  SUCCEEDED,
  FAILED,
  CANCELLED;

  public boolean isFinal() {
    return ordinal() >= SUCCEEDED.ordinal();
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
