package dev.ingot.agent.parse;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/**
 * The lines of {@code pvdisplay -c}, {@code vgdisplay -c} and {@code lvdisplay -c}, whose fields
 * their manual pages number.
 */
final class LvmColons {
  private static final int SECTOR = 512;

  private LvmColons() {}

  /** Whether this line is of these. */
  static boolean take(String text, Map<String, ArrayNode> lists) {
    String[] parts = text.split(":", -1);
    if (parts.length == 13 && Text.matches(text, "/\\S+:[^:]+(:-?\\d+){11}")) {
      Long sectors = Numbers.parse(parts[6]);
      add(
          lists,
          "logical_volumes",
          new Fields()
              .put("lv_path", parts[0])
              .put("lv_name", parts[0].substring(parts[0].lastIndexOf('/') + 1))
              .put("vg_name", parts[1])
              .put("size_bytes", times(sectors, 1, SECTOR)));
    } else if (parts.length == 17 && Text.matches(text, "[^:]+:r/[wo]+(:-?\\d+){14}:\\S+")) {
      add(
          lists,
          "volume_groups",
          new Fields()
              .put("vg_name", parts[0])
              .put("vg_uuid", parts[16])
              .put("lv_count", Numbers.parse(parts[5]))
              .put("pv_count", Numbers.parse(parts[9]))
              .put("size_bytes", extents(parts[13], parts[12]))
              .put("free_bytes", extents(parts[15], parts[12])));
    } else if (parts.length == 12 && Text.matches(text, "/\\S+:[^:]*(:-?\\d+){9}:\\S+")) {
      add(
          lists,
          "physical_volumes",
          new Fields()
              .put("pv_name", parts[0])
              .put("vg_name", Text.known(parts[1]))
              .put("pv_uuid", parts[11])
              .put("size_bytes", extents(parts[8], parts[7]))
              .put("free_bytes", extents(parts[9], parts[7])));
    } else {
      return false;
    }
    return true;
  }

  /** Extents of a group, of so many KiB; a volume of no group has none. */
  private static @Nullable Long extents(String count, String kilobytes) {
    Long size = Numbers.parse(kilobytes);
    return size == null || size <= 0 ? null : times(Numbers.parse(count), size, 1024);
  }

  private static @Nullable Long times(@Nullable Long count, long size, int unit) {
    return count == null || count < 0 || count > Long.MAX_VALUE / unit / size
        ? null
        : Long.valueOf(count * size * unit);
  }

  private static void add(Map<String, ArrayNode> lists, String list, Fields fields) {
    lists.computeIfAbsent(list, _ -> Fields.array()).add(fields.node());
  }
}
