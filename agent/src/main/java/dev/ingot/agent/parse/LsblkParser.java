package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * {@code lsblk}: {@code -J} with texts (until 2.33) or numbers and booleans, {@code -P}, and the
 * table that people see, whose columns are found by their heads.
 */
final class LsblkParser implements OutputParser {
  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    List<JsonNode> all = new ArrayList<>();
    if (JsonText.looksLike(text)) {
      JsonNode root = JsonText.read(text, notes);
      JsonNode list = root.path("blockdevices");
      for (JsonNode device : JsonFields.list(list.isMissingNode() ? root : list)) {
        fromJson(device, null, all, notes);
      }
    } else {
      LsblkTable.read(Line.of(drawn(text)), all, notes);
    }
    Fields facts = new Fields();
    if (!all.isEmpty()) {
      facts.put("counts", counts(all));
      ArrayNode devices = Fields.array();
      all.forEach(devices::add);
      facts.put("devices", devices);
    }
    return notes.result("lsblk", facts);
  }

  /** The lines of the tree, where its UTF-8 was taken for Windows-1252 on the way. */
  private static String drawn(String text) {
    return text.indexOf('\u00e2') < 0
        ? text
        : text.replace("\u00e2\u201d\u201d", "\u2514")
            .replace("\u00e2\u201d\u0153", "\u251c")
            .replace("\u00e2\u201d\u201a", "\u2502")
            .replace("\u00e2\u201d\u20ac", "\u2500");
  }

  private static JsonNode counts(List<JsonNode> all) {
    Map<String, Set<String>> byType = new LinkedHashMap<>();
    for (JsonNode device : all) {
      // A device that hangs below several others is printed several times.
      byType
          .computeIfAbsent(device.path("type").asString("unknown"), _ -> new HashSet<>())
          .add(device.path("name").asString("?"));
    }
    Fields counts = new Fields();
    byType.forEach((type, names) -> counts.put(type, (long) names.size()));
    return counts.node();
  }

  private static void fromJson(
      JsonNode device, @Nullable String parent, List<JsonNode> all, Notes notes) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : JsonFields.entries(device).entrySet()) {
      JsonNode value = each.getValue();
      if (value.isArray() && !each.getKey().equals("children")) {
        values.put(
            each.getKey(),
            String.join(
                " ",
                value
                    .valueStream()
                    .filter(one -> !one.isNull() && !one.isContainer())
                    .map(one -> one.asString(""))
                    .toList()));
      } else if (!value.isContainer() && !value.isNull()) {
        values.put(each.getKey(), value.asString(""));
      }
    }
    JsonNode described = describe(values, parent);
    if (described == null) {
      notes.add("no block device: " + device.toString());
      return;
    }
    all.add(described);
    for (JsonNode child : JsonFields.list(device.path("children"))) {
      fromJson(child, described.path("name").asString(""), all, notes);
    }
  }

  /** One device by lsblk's own names of columns, in any case; null if it has no name. */
  static @Nullable JsonNode describe(Map<String, String> values, @Nullable String parent) {
    Block block = new Block();
    values.forEach((key, value) -> block.put(key, value));
    String kernel = block.take("kname");
    String said = block.take("name", "path");
    String name = said == null ? kernel : said;
    if (name == null) {
      return null;
    }
    // util-linux 2.17 to 2.22 wrote the kernel's name behind the mapper's: "vg-root (dm-0)".
    String mapped = Text.between(name, " (", ")");
    kernel = kernel == null && mapped != null && mapped.startsWith("dm-") ? mapped : kernel;
    String size = block.take("size");
    block.raw("size_bytes");
    return block
        .rest(
            new Fields()
                .put("name", shortName(name))
                .put("kernel_name", kernel == null ? null : shortName(kernel))
                .put("type", block.take("type"))
                .put("parent", above(block.take("pkname"), parent))
                .put("major_minor", block.take("maj_min"))
                .put("size_bytes", Sizes.binary(size))
                .put("model", block.take("model"))
                .put("vendor", block.take("vendor"))
                .put("revision", block.take("rev"))
                .put("serial", block.take("serial"))
                .put("wwn", block.take("wwn"))
                .put("transport", block.take("tran"))
                .put("rotational", block.flag("rota"))
                .put("removable", block.flag("rm"))
                .put("read_only", block.flag("ro"))
                .put("logical_sector_bytes", block.number("log_sec"))
                .put("physical_sector_bytes", block.number("phy_sec"))
                .put("hctl", block.take("hctl"))
                .put("partition_table", block.take("pttype"))
                .put("partition_table_uuid", block.take("ptuuid"))
                .put("partition_uuid", block.take("partuuid"))
                .put("partition_label", block.take("partlabel"))
                .put("partition_type", block.take("parttype"))
                .put("filesystem", block.take("fstype"))
                .put("filesystem_version", block.take("fsver"))
                .put("label", block.take("label"))
                .put("uuid", block.take("uuid"))
                .put("mountpoint", block.take("mountpoint", "mountpoints")))
        .node();
  }

  private static @Nullable String above(@Nullable String kernel, @Nullable String drawn) {
    String name = kernel == null ? drawn : kernel;
    return name == null ? null : shortName(name);
  }

  private static String shortName(String said) {
    String name = said.replaceFirst(" \\(dm-\\d+\\)$", "");
    return name.startsWith("/dev/") && !name.startsWith("/dev/mapper/") ? name.substring(5) : name;
  }
}
