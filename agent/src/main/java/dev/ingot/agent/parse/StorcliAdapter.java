package dev.ingot.agent.parse;

import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The parts of an answer that describe the controller itself. */
final class StorcliAdapter {
  private static final Set<String> SECTIONS =
      Set.of(
          "",
          "Basics",
          "Version",
          "Bus",
          "PCI Version",
          "Status",
          "HwCfg",
          "HostInterface",
          "DeviceInterface",
          "Response Data");

  private static final Pattern PCI =
      Pattern.compile("([0-9a-f]{2,4}):([0-9a-f]{2}:[0-9a-f]{2}):0?([0-9a-f])");

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
            JsonFields.text(
                object, "Firmware Package Build", "FW Package Build", "Package Version"))
        .put("firmware", JsonFields.text(object, "Firmware Version", "FW Version"))
        .put("bios", JsonFields.text(object, "Bios Version", "BIOS Version"))
        .put("nvdata", JsonFields.text(object, "NVDATA Version"))
        .put("boot_block", JsonFields.text(object, "Boot Block Version"))
        .put("cpld", JsonFields.text(object, "CPLD Version"))
        .put("driver", JsonFields.text(object, "Driver Name"))
        .put("driver_version", JsonFields.text(object, "Driver Version"))
        .put("sas_address", JsonFields.text(object, "SAS Address"))
        .put("pci_slot", pci(object))
        .put("vendor_id", id(object, "Vendor Id", "PCI Vendor ID"))
        .put("device_id", id(object, "Device Id", "PCI Device ID"))
        .put("host_interface", JsonFields.text(object, "Host Interface"))
        .put("device_interface", JsonFields.text(object, "Device Interface"))
        .put("status", JsonFields.text(object, "Controller Status"))
        .put("memory_correctable_errors", JsonFields.number(object, "Memory Correctable Errors"))
        .put(
            "memory_uncorrectable_errors", JsonFields.number(object, "Memory Uncorrectable Errors"))
        .put("cache_bytes", cache(object))
        .put("temperature_celsius", Text.number(temperature))
        .put("mode", JsonFields.text(object, "Current Personality", "Controller Personality"));
  }

  /** A line of {@code storcli show}: all controllers with their counts. */
  static void overview(Fields about, JsonNode row) {
    String address = JsonFields.text(row, "SASAddress");
    about
        .put("model", JsonFields.text(row, "Model", "Product Name", "Product_Name"))
        .put("serial", JsonFields.text(row, "SerialNumber"))
        .put("sas_address", address == null ? null : address.toLowerCase(Locale.ROOT))
        .put("pci_slot", pci(row))
        .put("vendor_id", id(row, "VendId"))
        .put("device_id", id(row, "DevId"))
        .put("mode", JsonFields.text(row, "Personality"))
        .put("ports", JsonFields.number(row, "Ports"))
        .put("physical_drive_count", JsonFields.number(row, "PDs", "PD(s)"))
        .put("array_count", JsonFields.number(row, "DGs"))
        .put("logical_drive_count", JsonFields.number(row, "VDs", "VD(s)"))
        .put("logical_drives_not_optimal", JsonFields.number(row, "VNOpt"))
        .put("battery_state", JsonFields.text(row, "BBU", "EPack"))
        .put("status", JsonFields.text(row, "Hlth", "Status"));
  }

  private static @Nullable Long cache(JsonNode object) {
    Long mebibytes = JsonFields.number(object, "DDR Memory Size(MiB)");
    return mebibytes == null || mebibytes < 0 || mebibytes > 1 << 30
        ? Sizes.binary(JsonFields.text(object, "On Board Memory Size"))
        : Long.valueOf(mebibytes << 20);
  }

  /**
   * {@code 00:3d:00:00} is bus and so on with a domain before it, as lspci has it 0000:3d:00.0;
   * storcli2 has one digit for the function.
   */
  private static @Nullable String pci(JsonNode object) {
    String address = JsonFields.text(object, "PCI Address", "PCI_Address");
    Matcher matcher = PCI.matcher(address == null ? "" : address.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return address;
    }
    String domain = String.valueOf(matcher.group(1));
    return "0".repeat(4 - domain.length())
        + domain
        + ":"
        + matcher.group(2)
        + "."
        + matcher.group(3);
  }

  private static @Nullable String id(JsonNode object, String... names) {
    Long number = JsonFields.number(object, names);
    return number == null || number < 0 || number > 0xffff
        ? null
        : String.format(Locale.ROOT, "%04x", number);
  }
}
