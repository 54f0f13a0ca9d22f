package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * NVDIMMs and their regions (Documentation/driver-api/nvdimm), the nodes that memory belongs to,
 * and errors by module.
 */
final class PersistentMemory {
  private static final String NVDIMMS = "/sys/bus/nd/devices";
  private static final String NODES = "/sys/devices/system/node";
  private static final String CONTROLLERS = "/sys/devices/system/edac/mc";

  private PersistentMemory() {}

  static void add(Machine machine, ObjectNode memory) {
    put(memory, "numa_nodes", nodes(machine));
    put(memory, "error_counts", errors(machine));
    put(memory, "nvdimms", modules(machine));
    put(memory, "persistent_regions", regions(machine));
  }

  private static void put(ObjectNode memory, String name, ArrayNode list) {
    if (!list.isEmpty()) {
      memory.set(name, list);
    }
  }

  private static ArrayNode nodes(Machine machine) {
    ArrayNode list = Fields.array();
    for (String name : machine.list(NODES)) {
      String text = name.matches("node\\d+") ? machine.text(NODES + "/" + name + "/meminfo") : null;
      if (text != null) {
        // "Node 0 MemTotal:       16317936 kB"
        ObjectNode node = MemInspector.parse(text.replaceAll("(?m)^Node \\d+ ", ""));
        list.add(
            new Fields()
                .put("node", Long.valueOf(name.substring(4)))
                .put("total_bytes", node.path("MemTotal").asLong())
                .node());
      }
    }
    return list;
  }

  private static ArrayNode errors(Machine machine) {
    ArrayNode list = Fields.array();
    for (String controller : machine.list(CONTROLLERS)) {
      for (String module : machine.list(CONTROLLERS + "/" + controller)) {
        String folder = CONTROLLERS + "/" + controller + "/" + module + "/";
        Long corrected = machine.number(folder + "dimm_ce_count");
        if (corrected != null) {
          list.add(
              new Fields()
                  .put("module", controller + "/" + module)
                  .put("label", machine.text(folder + "dimm_label"))
                  .put("corrected_errors", corrected)
                  .put("uncorrected_errors", machine.number(folder + "dimm_ue_count"))
                  .node());
        }
      }
    }
    return list;
  }

  private static ArrayNode modules(Machine machine) {
    ArrayNode list = Fields.array();
    for (String name : machine.list(NVDIMMS)) {
      String folder = NVDIMMS + "/" + name + "/";
      if (name.matches("nmem\\d+")) {
        list.add(
            new Fields()
                .put("name", name)
                .put("serial", machine.text(folder + "nfit/serial"))
                .put("id", machine.text(folder + "nfit/id"))
                .put("vendor_id", machine.text(folder + "nfit/vendor"))
                .put("device_id", machine.text(folder + "nfit/device"))
                .put("flags", machine.text(folder + "nfit/flags"))
                .put("security", machine.text(folder + "security"))
                .put("unsafe_shutdowns", machine.number(folder + "nfit/dirty_shutdown"))
                .node());
      }
    }
    return list;
  }

  private static ArrayNode regions(Machine machine) {
    ArrayNode list = Fields.array();
    for (String name : machine.list(NVDIMMS)) {
      String folder = NVDIMMS + "/" + name + "/";
      if (name.matches("region\\d+")) {
        list.add(
            new Fields()
                .put("name", name)
                .put("size_bytes", machine.number(folder + "size"))
                .put("available_bytes", machine.number(folder + "available_size"))
                .put("modules", machine.number(folder + "mappings"))
                .put("numa_node", machine.number(folder + "numa_node"))
                .node());
      }
    }
    return list;
  }
}
