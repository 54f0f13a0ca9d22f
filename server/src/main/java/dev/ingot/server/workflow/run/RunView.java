package dev.ingot.server.workflow.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ingot.server.workflow.machine.RunState;
import dev.ingot.server.workflow.machine.RunStatus;
import dev.ingot.server.workflow.machine.StepState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A run as it is shown.
 *
 * @param version of its workflow
 * @param progress how many of its steps are where
 * @param trouble why it could not be moved the last time
 * @param steps only where one run is asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunView(
    String id,
    String workflow,
    int version,
    @Nullable String node,
    String status,
    @Nullable String cancelling,
    @Nullable String reason,
    @Nullable String trouble,
    @Nullable Boolean dryRun,
    @Nullable String parent,
    @Nullable String escalationOf,
    @Nullable String fleet,
    Instant created,
    String createdBy,
    @Nullable Instant finished,
    @Nullable JsonNode inputs,
    @Nullable JsonNode options,
    @Nullable Map<String, Integer> progress,
    @Nullable List<StepView> steps) {

  /** A step as it is shown. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record StepView(
      String name,
      String type,
      String status,
      int attempt,
      Instant since,
      @Nullable String waitsFor,
      @Nullable String reason,
      @Nullable JsonNode result) {
    static StepView of(String name, String type, StepState state) {
      return new StepView(
          name,
          type,
          state.status().word(),
          state.attempt(),
          state.since(),
          state.waitsFor(),
          state.reason(),
          state.result());
    }
  }

  static RunView of(
      RunRow row, RunState state, String workflow, int version, List<StepView> steps) {
    Map<String, Integer> progress = new TreeMap<>();
    steps.forEach(step -> progress.merge(step.status(), 1, Integer::sum));
    return new RunView(
        String.valueOf(row.id()),
        workflow,
        version,
        row.node(),
        state.status().word(),
        state.status().isFinal() ? null : state.cancelReason(),
        state.reason(),
        row.trouble(),
        row.dry() ? true : null,
        row.parent() == null ? null : row.parent().toString(),
        row.escalationOf() == null ? null : row.escalationOf().toString(),
        row.fleet() == null ? null : row.fleet().toString(),
        row.created(),
        row.createdBy(),
        row.finished(),
        row.inputs(),
        row.options(),
        progress,
        new ArrayList<>(steps));
  }

  /** One of a list: a row of run with its workflow's name and version. */
  static RunView listed(ResultSet row) throws SQLException {
    RunStatus status = RunStatus.values()[row.getInt("status")];
    Long parent = row.getObject("parent", Long.class);
    Long escalation = row.getObject("escalation_of", Long.class);
    Long fleet = row.getObject("fleet", Long.class);
    return new RunView(
        row.getString("id"),
        row.getString("workflow"),
        row.getInt("workflow_version"),
        row.getString("node"),
        status.word(),
        status.isFinal() ? null : row.getString("cancel_reason"),
        row.getString("reason"),
        row.getString("trouble"),
        row.getBoolean("dry") ? true : null,
        parent == null ? null : parent.toString(),
        escalation == null ? null : escalation.toString(),
        fleet == null ? null : fleet.toString(),
        Objects.requireNonNull(RunTable.time(row, "created")),
        row.getString("created_by"),
        RunTable.time(row, "finished"),
        null,
        null,
        null,
        null);
  }
}
