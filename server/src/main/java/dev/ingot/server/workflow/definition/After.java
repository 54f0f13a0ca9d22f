package dev.ingot.server.workflow.definition;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * When a step may begin: every one of {@code all} ended in one of its outcomes, and of {@code any},
 * where it names some, one did.
 */
public record After(Map<String, Set<Outcome>> all, Map<String, Set<Outcome>> any) {
  public static final After NOTHING = new After(Map.of(), Map.of());

  /** The steps that are named. */
  public Set<String> steps() {
    Set<String> steps = new TreeSet<>(all.keySet());
    steps.addAll(any.keySet());
    return steps;
  }

  /** Whether the step's ending so is something that this step waits for. */
  public boolean heeds(String step, Outcome outcome) {
    return all.getOrDefault(step, Set.of()).contains(outcome)
        || any.getOrDefault(step, Set.of()).contains(outcome);
  }
}
