package dev.ingot.client;

import tools.jackson.databind.JsonNode;

/**
 * An event as the stream tells it.
 *
 * @param cursor the stream's id of it: what {@code Last-Event-ID} takes to go on after it
 * @param json the record {id, time, type, action, severity, typeId, nodeId, data}
 * @param gone not an event but a notice: some after the cursor that was asked for are no longer
 *     kept
 */
public record Event(String cursor, JsonNode json, boolean gone) {
  /** E.g. {@code node}. */
  public String type() {
    return json.path("type").asString("");
  }

  /** E.g. {@code online}. */
  public String action() {
    return json.path("action").asString("");
  }
}
