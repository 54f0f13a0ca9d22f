package dev.ingot.agent.parse;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rows of one volume: LVM prints a volume for each of its segments, and people its table beside its
 * blocks.
 */
final class LvmRows {
  private static final Map<String, List<String>> NAMES =
      Map.of(
          "physical_volumes", List.of("pv_name"),
          "volume_groups", List.of("vg_name"),
          "logical_volumes", List.of("vg_name", "lv_name"));

  /** Two volumes of one name differ in these. */
  private static final List<String> KEYS = List.of("size_bytes", "pv_uuid", "vg_uuid", "lv_uuid");

  private static final int LONGEST = 8 << 10;

  private LvmRows() {}

  /** Each volume once, with all that its rows say. */
  static ArrayNode joined(String list, ArrayNode rows) {
    List<String> names = NAMES.getOrDefault(list, List.of());
    Map<List<String>, ObjectNode> last = new HashMap<>();
    ArrayNode all = Fields.array();
    for (JsonNode row : rows) {
      List<String> name = names.stream().map(key -> row.path(key).asString("")).toList();
      // What is missing has no name: two of them are two.
      boolean named =
          !name.isEmpty()
              && name.stream().noneMatch(one -> one.isEmpty() || one.contains("unknown"));
      ObjectNode before = named ? last.get(name) : missing(row, all, names);
      if (before != null && KEYS.stream().allMatch(key -> agree(row, before, key))) {
        JsonFields.entries(row).forEach((key, value) -> add(before, key, value));
      } else {
        all.add(row);
        if (named && row instanceof ObjectNode object) {
          last.put(name, object);
        }
      }
    }
    return all;
  }

  /** A missing disk that one table tells without its identity and another with it. */
  private static @Nullable ObjectNode missing(JsonNode row, ArrayNode all, List<String> names) {
    if (!names.contains("pv_name")) {
      return null;
    }
    for (JsonNode one : all) {
      if (one instanceof ObjectNode before
          && row.has("pv_uuid") != before.has("pv_uuid")
          && row.has("size_bytes")
          && row.path("vg_name").equals(before.path("vg_name"))
          && names.stream().allMatch(key -> row.has(key) && row.path(key).equals(before.path(key)))
          && KEYS.stream().allMatch(key -> agree(row, before, key))) {
        return before;
      }
    }
    return null;
  }

  private static boolean agree(JsonNode a, JsonNode b, String key) {
    return !a.has(key) || !b.has(key) || a.path(key).equals(b.path(key));
  }

  /** Texts of segments go behind each other; of anything else the first stays. */
  private static void add(ObjectNode row, String key, JsonNode value) {
    JsonNode before = row.path(key);
    if (before.isMissingNode()) {
      row.set(key, value);
    } else if (before.isString()
        && value.isString()
        && !("," + before.asString("")).endsWith("," + value.asString(""))
        && before.asString("").length() < LONGEST
        && !key.equals("attributes")) {
      row.put(key, before.asString("") + "," + value.asString(""));
    }
  }
}
