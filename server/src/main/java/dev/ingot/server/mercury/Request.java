package dev.ingot.server.mercury;

import tools.jackson.databind.JsonNode;

/**
 * A task that an agent is given.
 *
 * @param sent whether it was, or may have been
 * @param milliseconds since then
 */
record Request(
    MercuryTask.Attempt task,
    String method,
    JsonNode arguments,
    boolean serial,
    boolean sent,
    long milliseconds) {
  String node() {
    return task.node();
  }
}
