package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** Machines whose cores are of several kinds: lscpu has a part for each model. */
final class LscpuKinds {
  private final List<Block> kinds = new ArrayList<>();
  private int machines;

  void add(String name, String value) {
    machines += name.equals("cpu_s") ? 1 : 0;
    if (name.equals("model_name")) {
      kinds.add(new Block());
    }
    if (!kinds.isEmpty()) {
      kinds.getLast().put(name, value);
    }
  }

  /** What all of them together have, instead of what the first one has. */
  void put(Fields facts) {
    if (kinds.size() < 2 || machines > 1) {
      return;
    }
    ArrayNode list = Fields.array();
    @Nullable Long cores = 0L;
    @Nullable Long threads = 0L;
    @Nullable Long lowest = null;
    @Nullable Long highest = null;
    java.util.Set<Long> each = new java.util.HashSet<>();
    for (Block kind : kinds) {
      Long sockets = some(kind.number("socket_s"));
      Long clusters = some(kind.number("cluster_s"));
      Long perSocket = some(kind.number("core_s_per_socket"));
      Long perCluster = some(kind.number("core_s_per_cluster"));
      Long perCore = some(kind.number("thread_s_per_core"));
      Long minimum = LscpuParser.megahertz(kind.take("cpu_min_mhz"));
      Long maximum = LscpuParser.megahertz(kind.take("cpu_max_mhz"));
      Long own = sockets == null ? times(clusters, perCluster) : times(sockets, perSocket);
      list.add(
          new Fields()
              .put("model_name", kind.take("model_name"))
              .put("model", kind.take("model"))
              .put("stepping", kind.take("stepping"))
              .put("sockets", sockets)
              .put("clusters", clusters)
              .put("cores_per_socket", perSocket)
              .put("cores_per_cluster", perCluster)
              .put("threads_per_core", perCore)
              .put("cores", own)
              .put("min_frequency_hertz", minimum)
              .put("max_frequency_hertz", maximum)
              .node());
      cores = cores == null || own == null ? null : Long.valueOf(cores + own);
      each.add(perCore == null ? 0L : perCore);
      Long ownThreads = times(own, perCore);
      threads = threads == null || ownThreads == null ? null : Long.valueOf(threads + ownThreads);
      lowest = minimum == null || (lowest != null && lowest < minimum) ? lowest : minimum;
      highest = maximum == null || (highest != null && highest > maximum) ? highest : maximum;
    }
    facts
        .without("cores_per_socket")
        .without("cores_per_cluster")
        .without("threads_per_core")
        .without("cores")
        .without("threads")
        .put(
            "threads_per_core",
            each.size() > 1 || each.contains(0L) ? null : each.iterator().next())
        .put("cores", cores)
        .put("threads", threads)
        .put("min_frequency_hertz", lowest)
        .put("max_frequency_hertz", highest)
        .put("core_types", list);
  }

  /** Nothing has none of these: a kernel that says so could not find out. */
  private static @Nullable Long some(@Nullable Long number) {
    return number == null || number <= 0 ? null : number;
  }

  private static @Nullable Long times(@Nullable Long count, @Nullable Long each) {
    return count == null
            || each == null
            || count <= 0
            || each <= 0
            || count > 1 << 20
            || each > 1 << 20
        ? null
        : Long.valueOf(count * each);
  }
}
