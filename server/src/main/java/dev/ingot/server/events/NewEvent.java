package dev.ingot.server.events;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A fact that is about to be written with the change that made it.
 *
 * @param type what it is about, e.g. {@code node}
 * @param action what happened, e.g. {@code online}
 * @param typeId id of the thing of that type (the node id for type node)
 * @param nodeId the node concerned, null for an event of no node
 * @param data facts of the event, an object; see docs/events.md
 */
public record NewEvent(
    String type,
    String action,
    Severity severity,
    String typeId,
    @Nullable String nodeId,
    JsonNode data) {}
