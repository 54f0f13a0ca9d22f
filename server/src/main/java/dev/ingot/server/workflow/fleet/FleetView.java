package dev.ingot.server.workflow.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ingot.server.workflow.machine.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A fleet run as it is shown.
 *
 * @param sentence where it is and what it waits for
 * @param nodes how many are where
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record FleetView(
    String id,
    String workflow,
    int version,
    String on,
    String status,
    String sentence,
    @Nullable String reason,
    @Nullable Boolean dryRun,
    int wave,
    int haltPercent,
    String pause,
    int atOnce,
    @Nullable Instant nextWaveAt,
    Instant created,
    String createdBy,
    @Nullable Instant finished,
    int total,
    Map<String, Integer> nodes,
    @Nullable List<WaveView> waves,
    @Nullable JsonNode inputs,
    @Nullable JsonNode options) {

  /** One wave. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record WaveView(int wave, int size, Map<String, Integer> nodes) {}

  static FleetView of(Fleet fleet, Map<Integer, Counts> counts, boolean whole) {
    Counts all = FleetTable.all(counts);
    List<WaveView> waves = new ArrayList<>();
    for (int i = 0; i < fleet.waves().size() && whole; i++) {
      waves.add(
          new WaveView(
              i + 1, fleet.waves().get(i), counts.getOrDefault(i + 1, Counts.NONE).words()));
    }
    return new FleetView(
        String.valueOf(fleet.id()),
        fleet.workflow(),
        fleet.version(),
        fleet.target(),
        fleet.status().word(),
        sentence(fleet, counts.getOrDefault(fleet.wave(), Counts.NONE), all),
        fleet.reason(),
        fleet.dry() ? true : null,
        fleet.wave(),
        fleet.halt(),
        Times.text(fleet.pause()),
        fleet.atOnce(),
        fleet.status().isFinal() ? null : fleet.notBefore(),
        fleet.created(),
        fleet.createdBy(),
        fleet.finished(),
        all.total(),
        all.words(),
        whole ? waves : null,
        whole ? fleet.inputs() : null,
        whole ? fleet.options() : null);
  }

  private static String sentence(Fleet fleet, Counts wave, Counts all) {
    int running = all.of(NodeOutcome.RUNNING);
    String open = running == 0 ? "nothing runs" : running + " still run to their end";
    return switch (fleet.status()) {
      case RUNNING ->
          "wave %d of %d: %d of its %d nodes have ended, %d run, %d wait for their turn"
                  .formatted(
                      fleet.wave(),
                      fleet.waves().size(),
                      wave.total() - wave.of(NodeOutcome.PENDING) - wave.of(NodeOutcome.RUNNING),
                      wave.total(),
                      wave.of(NodeOutcome.RUNNING),
                      wave.of(NodeOutcome.PENDING))
              + (fleet.notBefore() == null || wave.of(NodeOutcome.PENDING) < wave.total()
                  ? ""
                  : "; it begins at " + fleet.notBefore());
      case PAUSED -> "it is paused until somebody resumes it; " + open;
      case HALTED -> "it halted: " + fleet.reason() + "; it waits for resume or cancel; " + open;
      case CANCELLING -> "it is being cancelled; " + open;
      case SUCCEEDED -> "it succeeded on all " + all.of(NodeOutcome.SUCCEEDED) + " nodes";
      case PARTLY_FAILED, FAILED, CANCELLED ->
          "it ended: "
              + String.join(
                  ", ",
                  all.words().entrySet().stream()
                      .map(each -> each.getValue() + " " + each.getKey())
                      .toList());
    };
  }
}
