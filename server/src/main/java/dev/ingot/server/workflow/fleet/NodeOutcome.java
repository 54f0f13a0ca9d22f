package dev.ingot.server.workflow.fleet;

import java.util.Locale;

/** What became of a node. The order is kept in the database: add at the end only. */
enum NodeOutcome {
  PENDING,
  RUNNING,
  SUCCEEDED,
  FAILED,
  CANCELLED,
  /** Nothing ran on it, and its reason says why. */
  LEFT_OUT;

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
