package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.counter;
import static dev.ingot.agent.inspect.Field.identity;
import static dev.ingot.agent.inspect.Field.reading;

import dev.ingot.agent.parse.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Hardware RAID: adapters of whichever vendors the PCI bus has, asked by the vendors' tools. */
final class RaidInspector implements Inspector {
  private static final Logger log = LoggerFactory.getLogger(RaidInspector.class);

  /** A vendor's tools, any of which will do. */
  private record Tool(String parser, List<String> programs, List<List<String>> questions) {}

  private static final Tool MEGARAID =
      new Tool(
          "storcli",
          List.of("storcli64", "storcli", "storcli2", "perccli64", "perccli"),
          List.of(
              List.of("/call", "show", "all", "J"),
              List.of("/call/eall/sall", "show", "all", "J"),
              // Drives without an enclosure.
              List.of("/call/sall", "show", "all", "J"),
              List.of("/call/vall", "show", "all", "J")));

  /** Of adapters with 24 Gb/s, which the older programs do not know. */
  private static final Tool MEGARAID_2 =
      new Tool("storcli", List.of("storcli2", "perccli2"), MEGARAID.questions);

  private static final Tool MEGACLI =
      new Tool(
          "megacli",
          List.of("MegaCli64", "MegaCli", "megacli"),
          List.of(
              List.of("-AdpAllInfo", "-aALL", "-NoLog"),
              List.of("-LDInfo", "-LALL", "-aALL", "-NoLog"),
              List.of("-PDList", "-aALL", "-NoLog"),
              List.of("-EncInfo", "-aALL", "-NoLog"),
              List.of("-AdpBbuCmd", "-aALL", "-NoLog"),
              List.of("-AdpGetPciInfo", "-aALL", "-NoLog")));

  private static final Tool SMART_ARRAY =
      new Tool(
          "ssacli",
          List.of("ssacli", "hpssacli", "hpacucli"),
          List.of(List.of("ctrl", "all", "show", "config", "detail")));

  private static final Tool ADAPTEC = new Tool("arcconf", List.of("arcconf"), List.of());

  /** No machine has room for more. */
  private static final long MOST_ADAPTERS = 16;

  /** By the kernel's drivers. */
  private static final Map<String, List<Tool>> TOOLS =
      Map.of(
          "megaraid_sas", List.of(MEGARAID, MEGACLI),
          "megaraid_mbox", List.of(MEGACLI),
          "mpi3mr", List.of(MEGARAID_2, MEGARAID),
          "mpt3sas", List.of(MEGARAID),
          "mpt2sas", List.of(MEGARAID),
          "hpsa", List.of(SMART_ARRAY),
          "cciss", List.of(SMART_ARRAY),
          "smartpqi", List.of(SMART_ARRAY, ADAPTEC),
          "aacraid", List.of(ADAPTEC));

  @Override
  public String name() {
    return "raid";
  }

  @Override
  public String meaning() {
    return "a list of RAID and SAS adapters, by PCI address; software RAID is in volumes";
  }

  @Override
  public boolean isSlow() {
    return true;
  }

  @Override
  public List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    fields.add(config("pci_slot", "text", "of the adapter"));
    fields.add(config("driver", "text", "the kernel's driver"));
    fields.add(config("tool", "text", "the program that was asked"));
    fields.add(config("id", "text", "the tool's number of the adapter"));
    fields.add(config("model", "text", "what it is called"));
    fields.add(identity("serial", "text", "serial number"));
    fields.add(identity("sas_address", "text", "of the adapter"));
    fields.add(config("firmware", "text", "version of the firmware"));
    fields.add(config("firmware_package", "text", "version of the package that it came in"));
    fields.add(config("bios", "text", "version of the option ROM"));
    fields.add(config("driver_version", "text", "version of the driver"));
    fields.add(reading("status", "text", "says the adapter of itself"));
    fields.add(config("cache_bytes", "bytes", "memory of the adapter"));
    fields.add(config("mode", "text", "RAID, HBA or mixed, where the adapter has modes"));
    fields.add(reading("temperature_celsius", "degrees Celsius", "of the adapter's chip"));
    fields.add(counter("memory_correctable_errors", "integer", "of its memory"));
    fields.add(counter("memory_uncorrectable_errors", "integer", "of its memory"));
    fields.add(config("battery.kind", "text", "bbu, cachevault, capacitor, …"));
    fields.add(config("battery.model", "text", "of battery or capacitor"));
    fields.add(config("battery.state", "text", "says the adapter"));
    fields.add(
        reading("battery.temperature_celsius", "degrees Celsius", "of battery or capacitor"));
    fields.add(reading("battery.charge_percent", "percent", "of battery or capacitor"));
    RaidFields.add(fields);
    return List.copyOf(fields);
  }

  @Override
  public Findings inspect(Machine machine) {
    if (!machine.exists(PciInspector.DEVICES)) {
      throw new InspectionFailed(
          "this machine has no PCI bus (" + PciInspector.DEVICES + " is not there)");
    }
    List<String> missing = new ArrayList<>();
    ArrayNode adapters = Fields.array();
    Set<Tool> asked = new java.util.LinkedHashSet<>();
    List<ObjectNode> present = new ArrayList<>();
    for (String slot : machine.list(PciInspector.DEVICES)) {
      String driver = machine.linkName(PciInspector.DEVICES + "/" + slot + "/driver");
      String kind = machine.text(PciInspector.DEVICES + "/" + slot + "/class");
      boolean raid = kind != null && (kind.startsWith("0x0104") || kind.startsWith("0x0107"));
      if (driver != null && TOOLS.containsKey(driver)) {
        asked.add(tool(machine, TOOLS.getOrDefault(driver, List.of())));
        present.add(new Fields().put("pci_slot", slot).put("driver", driver).node());
      } else if (raid) {
        present.add(new Fields().put("pci_slot", slot).put("driver", driver).node());
        missing.add(slot + ": no tool is known for driver " + driver);
      }
    }
    for (Tool tool : asked) {
      ask(machine, tool, adapters, missing);
    }
    for (ObjectNode one : present) {
      String slot = one.path("pci_slot").asString("");
      boolean told =
          adapters
              .valueStream()
              .anyMatch(adapter -> adapter.path("pci_slot").asString("").equalsIgnoreCase(slot));
      boolean unplaced = adapters.valueStream().anyMatch(adapter -> !adapter.has("pci_slot"));
      if (!told && !unplaced) {
        adapters.add(kernel(machine, one));
      }
    }
    return Findings.of(Field.named(adapters, fields()), missing);
  }

  /** The first tool of these that is installed; else the first, which then says that it is not. */
  private static Tool tool(Machine machine, List<Tool> tools) {
    return tools.stream()
        .filter(tool -> Toolbox.found(machine, tool.programs) != null)
        .findFirst()
        .orElse(tools.getFirst());
  }

  private static void ask(Machine machine, Tool tool, ArrayNode adapters, List<String> missing) {
    String program = Toolbox.found(machine, tool.programs);
    if (program == null) {
      missing.add(String.join(", ", tool.programs) + ": none of them is installed");
      return;
    }
    StringBuilder said = new StringBuilder();
    for (List<String> question : questions(machine, tool, program)) {
      try {
        said.append(machine.tools().runWhateverStatus(program, question.toArray(String[]::new)))
            .append('\n');
      } catch (ToolUnavailable e) {
        missing.add(e.reason());
      }
    }
    try {
      JsonNode facts = dev.ingot.agent.parse.Parsers.parse(tool.parser, said.toString()).facts();
      for (JsonNode adapter : facts.path("adapters")) {
        adapter.path("physical_drives").forEach(RaidInspector::state);
        adapters.add(new Fields().put("tool", program).node().setAll((ObjectNode) adapter));
      }
    } catch (dev.ingot.agent.parse.ParseFailure e) {
      missing.add(program + ": " + e.reason());
    }
  }

  /** storcli2 says apart what a drive is used for and whether it works: Conf, Failed. */
  private static void state(JsonNode drive) {
    if (drive instanceof ObjectNode one && one.has("state") && one.has("status")) {
      one.put("state", one.path("state").asString("") + ", " + one.path("status").asString(""));
    }
  }

  /** arcconf has to be told which of the adapters that it lists. */
  private static List<List<String>> questions(Machine machine, Tool tool, String program) {
    if (!tool.parser.equals("arcconf")) {
      return tool.questions;
    }
    long count = 1;
    try {
      count =
          Toolbox.ask(machine, tool.parser, program, "list")
              .path("counts")
              .path("adapters")
              .asLong(1);
    } catch (ToolUnavailable e) {
      // An old one cannot list them; it is asked for the first.
      log.debug("{} list: {}", program, e.reason());
    }
    List<List<String>> questions = new ArrayList<>();
    for (long number = 1; number <= Math.clamp(count, 1, MOST_ADAPTERS); number++) {
      questions.add(List.of("getconfig", Long.toString(number)));
    }
    return questions;
  }

  /**
   * What the kernel says of an adapter without a tool; MPT drivers have their versions in sysfs.
   */
  private static ObjectNode kernel(Machine machine, ObjectNode adapter) {
    String folder = PciInspector.DEVICES + "/" + adapter.path("pci_slot").asString("");
    for (String host : machine.list(folder)) {
      String below = folder + "/" + host + "/scsi_host/" + host + "/";
      if (host.startsWith("host") && machine.exists(below)) {
        new Fields()
            .put("model", known(machine.text(below + "board_name")))
            .put("firmware", machine.text(below + "version_fw"))
            .put("bios", machine.text(below + "version_bios"))
            .put("sas_address", machine.text(below + "host_sas_address"))
            .node()
            .forEachEntry(adapter::set);
      }
    }
    return adapter;
  }

  private static @Nullable String known(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }
}
