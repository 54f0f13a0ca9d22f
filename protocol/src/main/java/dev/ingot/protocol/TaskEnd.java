package dev.ingot.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How a task ended; see {@link TaskMessage.Finished}. */
public record TaskEnd(
    TaskMessage.Status status,
    @Nullable Integer exit,
    @Nullable JsonNode result,
    @Nullable String detail) {}
