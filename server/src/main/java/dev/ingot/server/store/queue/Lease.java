package dev.ingot.server.store.queue;

import tools.jackson.databind.JsonNode;

/**
 * A piece of work that is ours for a while.
 *
 * @param fence number of this lease; a later lease of the same work has a greater one
 * @param attempt the first is 1
 */
public record Lease(long id, long fence, int attempt, String key, String group, JsonNode payload) {}
