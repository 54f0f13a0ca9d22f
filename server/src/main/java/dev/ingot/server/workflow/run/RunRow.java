package dev.ingot.server.workflow.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a run is and stays.
 *
 * @param version of the workflow, its id
 * @param options the run's own, over those of the workflow
 * @param fleet the fleet run that it belongs to
 * @param dry whether its steps only pretend
 */
@SuppressWarnings("ArrayRecordComponent")
record RunRow(
    long id,
    long version,
    @Nullable String node,
    JsonNode inputs,
    JsonNode options,
    long root,
    @Nullable Long parent,
    @Nullable Integer parentStep,
    int depth,
    @Nullable Long escalationOf,
    @Nullable Long fleet,
    boolean dry,
    byte[] secret,
    @Nullable String trouble,
    long revision,
    Instant created,
    String createdBy,
    @Nullable Instant finished) {}
