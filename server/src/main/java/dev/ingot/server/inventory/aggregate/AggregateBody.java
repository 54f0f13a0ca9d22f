package dev.ingot.server.inventory.aggregate;

import tools.jackson.databind.JsonNode;

/** A pipeline as it is sent. */
public record AggregateBody(JsonNode pipeline) {}
