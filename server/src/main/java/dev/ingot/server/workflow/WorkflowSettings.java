package dev.ingot.server.workflow;

import java.time.Duration;

/**
 * Runs of workflows.
 *
 * @param keep how long a run is kept after its end
 */
public record WorkflowSettings(Duration keep) {
  public static final WorkflowSettings DEFAULT = new WorkflowSettings(Duration.ofDays(90));

  public WorkflowSettings {
    if (keep.isNegative() || keep.compareTo(Duration.ofDays(3650)) > 0) {
      throw new IllegalArgumentException("keep must be from 0s to 3650d");
    }
  }
}
