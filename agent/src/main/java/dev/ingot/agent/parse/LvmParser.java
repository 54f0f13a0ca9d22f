package dev.ingot.agent.parse;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * {@code pvs}, {@code vgs}, {@code lvs}: {@code --reportformat json} and their tables; {@code
 * *display}.
 */
final class LvmParser implements OutputParser {
  private static final Map<String, String> LISTS =
      Map.of("pv", "physical_volumes", "vg", "volume_groups", "lv", "logical_volumes");

  private static final Set<String> SIZES =
      Set.of(
          "pv_size",
          "pv_free",
          "pv_used",
          "dev_size",
          "vg_size",
          "vg_free",
          "vg_extent_size",
          "lv_size",
          "lv_metadata_size",
          "stripesize",
          "chunksize",
          "regionsize");

  private static final Set<String> COUNTS =
      Set.of(
          "pv_count",
          "lv_count",
          "snap_count",
          "vg_extent_count",
          "vg_free_count",
          "pv_pe_count",
          "stripes",
          "segments",
          "max_lv",
          "max_pv");

  /** Heads of the tables for the names of fields. */
  private static final Map<String, String> HEADS =
      Map.ofEntries(
          Map.entry("PV", "pv_name"),
          Map.entry("VG", "vg_name"),
          Map.entry("LV", "lv_name"),
          Map.entry("PV_UUID", "pv_uuid"),
          Map.entry("VG_UUID", "vg_uuid"),
          Map.entry("LV_UUID", "lv_uuid"),
          Map.entry("DevSize", "dev_size"),
          Map.entry("Ext", "vg_extent_size"),
          Map.entry("Fmt", "pv_fmt"),
          Map.entry("PSize", "pv_size"),
          Map.entry("PFree", "pv_free"),
          Map.entry("VSize", "vg_size"),
          Map.entry("VFree", "vg_free"),
          Map.entry("LSize", "lv_size"),
          Map.entry("#PV", "pv_count"),
          Map.entry("#LV", "lv_count"),
          Map.entry("#SN", "snap_count"),
          Map.entry("Pool", "pool_lv"),
          Map.entry("Data%", "data_percent"),
          Map.entry("Meta%", "metadata_percent"),
          Map.entry("Cpy%Sync", "copy_percent"));

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    Map<String, ArrayNode> lists = new LinkedHashMap<>();
    if (JsonText.looksLike(text)) {
      for (JsonNode root : JsonFields.list(JsonText.read(text, notes))) {
        for (JsonNode report : JsonFields.list(root.path("report"))) {
          for (Map.Entry<String, JsonNode> each : JsonFields.entries(report).entrySet()) {
            String list = LISTS.get(each.getKey());
            if (list == null) {
              notes.add("report of " + each.getKey());
              continue;
            }
            ArrayNode rows = lists.computeIfAbsent(list, _ -> Fields.array());
            for (JsonNode row : JsonFields.list(each.getValue())) {
              Map<String, String> values = new LinkedHashMap<>();
              JsonFields.entries(row)
                  .forEach(
                      (key, value) ->
                          values.put(
                              key, value.isContainer() ? value.toString() : value.asString("")));
              rows.add(describe(values));
            }
          }
        }
      }
    } else {
      LvmTable.read(Line.of(text), HEADS, lists, notes);
    }
    Fields facts = new Fields();
    lists.replaceAll(LvmRows::joined);
    if (!lists.isEmpty()) {
      Fields counts = new Fields();
      lists.forEach((name, rows) -> counts.put(name, (long) rows.size()));
      facts.put("counts", counts.node());
      lists.forEach(facts::put);
    }
    return notes.result("lvm", facts);
  }

  static JsonNode describe(Map<String, String> said) {
    Map<String, String> values = new LinkedHashMap<>(said);
    Fields fields = new Fields();
    String full = values.getOrDefault("lv_full_name", "");
    if (full.indexOf('/') > 0) {
      // Neither name can have a slash in it.
      values.putIfAbsent("vg_name", full.substring(0, full.indexOf('/')));
      values.putIfAbsent("lv_name", full.substring(full.indexOf('/') + 1));
    }
    values.forEach(
        (key, value) -> {
          String text = Text.known(value);
          String name =
              key.equals("attr")
                      || key.equals("lv_attr")
                      || key.equals("vg_attr")
                      || key.equals("pv_attr")
                  ? "attributes"
                  : key;
          if (text == null) {
            return;
          }
          if (SIZES.contains(name)) {
            fields.put(
                name.replaceFirst("^[plv][vg]_(?=size|free|used)", "") + "_bytes",
                Sizes.binary(text.replaceFirst("^<", "")));
          } else if (COUNTS.contains(name)) {
            fields.put(name, Text.number(text));
          } else if (name.equals("active")) {
            fields.put(name, Text.flag(text));
          } else if (name.endsWith("_percent")) {
            fields.put(name, Text.decimal(text));
          } else {
            fields.put(name.equals("pv_name") || name.equals("lv_name") ? name : name, text);
          }
        });
    String attributes = fields.node().path("attributes").asString("");
    String kind = values.containsKey("lv_name") ? kind(attributes) : null;
    return fields.put("kind", kind).node();
  }

  /** The first letter of lv_attr (lvs(8)). */
  private static @Nullable String kind(String attributes) {
    return attributes.isEmpty()
        ? null
        : switch (attributes.charAt(0)) {
          case 'C' -> "cache";
          case 'm', 'M' -> "mirror";
          case 'o', 'O' -> "origin";
          case 'r', 'R' -> "raid";
          case 's', 'S' -> "snapshot";
          case 'V' -> "thin";
          case 't' -> "thin-pool";
          case 'T' -> "thin-pool-data";
          case 'v' -> "virtual";
          case 'e' -> "metadata";
          case 'i', 'I', 'l' -> "image";
          case '-' -> "linear-or-striped";
          default -> null;
        };
  }

  static @Nullable String listOf(List<String> heads) {
    // The first column says what a row is of.
    return heads.isEmpty()
        ? null
        : switch (heads.getFirst()) {
          case "pv_name" -> "physical_volumes";
          case "vg_name" -> heads.contains("lv_name") ? "logical_volumes" : "volume_groups";
          case "lv_name" -> "logical_volumes";
          default -> null;
        };
  }
}
