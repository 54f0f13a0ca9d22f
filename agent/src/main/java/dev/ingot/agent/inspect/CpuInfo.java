package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /proc/cpuinfo}: one block per online processor and, on some architectures, one for the
 * machine. Keys differ by architecture.
 *
 * @param processors number to block
 * @param machine lines that belong to no processor
 */
record CpuInfo(Map<Integer, Map<String, String>> processors, Map<String, String> machine) {
  private static final int MOST_PROCESSORS = 16_384;

  static CpuInfo parse(String text) {
    Map<Integer, Map<String, String>> processors = new LinkedHashMap<>();
    Map<String, String> machine = new LinkedHashMap<>();
    Map<String, String> block = machine;
    for (String line : text.split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        // An empty line ends a block: what follows belongs to the machine until a processor begins.
        block = line.isBlank() ? machine : block;
        continue;
      }
      String key = line.substring(0, colon).strip();
      String value = line.substring(colon + 1).strip();
      Long number = key.equals("processor") ? Numbers.parse(value) : null;
      if (number != null && number >= 0 && number < MOST_PROCESSORS) {
        block = new LinkedHashMap<>();
        processors.put(number.intValue(), block);
      } else {
        block.putIfAbsent(key, value);
      }
    }
    return new CpuInfo(processors, machine);
  }

  /** The first of the keys that the processor, or else the machine, has a value for. */
  @Nullable String first(int processor, String... keys) {
    for (Map<String, String> block :
        List.of(processors.getOrDefault(processor, Map.of()), machine)) {
      for (String key : keys) {
        String value = block.get(key);
        if (value != null && !value.isEmpty()) {
          return value;
        }
      }
    }
    return null;
  }

  @Nullable Long number(int processor, String... keys) {
    String value = first(processor, keys);
    return value == null ? null : Numbers.parse(value);
  }

  List<String> words(int processor, String... keys) {
    String value = first(processor, keys);
    return value == null ? List.of() : new ArrayList<>(List.of(value.split("\\s+")));
  }

  /** What people call the processor; some architectures say it in other words or in numbers. */
  String modelName(int processor) {
    String name = first(processor, "model name", "cpu model", "cpu", "uarch");
    if (name != null) {
      return name;
    }
    Long implementer = number(processor, "CPU implementer");
    Long part = number(processor, "CPU part");
    if (implementer != null && part != null) {
      return ArmCores.name(implementer, part);
    }
    String other = first(processor, "Processor", "Hardware", "isa", "vendor_id");
    return other == null ? "unknown" : other;
  }
}
