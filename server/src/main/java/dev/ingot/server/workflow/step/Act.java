package dev.ingot.server.workflow.step;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A step that acts.
 *
 * @param key names this attempt, so that what is asked twice can be done once
 * @param again whether it may have been done before, by a server that died
 * @param timeout of the attempt
 */
public record Act(
    long run,
    int place,
    @Nullable String node,
    int attempt,
    String key,
    boolean again,
    Duration timeout,
    JsonNode memory) {}
