package dev.ingot.server.workflow.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One fleet run.
 *
 * @param waves how many nodes each has
 * @param halt how many percent of a wave may fail
 * @param pause between two waves
 * @param atOnce how many of its runs are open at once, at most
 * @param wave the one that is under way, from 1
 * @param notBefore until when it pauses before the next run begins
 * @param forgiven failures of this wave that somebody has let pass
 */
record Fleet(
    long id,
    String workflow,
    int version,
    String target,
    JsonNode inputs,
    JsonNode options,
    boolean dry,
    List<Integer> waves,
    int halt,
    Duration pause,
    int atOnce,
    FleetStatus status,
    int wave,
    @Nullable Instant notBefore,
    int forgiven,
    @Nullable String reason,
    Instant created,
    String createdBy,
    @Nullable Instant finished) {}
