package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.counter;
import static dev.ingot.agent.inspect.Field.reading;

import dev.ingot.agent.parse.Fields;
import dev.ingot.agent.parse.Numbers;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Memory as the kernel sees it: {@code /proc/meminfo}, its keys kept. */
final class MemInspector implements Inspector {
  @Override
  public String name() {
    return "mem";
  }

  @Override
  public String meaning() {
    return "memory as the kernel sees it; the kernel's own names";
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("MemTotal", "bytes", "memory that the kernel can use"),
        config("SwapTotal", "bytes", "swap space"),
        config("HugePages_Total", "integer", "huge pages in the pool"),
        config("Hugepagesize", "bytes", "of one huge page"),
        counter("HardwareCorrupted", "bytes", "memory taken out of use after errors"),
        reading("*", "bytes, or integer for HugePages_…", "everything else the kernel says"));
  }

  @Override
  public Findings inspect(Machine machine) {
    if (!(machine.read("/proc/meminfo") instanceof Content.Text(String text))) {
      throw new InspectionFailed("/proc/meminfo could not be read");
    }
    ObjectNode memory = parse(text);
    if (!memory.has("MemTotal")) {
      throw new InspectionFailed("/proc/meminfo does not say MemTotal");
    }
    return Findings.complete(memory);
  }

  /** The kernel's kB are 1024 bytes each (Documentation/filesystems/proc.rst). */
  static ObjectNode parse(String meminfo) {
    Fields memory = new Fields();
    for (String line : meminfo.split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        String value = line.substring(colon + 1).strip();
        boolean kilobytes = value.endsWith("kB");
        Long number = Numbers.parse(kilobytes ? value.substring(0, value.length() - 2) : value);
        if (number != null) {
          memory.put(
              line.substring(0, colon).strip(), kilobytes ? Long.valueOf(number * 1024) : number);
        }
      }
    }
    return memory.node();
  }
}
