package dev.ingot.agent.parse;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * nvme-cli: {@code list}, {@code list-subsys}, {@code id-ctrl}, {@code id-ns} and {@code
 * smart-log}, as JSON of all versions (list changed its shape in 2.11) or as text.
 */
final class NvmeParser implements OutputParser {
  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    Fields facts = new Fields();
    if (JsonText.looksLike(text)) {
      for (JsonNode root : JsonFields.list(JsonText.read(text, notes))) {
        if (root.has("Devices")) {
          list(root, facts);
        } else if (root.has("Subsystems")) {
          facts.put("subsystems", root.path("Subsystems"));
        } else {
          described(root, facts, notes);
        }
      }
    } else {
      NvmeText.read(Line.of(text), facts, notes);
    }
    return notes.result("nvme", facts);
  }

  private static void described(JsonNode root, Fields facts, Notes notes) {
    if ((root.has("vid") && root.has("sn")) || root.has("mn")) {
      facts.put("controller", controller(root).node());
    } else if (root.has("nsze") || root.has("lbafs")) {
      facts.put("namespace", NvmeText.namespace(root).node());
    } else if (root.has("critical_warning")
        || root.has("avail_spare")
        || root.has("percent_used")
        || root.has("data_units_read")) {
      facts.put("health", health(root).node());
    } else if (root.has("HostNQN") || (root.has("Name") && root.has("NQN"))) {
      facts.put("subsystems", root);
    } else if (!root.isEmpty()) {
      notes.add("not of nvme: " + Text.shown(root.toString(), 200));
    }
  }

  static void list(JsonNode root, Fields facts) {
    ArrayNode controllers = Fields.array();
    ArrayNode namespaces = Fields.array();
    for (JsonNode device : JsonFields.list(root.path("Devices"))) {
      if (!device.has("Subsystems")) {
        namespaces.add(flat(device).node());
        continue;
      }
      for (JsonNode subsystem : JsonFields.list(device.path("Subsystems"))) {
        for (JsonNode controller : JsonFields.list(subsystem.path("Controllers"))) {
          controllers.add(
              new Fields()
                  .put("controller", JsonFields.text(controller, "Controller"))
                  .put("subsystem", JsonFields.text(subsystem, "Subsystem"))
                  .put("nqn", JsonFields.text(subsystem, "SubsystemNQN"))
                  .put("model", JsonFields.text(controller, "ModelNumber"))
                  .put("serial", JsonFields.text(controller, "SerialNumber"))
                  .put("firmware", JsonFields.text(controller, "Firmware"))
                  .put("transport", JsonFields.text(controller, "Transport"))
                  .put(
                      where(JsonFields.text(controller, "Transport")),
                      JsonFields.text(controller, "Address"))
                  .put("slot", JsonFields.text(controller, "Slot"))
                  .node());
          namespaces(controller, JsonFields.text(controller, "Controller"), namespaces);
        }
        namespaces(subsystem, JsonFields.text(subsystem, "Subsystem"), namespaces);
      }
    }
    facts.put(
        "counts",
        new Fields()
            .put("controllers", controllers.isEmpty() ? null : Long.valueOf(controllers.size()))
            .put("namespaces", (long) namespaces.size())
            .node());
    facts.putUnlessEmpty("controllers", controllers).put("namespaces", namespaces);
  }

  /** The address of a controller on another transport is none of PCI. */
  static String where(@Nullable String transport) {
    return transport == null || transport.equals("pcie") ? "pci_slot" : "address";
  }

  private static void namespaces(JsonNode owner, @Nullable String name, ArrayNode all) {
    for (JsonNode namespace : JsonFields.list(owner.path("Namespaces"))) {
      all.add(
          sizes(
                  namespace,
                  new Fields()
                      .put("device", JsonFields.text(namespace, "NameSpace"))
                      .put("namespace", JsonFields.number(namespace, "NSID")))
              .put("controller", name)
              .node());
    }
  }

  private static Fields flat(JsonNode device) {
    String path = JsonFields.text(device, "DevicePath");
    return sizes(
            device,
            new Fields()
                .put("device", path == null ? null : path.replaceFirst("^/dev/", ""))
                .put("namespace", JsonFields.number(device, "NameSpace"))
                .put("index", JsonFields.number(device, "Index")))
        .put("model", JsonFields.text(device, "ModelNumber"))
        .put("serial", JsonFields.text(device, "SerialNumber"))
        .put("firmware", JsonFields.text(device, "Firmware"))
        .put("product", JsonFields.text(device, "ProductName"));
  }

  /** nvme-cli 2.2 cut numbers to 32 bits: where one came out negative none is to be believed. */
  private static Fields sizes(JsonNode node, Fields fields) {
    Long size = JsonFields.number(node, "PhysicalSize");
    Long used = JsonFields.number(node, "UsedBytes");
    Long sectors = JsonFields.number(node, "MaximumLBA");
    boolean whole =
        (size == null || size >= 0)
            && (used == null || used >= 0)
            && (sectors == null || sectors >= 0);
    return fields
        .put("size_bytes", whole ? size : null)
        .put("used_bytes", whole ? used : null)
        .put("sectors", whole ? sectors : null)
        .put("sector_bytes", JsonFields.number(node, "SectorSize"));
  }

  /**
   * Identify Controller (NVM Express Base Specification, figure "Identify Controller Data
   * Structure").
   */
  static Fields controller(JsonNode node) {
    Long version = JsonFields.number(node, "ver");
    Long oacs = JsonFields.number(node, "oacs");
    Long fna = JsonFields.number(node, "fna");
    Long sanicap = JsonFields.number(node, "sanicap");
    Long frmw = JsonFields.number(node, "frmw");
    Long warning = JsonFields.number(node, "wctemp");
    Long critical = JsonFields.number(node, "cctemp");
    return new Fields()
        .put("model", JsonFields.text(node, "mn"))
        .put("serial", JsonFields.text(node, "sn"))
        .put("firmware", JsonFields.text(node, "fr"))
        .put("vendor_id", hexadecimal(JsonFields.number(node, "vid"), 4))
        .put("subsystem_vendor_id", hexadecimal(JsonFields.number(node, "ssvid"), 4))
        .put("ieee_oui", hexadecimal(JsonFields.number(node, "ieee"), 6))
        .put("controller_id", JsonFields.number(node, "cntlid"))
        .put(
            "nvme_version",
            version == null || version == 0
                ? null
                : (version >> 16)
                    + "."
                    + (version >> 8 & 255)
                    + (version % 256 == 0 ? "" : "." + version % 256))
        .put("nqn", JsonFields.text(node, "subnqn"))
        .put("namespaces_maximum", JsonFields.number(node, "nn"))
        .put("total_bytes", JsonFields.number(node, "tnvmcap"))
        .put("unallocated_bytes", JsonFields.number(node, "unvmcap"))
        .put("warning_temperature_celsius", kelvin(warning))
        .put("critical_temperature_celsius", kelvin(critical))
        .put("firmware_slots", frmw == null ? null : Long.valueOf(frmw >> 1 & 7))
        .put("firmware_slot_1_read_only", bit(frmw, 0))
        .put("security_send_receive", bit(oacs, 0))
        .put("format_supported", bit(oacs, 1))
        .put("firmware_download_supported", bit(oacs, 2))
        .put("namespace_management_supported", bit(oacs, 3))
        .put("format_applies_to_all_namespaces", bit(fna, 0))
        .put("secure_erase_applies_to_all_namespaces", bit(fna, 1))
        .put("crypto_erase_supported", bit(fna, 2))
        .put("sanitize_crypto_erase_supported", bit(sanicap, 0))
        .put("sanitize_block_erase_supported", bit(sanicap, 1))
        .put("sanitize_overwrite_supported", bit(sanicap, 2))
        .putUnlessEmpty(
            "other",
            JsonFields.other(
                node,
                Set.of(
                    "mn", "sn", "fr", "vid", "ssvid", "ieee", "cntlid", "ver", "subnqn", "nn",
                    "tnvmcap", "unvmcap", "wctemp", "cctemp", "frmw", "oacs", "fna", "sanicap",
                    "psds")));
  }

  static Fields health(JsonNode node) {
    Double temperature = JsonFields.decimal(node, "temperature");
    JsonNode warning = node.path("critical_warning");
    return new Fields()
        .put(
            "critical_warning",
            JsonFields.number(warning.isObject() ? warning.path("value") : warning))
        // Kelvin in nvme-cli's JSON; some builds write Celsius, which no drive can have as Kelvin.
        .put(
            "temperature_celsius",
            temperature == null
                ? null
                : Long.valueOf(Math.round(temperature > 200 ? temperature - 273 : temperature)))
        .put("available_spare_percent", JsonFields.number(node, "avail_spare"))
        .put("available_spare_threshold_percent", JsonFields.number(node, "spare_thresh"))
        .put("percentage_used", JsonFields.number(node, "percent_used", "percentage_used"))
        .put("read_bytes", SmartctlJson.times(JsonFields.number(node, "data_units_read")))
        .put("written_bytes", SmartctlJson.times(JsonFields.number(node, "data_units_written")))
        .put("host_read_commands", JsonFields.number(node, "host_read_commands"))
        .put("host_write_commands", JsonFields.number(node, "host_write_commands"))
        .put("controller_busy_minutes", JsonFields.number(node, "controller_busy_time"))
        .put("power_cycles", JsonFields.number(node, "power_cycles"))
        .put("power_on_hours", JsonFields.number(node, "power_on_hours"))
        .put("unsafe_shutdowns", JsonFields.number(node, "unsafe_shutdowns"))
        .put("media_errors", JsonFields.number(node, "media_errors"))
        .put("error_log_entries", JsonFields.number(node, "num_err_log_entries"))
        .put("warning_temperature_minutes", JsonFields.number(node, "warning_temp_time"))
        .put("critical_temperature_minutes", JsonFields.number(node, "critical_comp_time"));
  }

  private static @Nullable Long kelvin(@Nullable Long kelvin) {
    return kelvin == null || kelvin == 0 ? null : Long.valueOf(kelvin - 273);
  }

  private static @Nullable Boolean bit(@Nullable Long bits, int bit) {
    return bits == null ? null : Boolean.valueOf((bits >> bit & 1) == 1);
  }

  static @Nullable String hexadecimal(@Nullable Long number, int digits) {
    return number == null || number < 0 || number >> (4 * digits) != 0
        ? null
        : String.format(java.util.Locale.ROOT, "%0" + digits + "x", number);
  }

  static final List<String> HEALTH_WORDS =
      List.of("critical_warning", "temperature", "available_spare", "percentage_used");
}
