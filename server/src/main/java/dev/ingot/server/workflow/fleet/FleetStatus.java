package dev.ingot.server.workflow.fleet;

import java.util.Locale;

/** Where a fleet run is. The order is kept in the database: add at the end only. */
enum FleetStatus {
  RUNNING,
  /** No run begins until somebody lets it go on. */
  PAUSED,
  /** Too many failed: no run begins until somebody lets it go on. */
  HALTED,
  /** Its runs are being ended. */
  CANCELLING,
  SUCCEEDED,
  /** It came to its end, but not on every node. */
  PARTLY_FAILED,
  /** It succeeded on no node. */
  FAILED,
  CANCELLED;

  boolean isFinal() {
    return ordinal() >= SUCCEEDED.ordinal();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
