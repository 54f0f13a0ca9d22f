package dev.ingot.agent.parse;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** The lines of {@code pvscan}, {@code vgscan} and {@code lvscan}. */
final class LvmScan {
  private static final Pattern PHYSICAL =
      Pattern.compile(
          "PV (/\\S+|unknown device|\\[unknown]) +(?:with UUID (\\S+) +)?"
              + "(?:(?:is in exported )?VG (\\S+) +)?(lvm\\d) +\\[(.*)]");

  private static final Pattern GROUP =
      Pattern.compile("Found (exported )?volume group \"([^\"]+)\" using metadata type (lvm\\d)");

  private static final Pattern LOGICAL =
      Pattern.compile(
          "(ACTIVE|inactive) +(Original |Snapshot )? *'/dev/([^/']+)/([^']+)' \\[([^]]+)] (\\S+)");

  private static final Pattern TOTAL = Pattern.compile("Total: \\d+ \\[.*");

  private LvmScan() {}

  /** Whether this line is of these. */
  static boolean take(String text, Map<String, ArrayNode> lists) {
    Matcher physical = PHYSICAL.matcher(text);
    Matcher group = GROUP.matcher(text);
    Matcher logical = LOGICAL.matcher(text);
    if (physical.matches()) {
      // "19.00 GiB / 4.00 MiB free", or the size alone where it is in no group.
      String[] sizes = String.valueOf(physical.group(5)).split(" / ", 2);
      list(lists, "physical_volumes")
          .add(
              new Fields()
                  .put("pv_name", physical.group(1))
                  .put("vg_name", physical.group(3))
                  .put("pv_uuid", physical.group(2))
                  .put("pv_fmt", physical.group(4))
                  .put("size_bytes", bytes(sizes[0]))
                  .put("free_bytes", sizes.length == 2 ? bytes(sizes[1]) : null)
                  .node());
    } else if (group.matches()) {
      list(lists, "volume_groups")
          .add(
              new Fields()
                  .put("vg_name", group.group(2))
                  .put("vg_fmt", group.group(3))
                  .put("exported", group.group(1) == null ? null : Boolean.TRUE)
                  .node());
    } else if (logical.matches()) {
      list(lists, "logical_volumes")
          .add(
              new Fields()
                  .put("lv_name", logical.group(4))
                  .put("vg_name", logical.group(3))
                  .put("size_bytes", bytes(String.valueOf(logical.group(5))))
                  .put("active", String.valueOf(logical.group(1)).equals("ACTIVE"))
                  .put("allocation", logical.group(6))
                  .node());
    } else {
      return TOTAL.matcher(text).matches() && lists.containsKey("physical_volumes");
    }
    return true;
  }

  private static ArrayNode list(Map<String, ArrayNode> lists, String name) {
    return lists.computeIfAbsent(name, _ -> Fields.array());
  }

  private static @Nullable Long bytes(String text) {
    return Sizes.binary(text.replaceFirst("^<", "").replaceFirst("\\s*free$", ""));
  }
}
