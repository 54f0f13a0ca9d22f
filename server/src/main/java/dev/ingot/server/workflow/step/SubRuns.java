package dev.ingot.server.workflow.step;

import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Runs that steps begin. */
public interface SubRuns {
  /**
   * Begins a run below a step's, with its transaction; returns its id.
   *
   * @param node null for the same node
   * @param options by step, over those of the workflow
   */
  long begin(
      Beginning step, String workflow, @Nullable String node, JsonNode inputs, JsonNode options);

  /** How a run ended. */
  record Ended(String status, @Nullable String reason, JsonNode results) {}

  /** Its end, empty while it goes on. */
  Optional<Ended> ended(Handle handle, long run);

  /** Ends it. */
  void cancel(Handle handle, long run, String reason);
}
