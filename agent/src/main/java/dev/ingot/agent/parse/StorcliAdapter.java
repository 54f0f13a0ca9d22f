package dev.ingot.agent.parse;

import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The parts of an answer that describe the controller itself. */
final class StorcliAdapter {
  private static final Set<String> SECTIONS =
      Set.of("", "Basics", "Version", "Bus", "PCI Version", "Status", "HwCfg", "Response Data");

  private StorcliAdapter() {}

  static void describe(JsonNode object, String section, Supplier<RaidAdapter> adapter) {
    boolean flat =
        object.has("Product Name") || (object.has("Model") && object.has("Serial Number"));
    if (!SECTIONS.contains(section) || object.isEmpty()) {
      return;
    }
    if (section.isEmpty() && !flat && !object.has("FW Version")) {
      return;
    }
    Fields about = adapter.get().about;
    String temperature =
        JsonFields.text(
            object,
            "ROC temperature(Degree Celsius)",
            "ROC temperature(Degree Celcius)",
            "Chip temperature(C)");
    about
        .put("model", JsonFields.text(object, "Product Name", "Model"))
        .put("serial", JsonFields.text(object, "Serial Number"))
        .put(
            "firmware_package",
            JsonFields.text(object, "Firmware Package Build", "FW Package Build"))
        .put("firmware", JsonFields.text(object, "Firmware Version", "FW Version"))
        .put("bios", JsonFields.text(object, "Bios Version", "BIOS Version"))
        .put("nvdata", JsonFields.text(object, "NVDATA Version"))
        .put("boot_block", JsonFields.text(object, "Boot Block Version"))
        .put("cpld", JsonFields.text(object, "CPLD Version"))
        .put("driver", JsonFields.text(object, "Driver Name"))
        .put("driver_version", JsonFields.text(object, "Driver Version"))
        .put("sas_address", JsonFields.text(object, "SAS Address"))
        .put("pci_slot", pci(object))
        .put("vendor_id", id(object, "Vendor Id"))
        .put("device_id", id(object, "Device Id"))
        .put("host_interface", JsonFields.text(object, "Host Interface"))
        .put("device_interface", JsonFields.text(object, "Device Interface"))
        .put("status", JsonFields.text(object, "Controller Status"))
        .put("memory_correctable_errors", JsonFields.number(object, "Memory Correctable Errors"))
        .put(
            "memory_uncorrectable_errors", JsonFields.number(object, "Memory Uncorrectable Errors"))
        .put("cache_bytes", Sizes.binary(JsonFields.text(object, "On Board Memory Size")))
        .put("temperature_celsius", Text.number(temperature))
        .put("personality", JsonFields.text(object, "Current Personality"));
  }

  /** {@code 00:3d:00:00} is bus and so on with a domain before it, as lspci has it 0000:3d:00.0. */
  private static @Nullable String pci(JsonNode object) {
    String address = JsonFields.text(object, "PCI Address");
    if (address == null
        || !Text.matches(address, "[0-9a-fA-F]{2}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}")) {
      return address;
    }
    String lower = address.toLowerCase(java.util.Locale.ROOT);
    return "00" + lower.substring(0, 8) + "." + lower.substring(9).replaceFirst("^0", "");
  }

  private static @Nullable String id(JsonNode object, String name) {
    Long number = JsonFields.number(object, name);
    return number == null || number < 0 || number > 0xffff
        ? null
        : String.format(java.util.Locale.ROOT, "%04x", number);
  }
}
