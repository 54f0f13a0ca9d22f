package dev.ingot.server.workflow;

import dev.ingot.server.http.Reach;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs of workflows.
 *
 * @param keep how long a run is kept after its end
 * @param powerUrl address of a service that switches machines; null: there is none
 * @param targets how near the addresses may be that {@code http} steps ask; null: this machine too
 *     where the server can be reached from it alone, else those of a site
 */
public record WorkflowSettings(Duration keep, @Nullable String powerUrl, @Nullable Reach targets) {
  public static final WorkflowSettings DEFAULT =
      new WorkflowSettings(Duration.ofDays(90), null, null);

  public WorkflowSettings {
    if (keep.isNegative() || keep.compareTo(Duration.ofDays(3650)) > 0) {
      throw new IllegalArgumentException("keep must be from 0s to 3650d");
    }
    if (powerUrl != null && !powerUrl.matches("https?://[^/ ]+(/\\S*)?")) {
      throw new IllegalArgumentException("power-url must begin with http:// or https://");
    }
  }
}
