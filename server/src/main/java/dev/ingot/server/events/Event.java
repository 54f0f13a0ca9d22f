package dev.ingot.server.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A fact that happened, as everybody reads it: server-sent events, AMQP, webhooks.
 *
 * @param id its position in the order of all events, a decimal number; no two have the same
 * @param time when the change was made
 * @param data facts of the event, an object; see docs/events.md
 */
public record Event(
    String id,
    Instant time,
    String type,
    String action,
    String severity,
    String typeId,
    @Nullable String nodeId,
    JsonNode data) {
  /** The id as a number. */
  public long position() {
    return Long.parseLong(id);
  }
}
