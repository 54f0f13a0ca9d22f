package dev.ingot.server.jobs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request comes to: a task per node.
 *
 * @param leftOut protected nodes that the target matched and that are not touched unless named
 */
record Planned(List<Entry> tasks, List<String> leftOut, boolean reboots) {
  private static final int NAMED = 5;

  /**
   * A node's task.
   *
   * @param refusal why it cannot be, null when it can
   * @param arguments its own, null where the job's are everybody's
   */
  record Entry(
      String node,
      @Nullable String hostname,
      boolean online,
      int timeoutSeconds,
      @Nullable String refusal,
      ArgumentsTable.@Nullable Rendered arguments) {
    Entry refused(String reason) {
      return new Entry(node, hostname, online, timeoutSeconds, reason, null);
    }

    String name() {
      return hostname == null ? node : hostname;
    }
  }

  /**
   * Nodes that are refused for one reason.
   *
   * @param sample some of them, by hostname or id
   */
  record Refusal(String reason, int nodes, List<String> sample) {
    String text() {
      return reason
          + " ("
          + String.join(", ", sample)
          + (nodes > sample.size() ? " and " + (nodes - sample.size()) + " more" : "")
          + ")";
    }
  }

  /** Those that can be done: connected nodes first, for they are the ones to begin with. */
  List<Entry> runnable() {
    List<Entry> runnable = new ArrayList<>();
    tasks.stream().filter(each -> each.refusal() == null && each.online()).forEach(runnable::add);
    tasks.stream().filter(each -> each.refusal() == null && !each.online()).forEach(runnable::add);
    return runnable;
  }

  List<Entry> refused() {
    return tasks.stream().filter(each -> each.refusal() != null).toList();
  }

  List<Refusal> refusals() {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    for (Entry each : tasks) {
      if (each.refusal() != null) {
        byReason.computeIfAbsent(each.refusal(), unused -> new ArrayList<>()).add(each.name());
      }
    }
    List<Refusal> refusals = new ArrayList<>();
    byReason.forEach(
        (reason, nodes) ->
            refusals.add(
                new Refusal(
                    reason,
                    nodes.size(),
                    List.copyOf(nodes.subList(0, Math.min(NAMED, nodes.size()))))));
    return refusals;
  }
}
