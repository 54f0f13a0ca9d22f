package dev.ingot.server.inventory.aggregate;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A question for the values at a path, as it is sent. */
public record DistinctBody(String path, @Nullable JsonNode filter) {}
