package dev.ingot.server.webhooks;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where events are posted to, without the secret.
 *
 * @param nodes a filter of the inventory that the event's node must match, null for every event
 * @param batch how many events one request carries at most
 * @param version grows with every change
 */
record Webhook(
    long id,
    String name,
    String url,
    Wanted wanted,
    @Nullable JsonNode nodes,
    int batch,
    boolean paused,
    long version,
    Instant created,
    String createdBy) {}
