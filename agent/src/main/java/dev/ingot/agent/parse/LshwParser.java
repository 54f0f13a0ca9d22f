package dev.ingot.agent.parse;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code lshw}: -json (an object, a list, or the broken lists of old versions), -xml, the text that
 * people see, and -short.
 */
final class LshwParser implements OutputParser {
  private final Fields system = new Fields();
  private final Fields firmware = new Fields();
  private final Map<String, ArrayNode> lists = new java.util.LinkedHashMap<>();
  private long nodes;
  private long memoryBytes;

  private LshwParser() {}

  static Parsed read(String text) throws ParseFailure {
    return new LshwParser().parse(text);
  }

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    for (String list :
        java.util.List.of(
            "memory",
            "processors",
            "network",
            "disks",
            "volumes",
            "storage_controllers",
            "displays",
            "power_supplies")) {
      lists.put(list, Fields.array());
    }
    String start = text.stripLeading();
    if (start.startsWith("<?xml") || start.startsWith("<list") || start.startsWith("<node")) {
      xml(XmlTree.read(start, notes));
    } else if (JsonText.looksLike(text) || JsonText.isPiece(text)) {
      for (JsonNode root : JsonFields.list(JsonText.pieces(text, notes))) {
        walk(root, "", 0);
      }
    } else {
      for (JsonNode node : LshwText.nodes(Line.of(text), notes)) {
        one(node);
      }
    }
    Fields facts = new Fields();
    if (nodes > 0) {
      Fields counts = new Fields().put("nodes", nodes);
      long installed =
          lists
              .getOrDefault("memory", Fields.array())
              .valueStream()
              .filter(each -> each.path("installed").asBoolean(false))
              .count();
      counts.put("dimms", installed);
      lists.forEach(
          (name, list) ->
              counts.put(name, name.equals("memory") ? null : Long.valueOf(list.size())));
      facts.put("counts", counts.node()).putUnlessEmpty("system", system.node());
      facts.putUnlessEmpty("firmware", firmware.node());
      facts.put("memory_bytes", memoryBytes > 0 ? memoryBytes : null);
      lists.forEach(facts::putUnlessEmpty);
    }
    return notes.result("lshw", facts);
  }

  /** The tree of elements of XML in the words of the JSON. */
  private void xml(JsonNode element) {
    String name = element.path("name").asString("");
    if (name.equals("node")) {
      one(fromXml(element));
    }
    element.path("children").forEach(this::xml);
  }

  private static JsonNode fromXml(JsonNode element) {
    ObjectNode node = Fields.array().addObject();
    element.path("attributes").forEachEntry(node::set);
    for (JsonNode child : element.path("children")) {
      String key = child.path("name").asString("");
      if (key.equals("configuration")) {
        ObjectNode configuration = node.putObject("configuration");
        for (JsonNode setting : child.path("children")) {
          configuration.set(
              setting.path("attributes").path("id").asString(""),
              setting.path("attributes").path("value"));
        }
      } else if (key.equals("logicalname") && node.has(key)) {
        String before = node.path(key).asString("");
        node.putArray(key).add(before).add(child.path("text").asString(""));
      } else if (!key.equals("node")) {
        node.set(key, child.path("text"));
        if (child.path("attributes").has("units")) {
          node.set("units", child.path("attributes").path("units"));
        }
      }
    }
    return node;
  }

  private void walk(JsonNode node, String parent, int depth) {
    if (node.isArray()) {
      node.forEach(each -> walk(each, parent, depth));
    } else if (node.isObject() && depth < 100) {
      if (depth == 0 && !node.has("class") && node.has("id") && node.has("children")) {
        nodes++;
        system(node);
      } else {
        one(node);
      }
      String id = node.path("id").asString("");
      JsonFields.list(node.path("children")).forEach(each -> walk(each, id, depth + 1));
    }
  }

  private void one(JsonNode node) {
    String kind = LshwKinds.of(node);
    if (kind.isEmpty() && !node.has("id")) {
      return;
    }
    nodes++;
    String id = node.path("id").asString("").replaceFirst(":\\d+$", "");
    if (id.equals("firmware") && firmware.isEmpty()) {
      firmware
          .put("description", JsonFields.text(node, "description"))
          .put("vendor", JsonFields.text(node, "vendor"))
          .put("version", JsonFields.text(node, "version"))
          .put("date", JsonFields.text(node, "date"));
    }
    switch (kind) {
      case "system" -> system(node);
      case "memory" -> {
        if (id.equals("bank")) {
          add("memory", memory(node));
        } else if (isSystemMemory(id, node.path("description").asString(""))) {
          memoryBytes += Objects.requireNonNullElse(bytes(node, "size"), 0L);
        }
      }
      case "processor" -> {
        if (!id.startsWith("logicalcpu") && !disabled(node) && !LshwKinds.isHelper(node)) {
          add("processors", processor(node));
        }
      }
      case "network" -> {
        if (!LshwKinds.completes(lists.get("network"), network(node).node())) {
          add("network", network(node));
        }
      }
      case "disk" -> {
        if (!id.equals("cdrom") && !id.equals("medium") && !LshwKinds.isCompanion(node)) {
          add("disks", disk(node));
        }
      }
      case "volume" -> add("volumes", volume(node));
      case "storage" -> add("storage_controllers", device(node));
      case "display" -> add("displays", device(node));
      case "power" ->
          add("power_supplies", part(node).put("capacity", JsonFields.number(node, "capacity")));
      default -> {
        // Bridges, buses and the like are in lspci's facts.
      }
    }
  }

  private static boolean disabled(JsonNode node) {
    return Boolean.TRUE.equals(JsonFields.flag(node, "disabled"));
  }

  private void add(String list, Fields fields) {
    lists.computeIfAbsent(list, _ -> Fields.array()).add(fields.node());
  }

  private void system(JsonNode node) {
    if (system.isEmpty()) {
      JsonNode configuration = node.path("configuration");
      system
          .putAll(part(node))
          .put("uuid", JsonFields.text(configuration, "uuid"))
          .put("chassis", JsonFields.text(configuration, "chassis"))
          .put("family", JsonFields.text(configuration, "family"))
          .put("sku", JsonFields.text(configuration, "sku"));
    }
  }

  private static Fields part(JsonNode node) {
    return new Fields()
        .put("id", JsonFields.text(node, "id"))
        .put("description", JsonFields.text(node, "description"))
        .put("vendor", JsonFields.text(node, "vendor"))
        .put("product", JsonFields.text(node, "product"))
        .put("version", JsonFields.text(node, "version"))
        .put("serial", JsonFields.text(node, "serial"))
        .put("slot", JsonFields.text(node, "slot"));
  }

  private static Fields device(JsonNode node) {
    return part(node)
        .put("bus", JsonFields.text(node, "businfo"))
        .put("logical_names", names(node))
        .put("driver", JsonFields.text(node.path("configuration"), "driver"));
  }

  private static java.util.List<String> names(JsonNode node) {
    return JsonFields.list(node.path("logicalname")).stream()
        .map(name -> name.asString(""))
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /** What holds the banks; firmware, caches and memory of flash and video stand beside it. */
  private static boolean isSystemMemory(String id, String description) {
    return id.equals("memory")
        ? !Text.matches(description, "(?i).*(flash|video|cache|rom|non-volatile).*")
        : Text.matches(description, "(?i)([0-9.]+[kMGT]i?B )?System memory");
  }

  private static Fields memory(JsonNode node) {
    return part(node)
        .put("installed", installed(node))
        .put("size_bytes", bytes(node, "size"))
        .put("clock_hertz", hertz(node, "clock"))
        .put("width_bits", JsonFields.number(node, "width"));
  }

  /** An empty slot says so, or nothing; of a module the firmware may not know the size. */
  private static boolean installed(JsonNode node) {
    if (bytes(node, "size") != null) {
      return true;
    }
    String serial = node.path("serial").asString("");
    return !node.path("description").asString("").contains("[empty]")
        && Text.known(serial) != null
        && !serial.toUpperCase(Locale.ROOT).contains("NO DIMM")
        && !Text.matches(serial, "[0F]+");
  }

  private static @Nullable Long bytes(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (value.isString() && !Text.matches(value.asString(), "\\d+")) {
      return Sizes.binary(value.asString());
    }
    Long number = JsonFields.number(value);
    return number == null || number <= 0 ? null : number;
  }

  private static Fields processor(JsonNode node) {
    JsonNode configuration = node.path("configuration");
    return part(node)
        .put("bus", JsonFields.text(node, "businfo"))
        .put("cores", JsonFields.number(configuration, "cores"))
        .put("cores_enabled", JsonFields.number(configuration, "enabledcores"))
        .put("threads", JsonFields.number(configuration, "threads"))
        .put("microcode", LshwKinds.microcode(configuration))
        .put("frequency_hertz", hertz(node, "size"))
        .put("max_frequency_hertz", hertz(node, "capacity"))
        .put("width_bits", JsonFields.number(node, "width"));
  }

  private static @Nullable Long hertz(JsonNode node, String name) {
    JsonNode value = node.path(name);
    Long said = value.isString() ? Sizes.hertz(value.asString()) : null;
    return said == null ? JsonFields.number(value) : said;
  }

  private static Fields network(JsonNode node) {
    JsonNode configuration = node.path("configuration");
    String speed = JsonFields.text(configuration, "speed");
    return device(node)
        .put("mac", JsonFields.text(node, "serial"))
        .put("link", JsonFields.flag(configuration, "link"))
        .put("speed", speed)
        .put("duplex", JsonFields.text(configuration, "duplex"))
        .put("firmware", JsonFields.text(configuration, "firmware"))
        .put("driver_version", JsonFields.text(configuration, "driverversion"))
        .put("address", JsonFields.text(configuration, "ip"))
        .put("capacity_bits_per_second", capacity(node));
  }

  private static @Nullable Long capacity(JsonNode node) {
    JsonNode value = node.path("capacity");
    if (!value.isString() || Text.matches(value.asString(), "\\d+")) {
      return JsonFields.number(value);
    }
    Double number = Text.decimal(value.asString());
    String unit = value.asString().toLowerCase(Locale.ROOT); // also 1GB/s, before B.02.16
    double times = unit.contains("gb") ? 1e9 : unit.contains("mb") ? 1e6 : 0;
    return number == null || times == 0 ? null : Long.valueOf(Math.round(number * times));
  }

  private static Fields disk(JsonNode node) {
    JsonNode configuration = node.path("configuration");
    return device(node)
        .put("size_bytes", size(node))
        .put("logical_sector_bytes", JsonFields.number(configuration, "logicalsectorsize"))
        .put("physical_sector_bytes", JsonFields.number(configuration, "sectorsize"))
        .put("guid", JsonFields.text(configuration, "guid"));
  }

  /** lshw's text has both: {@code 953GiB (1024GB)}. */
  private static @Nullable Long size(JsonNode node) {
    Long size = bytes(node, "size");
    return size == null ? bytes(node, "capacity") : size;
  }

  private static Fields volume(JsonNode node) {
    JsonNode configuration = node.path("configuration");
    return new Fields()
        .put("id", JsonFields.text(node, "id"))
        .put("description", JsonFields.text(node, "description"))
        .put("logical_names", names(node))
        .put("serial", JsonFields.text(node, "serial"))
        .put("size_bytes", size(node))
        .put("filesystem", JsonFields.text(configuration, "filesystem", "mount.fstype"));
  }

  static final Set<String> KEYS =
      Set.of(
          "date",
          "description",
          "product",
          "vendor",
          "physical id",
          "bus info",
          "logical name",
          "version",
          "serial",
          "slot",
          "size",
          "capacity",
          "width",
          "clock",
          "capabilities",
          "configuration",
          "resources");
}
