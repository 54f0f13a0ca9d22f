package dev.ingot.server.workflow.step;

import dev.ingot.server.access.Principal;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A step that is looked at.
 *
 * @param who as whom it acts: whoever started the run
 * @param began when its attempt began
 * @param memory what its type kept
 */
public record Look(
    Handle handle,
    Principal who,
    long run,
    int place,
    @Nullable String node,
    int attempt,
    Instant began,
    Instant now,
    JsonNode memory) {}
