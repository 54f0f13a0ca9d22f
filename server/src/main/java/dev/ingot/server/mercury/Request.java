package dev.ingot.server.mercury;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A task that an agent is given.
 *
 * @param sent whether it was, or may have been
 * @param milliseconds since then
 * @param theirs what Mercury's programs call the job; null where none of them made it
 */
record Request(
    MercuryTask.Attempt task,
    String method,
    JsonNode arguments,
    boolean serial,
    boolean sent,
    long milliseconds,
    @Nullable String theirs) {
  /** What its agent calls the job. */
  String job() {
    return theirs == null ? String.valueOf(task.job()) : theirs;
  }

  String node() {
    return task.node();
  }
}
