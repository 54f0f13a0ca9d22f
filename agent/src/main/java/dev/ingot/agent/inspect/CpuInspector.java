package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.identity;
import static dev.ingot.agent.inspect.Field.reading;

import dev.ingot.agent.parse.Fields;
import dev.ingot.agent.parse.Numbers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Sockets, from {@code /proc/cpuinfo} and {@code /sys/devices/system/cpu}. */
final class CpuInspector implements Inspector {
  private static final String CPUS = "/sys/devices/system/cpu";

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public String meaning() {
    return "a list of processor sockets, by physical id; processors that are online";
  }

  @Override
  public List<Field> fields() {
    return List.of(
        identity("physical_id", "integer", "the socket, as the kernel numbers it"),
        config("vendor_id", "text", "who made it"),
        config("model_name", "text", "what it is called"),
        config("family", "integer", "CPU family"),
        config("model", "integer", "model within the family"),
        config("stepping", "integer", "stepping within the model"),
        config("microcode", "text", "microcode revision that is loaded"),
        config("cores", "integer", "cores online"),
        config("threads", "integer", "hardware threads online"),
        config("cache_size", "bytes", "the largest cache of one core's view"),
        config("cache_alignment", "bytes", "cache line as the kernel aligns to it"),
        config("caches", "list", "every kind of cache in the socket"),
        config("caches.level", "integer", "1, 2, 3, …"),
        config("caches.type", "text", "Data, Instruction or Unified"),
        config("caches.size", "bytes", "of one instance"),
        config("caches.instances", "integer", "how many the socket has"),
        config("flags", "list of text", "features, in the kernel's order"),
        config("vulnerabilities.name", "text", "of a flaw, as the kernel calls it"),
        reading("vulnerabilities.state", "text", "what this kernel does about it"),
        config("numa_nodes", "list of integer", "NUMA nodes with processors of this socket"),
        config("frequency.cpufreq_enabled", "true or false", "whether the kernel can change it"),
        reading("frequency.current", "Hz", "of the socket's first processor, when inspected"),
        config("frequency.min", "Hz", "lowest that the hardware offers"),
        config("frequency.max", "Hz", "highest that the hardware offers"),
        reading("frequency.bogomips", "number", "the kernel's delay loop; no measure of speed"));
  }

  @Override
  public Findings inspect(Machine machine) {
    if (!(machine.read("/proc/cpuinfo") instanceof Content.Text(String text))) {
      throw new InspectionFailed("/proc/cpuinfo could not be read");
    }
    CpuInfo info = CpuInfo.parse(text);
    Map<Long, List<Integer>> sockets = new TreeMap<>();
    for (int processor : processors(machine, info)) {
      sockets
          .computeIfAbsent(socket(machine, info, processor), _ -> new ArrayList<>())
          .add(processor);
    }
    if (sockets.isEmpty()) {
      throw new InspectionFailed("neither /proc/cpuinfo nor " + CPUS + " names a processor");
    }
    ArrayNode list = Fields.array();
    sockets.forEach((id, processors) -> list.add(socket(machine, info, id, processors)));
    return Findings.complete(list);
  }

  /** Documentation/ABI/testing/sysfs-devices-system-cpu. */
  private static ArrayNode vulnerabilities(Machine machine) {
    ArrayNode found = Fields.array();
    for (String name : machine.list(CPUS + "/vulnerabilities")) {
      String state = machine.text(CPUS + "/vulnerabilities/" + name);
      found.add(new Fields().put("name", name).put("state", state).node());
    }
    return found;
  }

  private static Set<Integer> processors(Machine machine, CpuInfo info) {
    Set<Integer> online = new TreeSet<>(CpuLists.parse(machine.text(CPUS + "/online")));
    return online.isEmpty() ? new TreeSet<>(info.processors().keySet()) : online;
  }

  /** One socket where nobody says (arm64 without PPTT prints no physical id, sysfs says -1). */
  private static long socket(Machine machine, CpuInfo info, int processor) {
    Long id = machine.number(topology(processor, "physical_package_id"));
    if (id == null) {
      id = info.number(processor, "physical id");
    }
    return id == null ? 0 : Math.max(0, id);
  }

  private static ObjectNode socket(
      Machine machine, CpuInfo info, long id, List<Integer> processors) {
    int first = processors.getFirst();
    ArrayNode caches = CpuCaches.of(machine, processors);
    return new Fields()
        .put("physical_id", id)
        .put("vendor_id", info.first(first, "vendor_id"))
        .put("model_name", info.modelName(first))
        .put("family", info.number(first, "cpu family"))
        .put("model", info.number(first, "model"))
        .put("stepping", info.number(first, "stepping"))
        .put("microcode", info.first(first, "microcode"))
        .put("cores", (long) cores(machine, info, processors))
        .put("threads", (long) processors.size())
        .putUnlessEmpty("vulnerabilities", vulnerabilities(machine))
        .put("cache_size", cacheSize(info.first(first, "cache size"), caches))
        .put("cache_alignment", info.number(first, "cache_alignment"))
        .putUnlessEmpty("caches", caches)
        .put("flags", info.words(first, "flags", "Features", "isa"))
        .putUnlessEmpty("numa_nodes", numaNodes(machine, processors))
        .put("frequency", frequency(machine, info, first))
        .node();
  }

  private static int cores(Machine machine, CpuInfo info, List<Integer> processors) {
    Set<String> siblings = new HashSet<>();
    for (int processor : processors) {
      String list = machine.text(topology(processor, "thread_siblings_list"));
      if (list == null) {
        String core = info.first(processor, "core id");
        list = core == null ? "processor " + processor : "core " + core;
      }
      siblings.add(list);
    }
    return siblings.size();
  }

  private static @Nullable Long cacheSize(@Nullable String said, ArrayNode caches) {
    return caches
        .valueStream()
        .max((a, b) -> Long.compare(a.path("level").asLong(), b.path("level").asLong()))
        .map(cache -> cache.path("size").asLong())
        .orElseGet(() -> said == null ? null : Numbers.size(said));
  }

  private static ArrayNode numaNodes(Machine machine, List<Integer> processors) {
    ArrayNode nodes = Fields.array();
    for (String name : machine.list("/sys/devices/system/node")) {
      Long number = name.startsWith("node") ? Numbers.parse(name.substring(4)) : null;
      if (number != null) {
        Set<Integer> members =
            CpuLists.parse(machine.text("/sys/devices/system/node/" + name + "/cpulist"));
        if (processors.stream().anyMatch(members::contains)) {
          nodes.add(number.longValue());
        }
      }
    }
    return nodes;
  }

  /** cpufreq counts in kHz, cpuinfo in MHz (POWER's {@code clock} too); all become Hz. */
  private static ObjectNode frequency(Machine machine, CpuInfo info, int processor) {
    String cpufreq = CPUS + "/cpu" + processor + "/cpufreq/";
    boolean enabled = machine.exists(cpufreq);
    Long current = kilohertz(machine.number(cpufreq + "scaling_cur_freq"));
    if (current == null) {
      String megahertz = info.first(processor, "cpu MHz", "clock");
      current = megahertz == null ? null : Numbers.scaled(megahertz.replace("MHz", ""), 1_000_000);
    }
    String bogomips = info.first(processor, "bogomips", "BogoMIPS");
    Long hundredths = bogomips == null ? null : Numbers.scaled(bogomips, 100);
    return new Fields()
        .put("cpufreq_enabled", enabled)
        .put("current", current)
        .put("min", kilohertz(machine.number(cpufreq + "cpuinfo_min_freq")))
        .put("max", kilohertz(machine.number(cpufreq + "cpuinfo_max_freq")))
        .put("bogomips", hundredths == null ? null : Double.valueOf(hundredths / 100.0))
        .node();
  }

  private static @Nullable Long kilohertz(@Nullable Long value) {
    return value == null ? null : Long.valueOf(value * 1000);
  }

  private static String topology(int processor, String name) {
    return CPUS + "/cpu" + processor + "/topology/" + name;
  }
}
