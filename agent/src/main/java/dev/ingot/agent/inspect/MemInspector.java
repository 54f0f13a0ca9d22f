package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.counter;
import static dev.ingot.agent.inspect.Field.identity;
import static dev.ingot.agent.inspect.Field.reading;

import dev.ingot.agent.parse.Fields;
import dev.ingot.agent.parse.Numbers;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
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
        config("dimms.slot", "text", "name printed on the board"),
        config("dimms.bank", "text", "as the firmware calls it"),
        config("dimms.installed", "true or false", "a module is in it"),
        config("dimms.size_bytes", "bytes", "of the module"),
        config("dimms.type", "text", "DDR4, DDR5, …"),
        config("dimms.form_factor", "text", "DIMM, SODIMM, …"),
        config("dimms.speed_mtps", "million transfers a second", "that the module can do"),
        config("dimms.configured_speed_mtps", "million transfers a second", "that it is run at"),
        config("dimms.manufacturer", "text", "who made it"),
        config("dimms.part_number", "text", "what it is called"),
        identity("dimms.serial", "text", "serial number"),
        config("dimms.rank", "integer", "of the module"),
        config("dimms.ecc", "true or false", "has bits for error correction"),
        config("dimms.technology", "text", "DRAM, NVDIMM-N, Optane, …"),
        config("dimms.firmware", "text", "version of an NVDIMM's firmware"),
        config("dimms.non_volatile_bytes", "bytes", "of an NVDIMM"),
        config("error_correction", "text", "of the memory, says the firmware"),
        counter("controllers.corrected_errors", "integer", "by EDAC, since the system was started"),
        counter(
            "controllers.uncorrected_errors", "integer", "by EDAC, since the system was started"),
        config("controllers.name", "text", "EDAC's name of the memory controller"),
        config("numa_nodes.node", "integer", "number of a node that has memory"),
        config("numa_nodes.total_bytes", "bytes", "of its memory"),
        config("error_counts.module", "text", "EDAC's name of a module"),
        config("error_counts.label", "text", "printed on the board, if the driver knows"),
        counter(
            "error_counts.corrected_errors", "integer", "by EDAC, since the system was started"),
        counter(
            "error_counts.uncorrected_errors", "integer", "by EDAC, since the system was started"),
        config("nvdimms.name", "text", "the kernel's name of an NVDIMM"),
        identity("nvdimms.serial", "text", "serial number"),
        identity("nvdimms.id", "text", "vendor, place and date of making, serial number"),
        config("nvdimms.vendor_id", "hexadecimal text", "who made it"),
        config("nvdimms.device_id", "hexadecimal text", "which module"),
        config("nvdimms.flags", "text", "of its health: not_armed, save_fail, …"),
        config("nvdimms.security", "text", "disabled, unlocked, locked, frozen, overwrite"),
        counter("nvdimms.unsafe_shutdowns", "integer", "in which it could not save"),
        config("persistent_regions.name", "text", "the kernel's name of a region of NVDIMMs"),
        config("persistent_regions.size_bytes", "bytes", "of the region"),
        config("persistent_regions.available_bytes", "bytes", "in no namespace"),
        config("persistent_regions.modules", "integer", "that it is interleaved over"),
        config("persistent_regions.numa_node", "integer", "the node it is near to"),
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
    List<String> missing = new ArrayList<>();
    modules(machine, memory, missing);
    controllers(machine, memory);
    PersistentMemory.add(machine, memory);
    return Findings.of(memory, missing);
  }

  /** The modules by their slots, which only the firmware knows. */
  private void modules(Machine machine, ObjectNode memory, List<String> missing) {
    if (!machine.exists("/sys/firmware/dmi/tables")) {
      return;
    }
    ObjectNode facts = Toolbox.ask(missing, machine, "dmidecode", "dmidecode", "-t", "memory");
    if (facts == null) {
      return;
    }
    ObjectNode part = JsonNodeFactory.instance.objectNode();
    part.set("dimms", facts.has("dimms") ? facts.path("dimms") : Fields.array());
    Field.named(part, fields()).forEachEntry(memory::set);
    String correction = facts.path("memory_arrays").path(0).path("error_correction").asString("");
    if (!correction.isEmpty()) {
      memory.put("error_correction", correction);
    }
  }

  /** Errors that memory controllers have counted (Documentation/admin-guide/RAS). */
  private static void controllers(Machine machine, ObjectNode memory) {
    String folder = "/sys/devices/system/edac/mc";
    ArrayNode list = Fields.array();
    for (String name : machine.list(folder)) {
      Long corrected = machine.number(folder + "/" + name + "/ce_count");
      if (name.startsWith("mc") && corrected != null) {
        list.add(
            new Fields()
                .put("name", name)
                .put("corrected_errors", corrected)
                .put("uncorrected_errors", machine.number(folder + "/" + name + "/ue_count"))
                .node());
      }
    }
    if (!list.isEmpty()) {
      memory.set("controllers", list);
    }
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
