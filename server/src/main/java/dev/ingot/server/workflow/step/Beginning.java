package dev.ingot.server.workflow.step;

import dev.ingot.server.access.Principal;
import dev.ingot.server.workflow.definition.Step;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A step that begins.
 *
 * @param who as whom it acts: whoever started the run
 * @param node the run's node, null where it has none
 * @param attempt the one that begins
 * @param options its options, with nothing left to fill in, that fit its schema
 */
public record Beginning(
    Handle handle,
    Principal who,
    RunFacts run,
    Step step,
    int place,
    @Nullable String node,
    int attempt,
    Instant now,
    ObjectNode options) {

  /** The key that names this attempt, so that what is asked twice is done once. */
  public String key() {
    return "run-" + run.id() + "-" + step.name() + "-" + attempt;
  }

  /** A text option, or another where it is left out. */
  public String text(String name, String otherwise) {
    return options.path(name).asString(otherwise);
  }

  /**
   * What steps may know of their run.
   *
   * @param root the run that no other began
   */
  public record RunFacts(long id, long root, int depth, String workflow) {}
}
