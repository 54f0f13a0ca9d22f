package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * {@code lspci}: plain, {@code -n}, {@code -nn}, with {@code -k}, {@code -v} to {@code -vvv}, and
 * {@code -mm}, {@code -vmm} with or without {@code -k} and {@code -D}.
 */
public final class LspciParser implements OutputParser {
  private static final Pattern SLOT =
      Pattern.compile("((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]) (.*)");

  /** A last {@code [8086:1237]} or, of a class, {@code [0600]}. */
  private static final Pattern IDS = Pattern.compile(" ?\\[([0-9a-f]{4})(?::([0-9a-f]{4}))?]$");

  /** Of lists that a well-known script makes of all groups. */
  private static final Pattern GROUP = Pattern.compile("IOMMU [Gg]roup (\\d+):?\\s+(\\S.*)");

  /**
   * A device that the file of names has not, of a vendor that it has: {@code Dell Device 048c}, and
   * {@code Dell Device} where its id stands behind it. Names that end so have more words.
   */
  private static final Pattern NAMELESS =
      Pattern.compile(
          "(.*\\S(?= (?:Device|Unknown device) [0-9a-f]{4}$)|\\S+|.*"
              + " (?:Corporation|Corp\\.?|Company|Inc\\.?|Ltd\\.?|Co\\.|Limited|Technologies|GmbH|AG|LLC|\\[\\S+]))"
              + " (?:Device|Unknown device)(?: ([0-9a-f]{4}))?");

  /** What pciutils before 3.0 wrote for Class, Vendor and Device. */
  private static final String UNKNOWN = "Unknown (?:class|vendor|device)";

  private static final String PAIR = "[0-9a-f]{4}:[0-9a-f]{4}";

  private static final Pattern QUOTED =
      Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*+)\"|(-[rp][0-9a-f]{2})");

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    ArrayNode devices = Fields.array();
    devices(text, notes).forEach(devices::add);
    Fields facts = new Fields();
    if (!devices.isEmpty()) {
      facts.put("counts", counts(devices)).put("devices", devices);
    }
    return notes.result("lspci", facts);
  }

  /** One object per function, by slot as lspci orders them. */
  public static List<JsonNode> devices(String text) {
    return devices(text, new Notes());
  }

  private static JsonNode counts(ArrayNode devices) {
    long network = 0;
    long storage = 0;
    long display = 0;
    for (JsonNode device : devices) {
      String id = device.path("class_id").asString("");
      String name = device.path("class_name").asString("").toLowerCase(Locale.ROOT);
      network +=
          id.startsWith("02")
                  || (id.isEmpty()
                      && (name.contains("ethernet") || name.contains("network controller")))
              ? 1
              : 0;
      storage += id.startsWith("01") || (id.isEmpty() && storage(name)) ? 1 : 0;
      display +=
          id.startsWith("03")
                  || (id.isEmpty()
                      && (name.startsWith("vga") // and not "Non-VGA unclassified device"
                          || name.contains("3d controller")
                          || name.contains("display controller")))
              ? 1
              : 0;
    }
    return new Fields()
        .put("devices", (long) devices.size())
        .put("network", network)
        .put("storage", storage)
        .put("display", display)
        .node();
  }

  private static boolean storage(String name) {
    return name.contains("raid bus")
        || name.contains("sata controller")
        || name.contains("ide interface")
        || name.contains("ide controller")
        || name.contains("scsi")
        || name.contains("attached scsi")
        || name.contains("non-volatile memory")
        || name.contains("mass storage");
  }

  private static List<JsonNode> devices(String text, Notes notes) {
    List<JsonNode> devices = new ArrayList<>();
    Block block = new Block();
    boolean tagged = false;
    for (Line line : Line.of(text)) {
      Matcher group = GROUP.matcher(line.text());
      Matcher slot = SLOT.matcher(group.matches() ? group.group(2) : line.text());
      if (line.isBlank()) {
        if (tagged) {
          end(block, devices);
          block = new Block();
          tagged = false;
        }
      } else if (slot.matches() && line.indent() <= 8) {
        end(block, devices);
        block = first(slot.group(1), slot.group(2));
        block.put("iommu_group", group.matches() ? String.valueOf(group.group(1)) : "");
        tagged = false;
      } else if (line.text().startsWith("Slot:")
          || (line.text().startsWith("Device:") && block.isEmpty())) {
        // Before pciutils 2.2.? -vm wrote Device for Slot.
        end(block, devices);
        block = new Block();
        String value = line.text().substring(line.text().indexOf(':') + 1);
        if (value.isBlank()) {
          notes.line(line);
        } else {
          block.put("slot", value);
        }
        tagged = true;
      } else if (tagged) {
        if (!block.add(line.text())) {
          notes.line(line);
        } else if (line.text().startsWith("Module:")) {
          block.append("modules", line.text().substring(7));
        }
      } else if (line.indent() == 0
          && Text.matches(
              line.text(),
              "[A-Z][A-Za-z0-9 /-]*(controller|bridge|device|Controller|accelerator|interface):"
                  + " .*")) {
        end(block, devices);
        block = first("", line.text());
      } else if (block.isEmpty() || (!detail(line.text(), block) && line.indent() == 0)) {
        notes.line(line);
      }
    }
    end(block, devices);
    return devices;
  }

  /** {@code Class [id]: Vendor Device [ids] (rev 01) (prog-if 00 [...])}, or -mm's quotes. */
  private static Block first(String slot, String text) {
    Block block = new Block();
    block.put("slot", slot);
    if (text.startsWith("\"")) {
      return quoted(text, block);
    }
    String rest = text;
    int rev = rest.indexOf(" (rev ");
    int progif = rest.indexOf(" (prog-if ");
    if (rev > 0) {
      block.put(
          "rev",
          Text.between(rest, " (rev ", ")") == null
              ? ""
              : String.valueOf(Text.between(rest, " (rev ", ")")));
    }
    if (progif > 0) {
      block.put("progif", rest.substring(progif + 10).replaceFirst("[^0-9a-f].*", ""));
    }
    int end = Math.min(rev > 0 ? rev : rest.length(), progif > 0 ? progif : rest.length());
    rest = rest.substring(0, end);
    int colon = rest.indexOf(": ");
    if (colon < 0) {
      block.put("class", rest);
      return block;
    }
    block.put("class", rest.substring(0, colon));
    block.put("name", rest.substring(colon + 2));
    return block;
  }

  private static Block quoted(String text, Block block) {
    Matcher matcher = QUOTED.matcher(text);
    List<String> names = List.of("class", "vendor", "device", "svendor", "sdevice");
    int at = 0;
    while (matcher.find()) {
      String option = matcher.group(2);
      if (option != null) {
        block.put(option.startsWith("-r") ? "rev" : "progif", option.substring(2));
      } else if (at < names.size()) {
        block.put(names.get(at++), String.valueOf(matcher.group(1)).replaceAll("\\\\(.)", "$1"));
      }
    }
    return block;
  }

  /** Keeps what we want of the lines below a device; whether it is such. */
  private static boolean detail(String text, Block block) {
    for (String key :
        List.of(
            "Subsystem",
            "Kernel driver in use",
            "Kernel modules",
            "DeviceName",
            "Physical Slot",
            "NUMA node",
            "LnkCap",
            "LnkSta",
            "IOMMU group")) {
      if (text.startsWith(key + ":") || text.startsWith("\t" + key + ":")) {
        block.put(key, text.substring(text.indexOf(':') + 1));
        return true;
      }
    }
    for (String key : List.of("[PN] Part number", "[SN] Serial number")) {
      // Of the vital product data that the card itself has.
      if (text.startsWith(key + ":")) {
        block.put(key, text.substring(text.indexOf(':') + 1));
        return true;
      }
    }
    int serial = text.indexOf("Device Serial Number ");
    if (serial >= 0) {
      block.put("serial", text.substring(serial + 21));
    }
    return serial >= 0;
  }

  private static void end(Block block, List<JsonNode> devices) {
    if (!block.has("slot")) {
      return;
    }
    String slot = block.take("slot");
    Named kind = Named.of(block.take("class"));
    Named vendor = Named.of(block.take("vendor"));
    Named device = Named.of(block.take("device"));
    Named svendor = Named.of(block.take("svendor"));
    Named sdevice = Named.of(block.take("sdevice"));
    String name = block.take("name");
    if (name != null) {
      // Vendor and device are one text here, and only their ids tell them apart.
      Named both = Named.of(name);
      name = bare(name);
      vendor = new Named(null, both.id);
      device = new Named(both.name, both.second);
      Matcher nameless = NAMELESS.matcher(both.name == null ? "" : both.name);
      if (nameless.matches()) {
        vendor = new Named(nameless.group(1), both.id);
        device = new Named(null, both.second == null ? nameless.group(2) : both.second);
      }
      if (Text.matches(name, PAIR)) {
        vendor = new Named(null, name.substring(0, 4));
        device = new Named(null, name.substring(5));
      }
    }
    String below = block.take("subsystem");
    String ids = below == null ? "" : bare(below);
    Named subsystem =
        Text.matches(ids, PAIR)
            ? new Named(null, ids.substring(0, 4), ids.substring(5))
            : Named.of(below);
    if (subsystem.name != null || subsystem.id != null) {
      svendor = new Named(null, subsystem.id);
      sdevice = new Named(subsystem.name, subsystem.second);
      Matcher nameless = NAMELESS.matcher(subsystem.name == null ? "" : subsystem.name);
      if (nameless.matches()) {
        svendor = new Named(nameless.group(1), subsystem.id);
        sdevice = new Named(null, subsystem.second == null ? nameless.group(2) : subsystem.second);
      }
    }
    Fields fields =
        new Fields()
            .put("slot", slot == null ? null : address(slot))
            .put("class_id", kind.id)
            .put("class_name", kind.name)
            .put("vendor_id", vendor.id)
            .put("vendor_name", vendor.name)
            .put("device_id", device.id)
            .put("device_name", device.name)
            .put("svendor_id", svendor.id)
            .put("svendor_name", svendor.name)
            .put("sdevice_id", sdevice.id)
            .put("sdevice_name", sdevice.name)
            .put("revision", block.take("rev"))
            .put("progif", block.take("progif"))
            .put("driver", block.take("kernel_driver_in_use", "driver"));
    List<String> modules = Text.parts(block.take("modules", "kernel_modules"), ",\n");
    if (!modules.isEmpty()) {
      fields.put("modules", modules);
    }
    block.raw("module");
    fields
        .put("physical_slot", block.take("physical_slot", "physlot"))
        .put("label", block.take("devicename"))
        .put("numa_node", block.number("numa_node", "numanode"))
        .put("iommu_group", block.number("iommu_group", "iommugroup"))
        .put("serial", block.take("serial"))
        .put("part_number", block.take("pn_part_number"))
        .put("board_serial", block.take("sn_serial_number"))
        .put("link_maximum", link(block.take("lnkcap")))
        .put("link", link(block.take("lnksta")));
    devices.add(block.rest(fields).node());
  }

  /** Without the file of names pciutils writes {@code Device 8086:1237}. */
  private static String bare(String name) {
    return name.replaceFirst("^(?:Device|Unknown device) (?=[0-9a-f]{4}:[0-9a-f]{4}$)", "");
  }

  /** With its domain, which lspci leaves out where there is only one. */
  static String address(String slot) {
    return slot.indexOf(':') == slot.lastIndexOf(':') ? "0000:" + slot : slot;
  }

  /** {@code Speed 8GT/s, Width x8} of a line on the capabilities of a link. */
  private static @Nullable String link(@Nullable String text) {
    String speed = text == null ? null : Text.between(text, "Speed ", ",");
    String width = text == null ? null : Text.between(text + ",", "Width ", ",");
    return speed == null || width == null
        ? null
        : speed.replaceFirst(" .*", "") + " " + width.replaceFirst(" .*", "");
  }

  /** A name with {@code [id]} behind it, an id alone, or a name alone. */
  private record Named(@Nullable String name, @Nullable String id, @Nullable String second) {
    Named(@Nullable String name, @Nullable String id) {
      this(name, id, null);
    }

    static Named of(@Nullable String text) {
      if (text == null) {
        return new Named(null, null);
      }
      if (Text.matches(text, "((Class|Vendor|Device|" + UNKNOWN + ") )?[0-9a-f]{4}")) {
        return new Named(null, text.substring(text.length() - 4));
      }
      Matcher ids = IDS.matcher(text);
      if (!ids.find()) {
        return new Named(text, null);
      }
      String name = text.substring(0, ids.start()).strip();
      return new Named(
          name.isEmpty()
                  || Text.matches(name, "(Device|Vendor|Class|" + UNKNOWN + ")( [0-9a-f]{4})?")
              ? null
              : name,
          ids.group(1),
          ids.group(2));
    }
  }
}
