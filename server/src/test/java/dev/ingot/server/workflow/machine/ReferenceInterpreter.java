package dev.ingot.server.workflow.machine;

import dev.ingot.server.workflow.definition.Outcome;
import dev.ingot.server.workflow.definition.Step;
import dev.ingot.server.workflow.definition.Workflow;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How a run ends when nothing ever goes wrong with those who execute it: step after step in an
 * order of its own, without time, leases or transactions.
 */
final class ReferenceInterpreter {
  /** How an attempt of a step ends; the same for whoever makes it. */
  interface Script {
    Outcome of(int step, int attempt);
  }

  private final Workflow workflow;
  private final Script script;
  private final Map<String, StepStatus> ends = new HashMap<>();

  ReferenceInterpreter(Workflow workflow, Script script) {
    this.workflow = workflow;
    this.script = script;
  }

  /** The end of every step. */
  Map<String, StepStatus> steps() {
    workflow.steps().forEach(step -> end(step.name()));
    return ends;
  }

  RunStatus run() {
    steps();
    for (Step step : workflow.steps()) {
      StepStatus end = ends.get(step.name());
      boolean failed = end == StepStatus.FAILED || end == StepStatus.TIMED_OUT;
      if (failed && !step.ignoreFailure()) {
        Outcome outcome = end == StepStatus.FAILED ? Outcome.FAILED : Outcome.TIMED_OUT;
        boolean heeded = false;
        for (Step other : workflow.steps()) {
          heeded |= other.after().all().getOrDefault(step.name(), Set.of()).contains(outcome);
          heeded |= other.after().any().getOrDefault(step.name(), Set.of()).contains(outcome);
        }
        if (!heeded) {
          return RunStatus.FAILED;
        }
      }
    }
    return RunStatus.SUCCEEDED;
  }

  private StepStatus end(String name) {
    StepStatus known = ends.get(name);
    if (known == null) {
      known = execute(workflow.step(name));
      ends.put(name, known);
    }
    return known;
  }

  private StepStatus execute(Step step) {
    for (Map.Entry<String, Set<Outcome>> each : step.after().all().entrySet()) {
      if (!holds(each)) {
        return StepStatus.UNREACHED;
      }
    }
    boolean any = step.after().any().isEmpty();
    for (Map.Entry<String, Set<Outcome>> each : step.after().any().entrySet()) {
      any |= holds(each);
    }
    if (!any) {
      return StepStatus.UNREACHED;
    }
    Outcome last = Outcome.FAILED;
    for (int attempt = 1; attempt <= 1 + step.retry().times(); attempt++) {
      last = script.of(workflow.place(step.name()), attempt);
      if (last == Outcome.SUCCEEDED) {
        break;
      }
    }
    return switch (last) {
      case SUCCEEDED -> StepStatus.SUCCEEDED;
      case FAILED -> StepStatus.FAILED;
      case TIMED_OUT -> StepStatus.TIMED_OUT;
      case CANCELLED, SKIPPED -> throw new IllegalStateException("no attempt ends so");
    };
  }

  private boolean holds(Map.Entry<String, Set<Outcome>> wanted) {
    return switch (end(wanted.getKey())) {
      case SUCCEEDED -> wanted.getValue().contains(Outcome.SUCCEEDED);
      case FAILED -> wanted.getValue().contains(Outcome.FAILED);
      case TIMED_OUT -> wanted.getValue().contains(Outcome.TIMED_OUT);
      default -> false;
    };
  }
}
