package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import dev.ingot.agent.parse.Numbers;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;

/**
 * The caches of a socket, from {@code cpuN/cache/indexM}: equal ones counted, by level and type.
 */
final class CpuCaches {
  private CpuCaches() {}

  private record Kind(long level, String type, long size) implements Comparable<Kind> {
    @Override
    public int compareTo(Kind other) {
      int byLevel = Long.compare(level, other.level);
      int byType = byLevel == 0 ? type.compareTo(other.type) : byLevel;
      return byType == 0 ? Long.compare(size, other.size) : byType;
    }
  }

  static ArrayNode of(Machine machine, List<Integer> processors) {
    TreeMap<Kind, Set<String>> instances = new TreeMap<>();
    for (int processor : processors) {
      String folder = "/sys/devices/system/cpu/cpu" + processor + "/cache";
      for (String index : machine.list(folder)) {
        String cache = folder + "/" + index + "/";
        Long level = index.startsWith("index") ? machine.number(cache + "level") : null;
        String type = machine.text(cache + "type");
        String size = machine.text(cache + "size");
        Long bytes = size == null ? null : Numbers.size(size);
        if (level != null && type != null && bytes != null) {
          String sharers = machine.text(cache + "shared_cpu_list");
          instances
              .computeIfAbsent(new Kind(level, type, bytes), _ -> new HashSet<>())
              .add(sharers == null ? "processor " + processor : sharers);
        }
      }
    }
    ArrayNode caches = Fields.array();
    instances.forEach(
        (kind, sharers) ->
            caches.add(
                new Fields()
                    .put("level", kind.level())
                    .put("type", kind.type())
                    .put("size", kind.size())
                    .put("instances", (long) sharers.size())
                    .node()));
    return caches;
  }
}
