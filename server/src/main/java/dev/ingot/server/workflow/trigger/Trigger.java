package dev.ingot.server.workflow.trigger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One as it is kept.
 *
 * @param text its definition as it was given, JSON
 * @param since what happened before is nothing to it
 * @param next of a schedule when next; of nodes when all are looked at again
 * @param leftOut how often it did nothing though it was asked
 * @param trouble why the last time
 */
record Trigger(
    String name,
    TriggerDefinition definition,
    String text,
    boolean enabled,
    int revision,
    Instant created,
    Instant changed,
    String changedBy,
    Instant since,
    @Nullable Instant next,
    long leftOut,
    @Nullable String trouble) {}
