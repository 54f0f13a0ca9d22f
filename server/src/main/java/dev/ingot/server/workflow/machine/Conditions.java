package dev.ingot.server.workflow.machine;

import dev.ingot.server.workflow.definition.Outcome;
import dev.ingot.server.workflow.definition.Step;
import dev.ingot.server.workflow.definition.Workflow;
import dev.ingot.server.workflow.expression.ExpressionException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Whether a step may begin. */
enum Conditions {
  READY,
  OPEN,
  IMPOSSIBLE;

  static Conditions of(Step step, Workflow workflow, RunState run) {
    Conditions all = READY;
    for (Map.Entry<String, Set<Outcome>> each : step.after().all().entrySet()) {
      Conditions one = of(each, workflow, run);
      all = one.compareTo(all) > 0 ? one : all;
    }
    if (step.after().any().isEmpty()) {
      return all;
    }
    Conditions any = IMPOSSIBLE;
    for (Map.Entry<String, Set<Outcome>> each : step.after().any().entrySet()) {
      Conditions one = of(each, workflow, run);
      any = one.compareTo(any) < 0 ? one : any;
    }
    return any.compareTo(all) > 0 ? any : all;
  }

  private static Conditions of(
      Map.Entry<String, Set<Outcome>> wanted, Workflow workflow, RunState run) {
    StepStatus status = run.steps().get(workflow.place(wanted.getKey())).status();
    if (!status.isFinal()) {
      return OPEN;
    }
    Outcome outcome = status.outcome();
    return outcome != null && wanted.getValue().contains(outcome) ? READY : IMPOSSIBLE;
  }

  /** Whether an attempt that failed so is followed by another. */
  static boolean retries(Step.Retry retry, String reason, @Nullable JsonNode result, int attempt) {
    if (retry.when() == null) {
      return true;
    }
    JsonNodeFactory json = JsonNodeFactory.instance;
    try {
      return retry
          .when()
          .isTrue(
              root ->
                  switch (root) {
                    case "reason" -> json.stringNode(reason);
                    case "result" -> result;
                    case "attempt" -> json.numberNode(attempt);
                    default -> null;
                  });
    } catch (ExpressionException e) {
      return false; // what it asks for is not there, so it does not apply
    }
  }

  /** The steps themselves and everything that comes after one of them. */
  static boolean[] after(Workflow workflow, List<Integer> first) {
    boolean[] found = new boolean[workflow.steps().size()];
    first.forEach(each -> found[each] = true);
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = 0; i < found.length; i++) {
        if (!found[i]
            && workflow.steps().get(i).after().steps().stream()
                .anyMatch(each -> found[workflow.place(each)])) {
          found[i] = true;
          changed = true;
        }
      }
    }
    return found;
  }
}
