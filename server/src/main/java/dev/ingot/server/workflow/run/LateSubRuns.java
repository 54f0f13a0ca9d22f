package dev.ingot.server.workflow.run;

import dev.ingot.server.workflow.step.Beginning;
import dev.ingot.server.workflow.step.SubRuns;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Step types are made before what begins runs, which needs them. */
final class LateSubRuns implements SubRuns {
  @Nullable SubRuns runs;

  private SubRuns there() {
    if (runs == null) {
      throw new IllegalStateException("nothing begins runs yet");
    }
    return runs;
  }

  @Override
  public long begin(
      Beginning step, String workflow, @Nullable String node, JsonNode inputs, JsonNode options) {
    return there().begin(step, workflow, node, inputs, options);
  }

  @Override
  public Optional<Ended> ended(Handle handle, long run) {
    return there().ended(handle, run);
  }

  @Override
  public void cancel(Handle handle, long run, String reason) {
    there().cancel(handle, run, reason);
  }
}
