package dev.ingot.server.workflow.step;

import dev.ingot.server.workflow.machine.Progress;
import org.jspecify.annotations.Nullable;

/** Keeps steps from switching the machine on which the server itself runs. */
final class Protection {
  /** A property of options. */
  static final String OPTION = ", 'allowProtected': {'type': 'boolean'}";

  private Protection() {}

  /** Why the step may not begin; null when it may. */
  static Progress.@Nullable Failed refusal(Beginning step) {
    if (step.options().path("allowProtected").asBoolean(false)) {
      return null;
    }
    boolean isProtected =
        step.handle()
            .createQuery("SELECT protected FROM node WHERE id = :node")
            .bind("node", step.node())
            .mapTo(Boolean.class)
            .findOne()
            .orElse(false);
    return isProtected
        ? new Progress.Failed(
            "the machine is protected: the server runs on it; allowProtected does it all the same",
            null)
        : null;
  }
}
