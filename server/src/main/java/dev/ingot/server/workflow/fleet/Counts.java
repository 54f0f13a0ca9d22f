package dev.ingot.server.workflow.fleet;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** How many nodes of a wave, or of all, are where. */
record Counts(Map<NodeOutcome, Integer> by) {
  static final Counts NONE = new Counts(Map.of());

  int of(NodeOutcome outcome) {
    return by.getOrDefault(outcome, 0);
  }

  Counts plus(Counts other) {
    Map<NodeOutcome, Integer> sum = new EnumMap<>(NodeOutcome.class);
    by.forEach((outcome, count) -> sum.merge(outcome, count, Integer::sum));
    other.by.forEach((outcome, count) -> sum.merge(outcome, count, Integer::sum));
    return new Counts(sum);
  }

  int total() {
    return by.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** By their words, for people. */
  Map<String, Integer> words() {
    Map<String, Integer> words = new TreeMap<>();
    by.forEach((outcome, count) -> words.put(outcome.word(), count));
    return words;
  }
}
