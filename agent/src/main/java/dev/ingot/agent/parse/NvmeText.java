package dev.ingot.agent.parse;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** nvme-cli's text, and its id-ns. */
final class NvmeText {
  private static final Pattern ROW =
      Pattern.compile(
          "((?:/dev/|nvme\\d+(?:c\\d+)?n\\d)\\S*)\\s+(?:(?:/dev/)?ng\\S+\\s+)?(\\S+)\\s+(\\S.*?)\\s+(?:0x)?([0-9a-f]+)\\s+([0-9.]+"
              + " +[kKMGTP]?B) +/ +([0-9.]+ +[kKMGTP]?B)(?: +\\([^)]*\\))?\\s+([0-9.]+ +[KM]?i?B)"
              + " *\\+ *([0-9]+ +B)\\s+(\\S+)");

  private NvmeText() {}

  static void read(List<Line> lines, Fields facts, Notes notes) {
    ArrayNode namespaces = Fields.array();
    ObjectNode values = Fields.array().addObject();
    boolean list = false;
    int[] columns = {0, 0, 0};
    NvmeTables tables = new NvmeTables();
    for (Line line : lines) {
      String text = line.text();
      Matcher row = ROW.matcher(text);
      int colon = text.indexOf(':');
      if (line.isBlank() || line.isRule()) {
        continue;
      }
      if (text.startsWith("Node ") && text.contains("SN ")) {
        list = true;
        String raw = line.raw();
        columns = new int[] {raw.indexOf("SN "), raw.indexOf("Model "), raw.indexOf("Namespace")};
      } else if (row.matches()) {
        namespaces.add(
            withoutSerial(line.raw(), columns)
                ? namespace(row)
                    .without("serial")
                    .put("model", line.raw().substring(columns[1], columns[2]).strip())
                    .node()
                : namespace(row).node());
      } else if (tables.take(line)
          || text.startsWith("Smart Log for")
          || text.startsWith("NVME Identify Controller")
          || text.startsWith("NVME Identify Namespace")) {
        continue;
      } else if (Text.matches(text, "\\[\\d+:\\d+] ?:.*|rwt:\\d+ rwl:\\d+ .*")) {
        // What the bits of the value above mean, and the rest of a power state.
        continue;
      } else if (colon > 0 && !list) {
        String key = key(text.substring(0, colon));
        if (!values.has(key)) {
          value(values, key, text.substring(colon + 1).strip());
        }
      } else {
        notes.line(line);
      }
    }
    tables.put(facts, list || !namespaces.isEmpty());
    if (list || !namespaces.isEmpty()) {
      facts
          .put("counts", new Fields().put("namespaces", (long) namespaces.size()).node())
          .put("namespaces", namespaces);
    }
    if (values.has("mn")
        || values.has("vid")
        || values.has("tnvmcap")
        || values.has("oacs")
        || values.has("subnqn")) {
      facts.put("controller", NvmeParser.controller(values).node());
    } else if (values.has("nsze")) {
      facts.put("namespace", namespace(values).node());
    } else if (values.has("avail_spare")
        || values.has("percent_used")
        || values.has("critical_warning")
        || values.has("data_units_written")
        || values.has("unsafe_shutdowns")
        || values.has("media_errors")) {
      facts.put("health", NvmeParser.health(values).node());
    }
  }

  /** Some devices have none: then nothing stands below its head. */
  private static boolean withoutSerial(String raw, int[] columns) {
    return columns[0] > 0
        && columns[1] > columns[0]
        && columns[2] > columns[1]
        && raw.length() > columns[2]
        && raw.substring(columns[0], columns[1]).isBlank();
  }

  /** smart-log's words for what its JSON calls otherwise. */
  private static String key(String text) {
    String key = Text.snake(text);
    return switch (key) {
      case "available_spare" -> "avail_spare";
      case "available_spare_threshold" -> "spare_thresh";
      case "percentage_used" -> "percent_used";
      case "warning_temperature_time" -> "warning_temp_time";
      case "critical_composite_temperature_time" -> "critical_comp_time";
      case "data_units_read", "data_units_written" -> key;
      default -> key;
    };
  }

  private static void value(ObjectNode values, String key, String said) {
    String text = said.replaceFirst("\\s*\\(.*", "");
    Long number =
        Text.matches(text, "(0x[0-9a-fA-F]+|[0-9,]+)( ?[%CF]| °?C)?.*") ? Text.number(text) : null;
    boolean words = List.of("mn", "sn", "fr", "subnqn").contains(key);
    // All versions write these so; those before 1.9 without 0x.
    boolean hexadecimal =
        List.of(
                    "ieee", "ver", "oacs", "fna", "sanicap", "frmw", "vid", "ssvid", "cntlid",
                    "rtd3r", "rtd3e")
                .contains(key)
            && Text.matches(text, "[0-9a-fA-F]+");
    if (words) {
      values.put(key, text);
    } else if (hexadecimal || key.equals("ieee")) {
      Long parsed = Numbers.parse("0x" + text.replaceFirst("^0x", ""));
      if (parsed != null) {
        values.put(key, parsed);
      }
    } else if (number != null) {
      values.put(key, number);
    } else {
      values.put(key, text);
    }
  }

  private static Fields namespace(Matcher row) {
    Long used = Sizes.decimal(squeezed(row.group(5)));
    String format = squeezed(row.group(7));
    return new Fields()
        .put("device", String.valueOf(row.group(1)).replaceFirst("^/dev/", ""))
        .put("serial", row.group(2))
        .put("model", row.group(3))
        .put(
            "namespace",
            Numbers.parse(
                (String.valueOf(row.group(0)).contains(" 0x") ? "0x" : "") + row.group(4)))
        .put("used_bytes", used)
        .put("size_bytes", Sizes.decimal(squeezed(row.group(6))))
        .put("sector_bytes", Sizes.binary(format))
        .put("firmware", row.group(9));
  }

  static String squeezed(@Nullable String text) {
    return text == null ? "" : text.replaceAll(" +", " ");
  }

  /** Identify Namespace: sizes are in blocks of the format in use. */
  static Fields namespace(JsonNode node) {
    Long used = JsonFields.number(node, "flbas");
    Long block = null;
    if (node.path("lbafs").isArray() && used != null) {
      Long shift = JsonFields.number(node.path("lbafs").path((int) (used & 15)), "ds");
      block = shift == null || shift < 0 || shift > 30 ? null : Long.valueOf(1L << shift);
    }
    return new Fields()
        .put("sectors", JsonFields.number(node, "nsze"))
        .put("sector_bytes", block)
        .put("size_bytes", times(JsonFields.number(node, "nsze"), block))
        .put("capacity_bytes", times(JsonFields.number(node, "ncap"), block))
        .put("used_bytes", times(JsonFields.number(node, "nuse"), block))
        .put("nguid", JsonFields.text(node, "nguid"))
        .put("eui64", JsonFields.text(node, "eui64"));
  }

  private static @Nullable Long times(@Nullable Long count, @Nullable Long size) {
    return count == null || size == null || count < 0 || count > Long.MAX_VALUE / size
        ? null
        : Long.valueOf(count * size);
  }
}
