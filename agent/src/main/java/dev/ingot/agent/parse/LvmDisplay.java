package dev.ingot.agent.parse;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The blocks of {@code pvdisplay}, {@code vgdisplay} and {@code lvdisplay}. */
final class LvmDisplay {
  private LvmDisplay() {}

  /** {@code VG Size <19.00 GiB}; between long keys and values is one blank. */
  static void line(String text, Map<String, String> block) {
    if (text.startsWith("LV Creation host, time ")) {
      String[] made = text.substring(23).split(", ", 2);
      block.put("host", made[0].strip());
      block.put("created", made.length == 2 ? made[1].strip() : "");
      return;
    }
    String said = text.replaceFirst("^Free +PE / Size", "Free PE / Size");
    String[] parts = said.split("\\s{2,}|\\s+(?=[<0-9]|/\\S)", 2);
    block.putIfAbsent(Text.snake(parts[0]), parts.length == 2 ? parts[1].strip() : "");
  }

  /** A line of a block whose head is missing, which is no head of a table. */
  static boolean isLine(String text) {
    return Text.matches(
        text,
        "(PV|VG|LV) (Name|Size|UUID|Path|Status|Access|Write Access|Pool name|Creation host,.*)"
            + "\\s+[^A-Z\\s].*|(PV|VG|LV) (Name|UUID)\\s{2,}[A-Za-z0-9_-]+");
  }

  /** The list that a block belongs to, by its head or else by what it has. */
  static String list(String said, Map<String, String> block) {
    if (!said.isEmpty()) {
      return said;
    }
    boolean logical = block.keySet().stream().anyMatch(key -> key.startsWith("lv_"));
    boolean physical = block.keySet().stream().anyMatch(key -> key.startsWith("pv_"));
    return logical ? "logical_volumes" : physical ? "physical_volumes" : "volume_groups";
  }

  /** A name is all that makes a volume; a block that was cut off before it is none. */
  static boolean isWhole(String said, Map<String, String> block) {
    return block.containsKey(
        switch (list(said, block)) {
          case "logical_volumes" -> "lv_name";
          case "physical_volumes" -> "pv_name";
          default -> "vg_name";
        });
  }

  static JsonNode described(Map<String, String> block) {
    Map<String, String> row = new LinkedHashMap<>();
    block.forEach(
        (key, value) -> {
          switch (key) {
            case "pv_size", "vg_size", "lv_size" ->
                row.put(key, value.replaceFirst("/.*", "").strip());
            case "free_pe_size" -> row.put("vg_free", behindSlash(value));
            case "total_pe_free_pe" -> row.put("free_pe", behindSlash(value));
            case "cur_pv" -> row.put("pv_count", value);
            case "cur_lv" -> row.put("lv_count", value);
            // As lvscan says it.
            case "lv_status" -> row.put("active", value.startsWith("available") ? "true" : "false");
            // Old versions have the path for a name.
            case "lv_name" -> row.put(key, value.substring(value.lastIndexOf('/') + 1));
            default -> row.put(key, value);
          }
        });
    Long free = Text.number(block.get("free_pe"));
    Long size = extent(block);
    if (free != null && size != null && free < Long.MAX_VALUE / size) {
      row.put("pv_free", free * size + "B");
    }
    return LvmParser.describe(row);
  }

  private static @Nullable Long extent(Map<String, String> block) {
    String kilobytes = block.get("pe_size_kbyte");
    Long size = Sizes.binary(kilobytes == null ? block.get("pe_size") : kilobytes + " KiB");
    return size == null || size <= 0 ? null : size;
  }

  private static String behindSlash(String value) {
    return value.substring(value.lastIndexOf('/') + 1).strip();
  }
}
