package dev.ingot.server.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ingot.core.Json;
import dev.ingot.server.jobs.preprocess.Secrets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A job as it is shown. The instruction of a preprocessor is not: what is secret in it has no name
 * that it could be known by.
 *
 * @param arguments of each task, unless a preprocessor makes them; secrets hidden
 * @param waitsFor what it waits for, null when it is over
 * @param refusals nodes that were refused when it was made; only in the answer to that
 * @param leftOut protected machines that the target matched; only in the answer to that
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record JobView(
    String id,
    String state,
    String capability,
    String on,
    JsonNode arguments,
    @Nullable Integer timeoutSeconds,
    @Nullable String preprocessor,
    String priority,
    @Nullable Integer concurrency,
    @Nullable Integer canary,
    @Nullable Integer batch,
    @Nullable StopAfter stopAfter,
    int retries,
    int expirySeconds,
    boolean allowProtected,
    int total,
    Map<String, Integer> counts,
    @Nullable String waitsFor,
    @Nullable String reason,
    Instant created,
    String createdBy,
    @Nullable Instant finished,
    @Nullable String retryOf,
    @Nullable List<Planned.Refusal> refusals,
    @Nullable List<String> leftOut) {

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record StopAfter(@Nullable Integer failures, @Nullable Integer percent) {}

  static JobView of(Job job) {
    return of(job, null);
  }

  static JobView of(Job job, @Nullable Planned planned) {
    Job.Plan plan = job.plan;
    boolean stops = plan.stopFailures() != null || plan.stopPercent() != null;
    return new JobView(
        String.valueOf(job.id()),
        job.state.word(),
        plan.capability(),
        plan.target(),
        Secrets.hidden(Json.read(plan.arguments())),
        plan.timeoutSeconds(),
        plan.preprocessor(),
        plan.bulk() ? "bulk" : "interactive",
        plan.concurrency(),
        plan.canary(),
        plan.batch(),
        stops ? new StopAfter(plan.stopFailures(), plan.stopPercent()) : null,
        plan.retries(),
        plan.expirySeconds(),
        plan.allowProtected(),
        plan.total(),
        job.counts.shown(),
        job.waitsFor(),
        job.cancelReason != null ? job.cancelReason : job.stopReason,
        plan.created(),
        plan.createdBy(),
        job.finished,
        plan.retryOf() == null ? null : String.valueOf(plan.retryOf()),
        planned == null || planned.refused().isEmpty() ? null : planned.refusals(),
        planned == null || planned.leftOut().isEmpty() ? null : planned.leftOut());
  }
}
