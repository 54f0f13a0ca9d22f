package dev.ingot.server.workflow.definition;

import dev.ingot.configuration.Nearest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Whether the steps' conditions make a graph in which every step can be reached. */
final class GraphCheck {
  private final Workflow workflow;
  private final Findings findings;

  GraphCheck(Workflow workflow, Findings findings) {
    this.workflow = workflow;
    this.findings = findings;
  }

  void check() {
    boolean whole = true;
    for (Step step : workflow.steps()) {
      for (String other : step.after().steps()) {
        if (!workflow.places().containsKey(other)) {
          whole = false;
          String nearest =
              other.length() > 64 ? null : Nearest.of(other, workflow.places().keySet());
          findings.add(
              "steps." + step.name() + ".after." + Fields.shortened(other),
              "there is no step of that name"
                  + (nearest == null ? "" : "; did you mean " + nearest + "?"));
        }
      }
    }
    // A circle is named beside what is missing; RackHD takes steps that can never be reached.
    boolean circle = hasCycle();
    if (whole && !workflow.steps().isEmpty() && !circle && !workflow.isForeign()) {
      contradictions();
    }
  }

  /** Takes steps away whose conditions are all gone (Kahn); what is left goes in circles. */
  private boolean hasCycle() {
    Map<String, Integer> open = new TreeMap<>();
    Map<String, List<String>> next = new HashMap<>();
    Deque<String> free = new ArrayDeque<>();
    for (Step step : workflow.steps()) {
      int conditions = 0;
      for (String before : step.after().steps()) {
        if (workflow.places().containsKey(before)) {
          next.computeIfAbsent(before, _ -> new ArrayList<>()).add(step.name());
          conditions++;
        }
      }
      open.put(step.name(), conditions);
      if (conditions == 0) {
        free.add(step.name());
      }
    }
    while (!free.isEmpty()) {
      String step = free.remove();
      open.remove(step);
      for (String each : next.getOrDefault(step, List.of())) {
        if (open.merge(each, -1, Integer::sum) == 0) {
          free.add(each);
        }
      }
    }
    if (open.isEmpty()) {
      return false;
    }
    // Every step that is left waits for one that is left: going back ends in the circle.
    LinkedHashSet<String> path = new LinkedHashSet<>();
    String at = open.keySet().iterator().next();
    while (path.add(at)) {
      String here = at;
      at =
          workflow.step(here).after().steps().stream()
              .filter(open::containsKey)
              .findFirst()
              .orElse(here);
    }
    List<String> circle = new ArrayList<>(path);
    circle = new ArrayList<>(circle.subList(circle.indexOf(at), circle.size()));
    Collections.reverse(circle);
    circle.add(circle.getFirst());
    findings.add(
        "steps." + circle.getFirst() + ".after", "goes in a circle: " + String.join(" → ", circle));
    return true;
  }

  /**
   * A step that waits for two ends of a chain that exclude each other can never begin: what must
   * have happened for it is gathered from the steps before it.
   */
  private void contradictions() {
    Map<String, Map<String, Set<Outcome>>> needed = new HashMap<>();
    Set<String> never = new HashSet<>();
    for (Step step : inOrder()) {
      Map<String, Set<Outcome>> needs = new HashMap<>();
      String clash = null;
      for (Map.Entry<String, Set<Outcome>> each : step.after().all().entrySet()) {
        clash = clash == null ? meet(needs, each.getKey(), each.getValue()) : clash;
        if (never.contains(each.getKey())) {
          clash = each.getKey();
        }
        for (var before : needed.getOrDefault(each.getKey(), Map.of()).entrySet()) {
          clash = clash == null ? meet(needs, before.getKey(), before.getValue()) : clash;
        }
      }
      Map<String, Set<Outcome>> any = step.after().any();
      if (!any.isEmpty() && any.keySet().stream().allMatch(never::contains)) {
        clash = any.keySet().iterator().next();
      }
      if (clash != null) {
        never.add(step.name());
        findings.add(
            "steps." + step.name() + ".after",
            never.contains(clash)
                ? "can never be reached: neither can " + clash
                : "can never be reached: " + clash + " would have to end in two ways");
      }
      needed.put(step.name(), needs);
    }
  }

  private static @org.jspecify.annotations.Nullable String meet(
      Map<String, Set<Outcome>> needs, String step, Set<Outcome> outcomes) {
    Set<Outcome> both = new HashSet<>(needs.getOrDefault(step, outcomes));
    both.retainAll(outcomes);
    needs.put(step, both);
    return both.isEmpty() ? step : null;
  }

  private List<Step> inOrder() {
    List<Step> order = new ArrayList<>();
    Set<String> done = new HashSet<>();
    while (order.size() < workflow.steps().size()) {
      for (Step step : workflow.steps()) {
        if (!done.contains(step.name()) && done.containsAll(step.after().steps())) {
          done.add(step.name());
          order.add(step);
        }
      }
    }
    return order;
  }
}
