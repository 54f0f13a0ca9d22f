package dev.ingot.agent.inspect;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A section in a few lines for people. */
final class SectionSummary {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private SectionSummary() {}

  static List<String> lines(String section, JsonNode content) {
    return switch (section) {
      case "mem" -> List.of(bytes(content.path("MemTotal").asLong(0)));
      case "dmi" -> dmi(content);
      case "boot" ->
          List.of(
              words(
                  text(content, "mode"),
                  content.path("secure_boot").asBoolean(false) ? "secure boot" : "",
                  content.path("entries").size() + " entries"));
      case "bmc" ->
          List.of(
              words(
                  text(content.path("system"), "manufacturer"),
                  text(content.path("system"), "product"),
                  labelled("firmware", text(content.path("system"), "firmware"))));
      case "volumes" -> volumes(content);
      default -> content.valueStream().map(element -> line(section, element)).toList();
    };
  }

  private static List<String> volumes(JsonNode content) {
    return Stream.of("md", "physical_volumes", "volume_groups", "logical_volumes", "multipath")
        .filter(content::has)
        .map(name -> content.path(name).size() + " " + name.replace('_', ' '))
        .toList();
  }

  private static String line(String section, JsonNode element) {
    return switch (section) {
      case "cpu" -> cpu(element);
      case "interfaces" -> port(element);
      case "os_storage" -> disk(element);
      case "pci" ->
          words(
              text(element, "slot"),
              or(text(element, "class_name"), "class " + text(element, "class_id")),
              or(text(element, "vendor_name"), text(element, "vendor_id")),
              or(text(element, "device_name"), text(element, "device_id")),
              bracketed(text(element, "driver")));
      case "usb" ->
          words(
              text(element, "port"),
              text(element, "vendor_id") + ":" + text(element, "product_id"),
              text(element, "manufacturer"),
              text(element, "product"));
      case "gpu" ->
          words(
              text(element, "pci_slot"),
              or(
                  text(element, "model"),
                  text(element, "vendor_id") + ":" + text(element, "device_id")),
              bracketed(text(element, "driver")));
      case "tpm" -> words(text(element, "name"), labelled("version", text(element, "version")));
      case "zfs" ->
          words(
              text(element, "name"),
              text(element, "health"),
              bytes(element.path("size_bytes").asLong(0)));
      case "firmware" ->
          words(text(element, "kind"), text(element, "of"), text(element, "version"));
      case "raid" ->
          words(
              or(text(element, "model"), text(element, "pci_slot")),
              labelled("firmware", text(element, "firmware")),
              element.path("physical_drives").size() + " drives",
              element.path("logical_drives").size() + " logical drives");
      case "smart" ->
          words(
              text(element, "device"),
              element.has("passed")
                  ? element.path("passed").asBoolean(false) ? "passed" : "FAILED"
                  : "",
              text(element, "power_mode"));
      case "lldp" ->
          words(text(element, "interface"), text(element, "system_name"), text(element, "port_id"));
      case "routes" ->
          words(
              text(element, "destination"),
              text(element, "type"),
              labelled("via", text(element, "via")),
              labelled("dev", text(element, "dev")),
              labelled("metric", text(element, "metric")));
      default -> element.toString();
    };
  }

  private static List<String> dmi(JsonNode dmi) {
    String system =
        words(
            text(dmi, "sys_vendor"),
            text(dmi, "product_name"),
            labelled("serial", text(dmi, "product_serial")));
    String firmware =
        words(text(dmi, "bios_vendor"), text(dmi, "bios_version"), text(dmi, "bios_date"));
    return Stream.of(system, labelled("firmware", firmware))
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private static String cpu(JsonNode socket) {
    long hertz = socket.path("frequency").path("max").asLong(0);
    long now = socket.path("frequency").path("current").asLong(0);
    return words(
        text(socket, "model_name") + ",",
        text(socket, "cores") + " cores,",
        text(socket, "threads") + " threads",
        hertz > 0 ? "up to " + gigahertz(hertz) : now > 0 ? "at " + gigahertz(now) : "");
  }

  private static String port(JsonNode port) {
    String addresses =
        Stream.concat(
                port.path("address_info").valueStream(), port.path("address_info_v6").valueStream())
            .map(address -> text(address, "addr") + "/" + text(address, "prefix"))
            .collect(Collectors.joining(" "));
    return words(
        text(port, "devname"),
        text(port, "address"),
        port.path("carrier").asBoolean(false) ? "up" : "down",
        port.has("speed") ? text(port, "speed") + " Mb/s" : "",
        bracketed(or(text(port, "driver"), text(port, "kind"))),
        addresses);
  }

  private static String disk(JsonNode disk) {
    long partitions = disk.path("partitions").size();
    return words(
        text(disk, "device"),
        bytes(disk.path("size").asLong(0)),
        text(disk, "transport"),
        text(disk, "media_type").equals("unknown") ? "" : text(disk, "media_type"),
        text(disk, "model"),
        labelled("serial", text(disk, "serial")),
        partitions == 0 ? "" : partitions + (partitions == 1 ? " partition" : " partitions"));
  }

  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    String number = String.format(Locale.ROOT, "%.1f", value);
    return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number)
        + " "
        + UNITS[unit];
  }

  private static String gigahertz(long hertz) {
    return String.format(Locale.ROOT, "%.2f GHz", hertz / 1e9);
  }

  private static String words(String... words) {
    return Stream.of(words).filter(word -> !word.isEmpty()).collect(Collectors.joining(" "));
  }

  private static String labelled(String label, String value) {
    return value.isEmpty() ? "" : label + " " + value;
  }

  private static String bracketed(String value) {
    return value.isEmpty() ? "" : "(" + value + ")";
  }

  private static String or(String value, String other) {
    return value.isEmpty() ? other : value;
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }
}
