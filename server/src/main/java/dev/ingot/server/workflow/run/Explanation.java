package dev.ingot.server.workflow.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ingot.server.workflow.definition.Outcome;
import dev.ingot.server.workflow.definition.Step;
import dev.ingot.server.workflow.definition.Workflow;
import dev.ingot.server.workflow.machine.RunState;
import dev.ingot.server.workflow.machine.RunStatus;
import dev.ingot.server.workflow.machine.StepState;
import dev.ingot.server.workflow.machine.StepStatus;
import dev.ingot.server.workflow.machine.Times;
import dev.ingot.server.workflow.step.StepType;
import dev.ingot.server.workflow.step.StepTypes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Why a run is where it is: of each step what it waits for, since when, until when, and what then.
 *
 * @param sentence the whole in one sentence
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Explanation(
    String run,
    String status,
    String sentence,
    @Nullable String trouble,
    @Nullable String holds,
    List<StepExplanation> steps) {

  /**
   * One step.
   *
   * @param until when something happens by itself, if nothing else does
   * @param then what happens then
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record StepExplanation(
      String name,
      String type,
      String status,
      int attempt,
      Instant since,
      @Nullable String waitsFor,
      @Nullable Instant until,
      @Nullable String then,
      @Nullable String server) {}

  static Explanation of(
      RunRow row,
      RunState run,
      Workflow workflow,
      StepTypes types,
      Map<Integer, String> owners,
      @Nullable String holds) {
    List<StepExplanation> steps = new ArrayList<>();
    for (int i = 0; i < run.steps().size(); i++) {
      steps.add(step(workflow, types, run, i, owners.get(i)));
    }
    return new Explanation(
        String.valueOf(row.id()),
        run.status().word(),
        sentence(run, workflow),
        row.trouble(),
        holds,
        steps);
  }

  private static String sentence(RunState run, Workflow workflow) {
    String why = run.reason();
    if (run.status().isFinal()) {
      return "it "
          + (run.status() == RunStatus.CANCELLED ? "was cancelled" : run.status().word())
          + (why == null ? "" : ": " + why);
    }
    if (run.status() == RunStatus.PAUSED) {
      return "it is paused: nothing begins until somebody resumes it";
    }
    List<String> open = new ArrayList<>();
    for (int i = 0; i < run.steps().size(); i++) {
      StepState step = run.steps().get(i);
      if (!step.status().isFinal() && step.status() != StepStatus.PENDING) {
        open.add(
            workflow.steps().get(i).name()
                + " "
                + switch (step.status()) {
                  case ACTING -> "acts: " + step.waitsFor();
                  case BACKING_OFF -> "is tried again soon: " + step.reason();
                  default -> "waits for " + step.waitsFor();
                });
      }
    }
    return (run.cancelReason() == null ? "" : "it is being cancelled; ")
        + (open.isEmpty() ? "its next steps begin in a moment" : String.join("; ", open));
  }

  private static StepExplanation step(
      Workflow workflow, StepTypes types, RunState run, int place, @Nullable String owner) {
    Step step = workflow.steps().get(place);
    StepState state = run.steps().get(place);
    Instant timeout = state.timeoutAt(step.timeout());
    Instant deadline = state.deadline();
    Instant until = null;
    String then = null;
    switch (state.status()) {
      case PENDING, SUCCEEDED, FAILED, TIMED_OUT, CANCELLED, SKIPPED, UNREACHED -> {}
      case BACKING_OFF -> {
        until = state.due();
        then = "attempt " + (state.attempt() + 1) + " begins";
        if (deadline != null && (until == null || deadline.isBefore(until))) {
          until = deadline;
          then = escalation(step, state.level());
        }
      }
      case ACTING, WAITING, HELD -> {
        Instant comes = comesAt(types, step, state);
        if (comes != null && (timeout == null || comes.isBefore(timeout))) {
          until = comes;
          then = "it goes on";
        } else {
          until = timeout;
          int left = step.retry().times() - (state.attempt() - state.base()) + 1;
          then =
              state.status() == StepStatus.HELD
                  ? "it times out"
                  : left > 0 ? "it is tried again, " + left + " times at most" : "it times out";
        }
        if (deadline != null && (until == null || deadline.isBefore(until))) {
          until = deadline;
          then = escalation(step, state.level());
        }
      }
    }
    return new StepExplanation(
        step.name(),
        step.type(),
        state.status().word(),
        state.attempt(),
        state.since(),
        state.status() == StepStatus.PENDING
            ? conditions(step, workflow, run)
            : state.waitsFor() != null ? state.waitsFor() : state.reason(),
        until,
        then,
        state.status() == StepStatus.ACTING ? owner : null);
  }

  private static @Nullable Instant comesAt(StepTypes types, Step step, StepState state) {
    StepType type = types.find(step.type());
    JsonNode memory = state.memory();
    return type == null || memory == null || state.status() != StepStatus.WAITING
        ? null
        : type.comesAt(memory);
  }

  private static String escalation(Step step, int level) {
    Step.Deadline deadline = step.deadline();
    Step.Escalation next =
        deadline == null || level >= deadline.then().size()
            ? Step.Escalation.FAIL
            : deadline.then().get(level);
    return switch (next) {
      case ALERT ->
          "an alert is raised, and it goes on"
              + (deadline == null ? "" : " for another " + Times.text(deadline.after()));
      case RETRY -> "it is begun again";
      case POWER_CYCLE -> "the node is power-cycled and it is begun again";
      case QUARANTINE -> "the node is set aside and it times out";
      case SKIP -> "it is left out";
      case FAIL -> "it times out";
    };
  }

  private static String conditions(Step step, Workflow workflow, RunState run) {
    List<String> open = new ArrayList<>();
    step.after().all().forEach((name, outcomes) -> open(name, outcomes, workflow, run, open));
    if (!step.after().any().isEmpty()) {
      List<String> any = new ArrayList<>();
      step.after().any().forEach((name, outcomes) -> open(name, outcomes, workflow, run, any));
      open.add("any of (" + String.join(", ", any) + ")");
    }
    return open.isEmpty() ? "its turn" : String.join(" and ", open);
  }

  private static void open(
      String name, Set<Outcome> outcomes, Workflow workflow, RunState run, List<String> open) {
    if (!run.steps().get(workflow.place(name)).status().isFinal()) {
      open.add(
          name
              + (outcomes.size() == Outcome.values().length
                  ? " to end"
                  : " to end "
                      + String.join(
                          " or ",
                          outcomes.stream()
                              .map(each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                              .sorted()
                              .toList())));
    }
  }
}
