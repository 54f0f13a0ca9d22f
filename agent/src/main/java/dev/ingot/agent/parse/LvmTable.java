package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/**
 * LVM's tables: columns by their heads, or values between separators; and {@code pvdisplay}'s
 * blocks.
 */
final class LvmTable {
  private static final java.util.regex.Pattern PREFIXED =
      java.util.regex.Pattern.compile("LVM2_([A-Z0-9_]+)='([^']*)'");

  private LvmTable() {}

  static void read(
      List<Line> lines, Map<String, String> names, Map<String, ArrayNode> lists, Notes notes) {
    @Nullable String list = null;
    List<String> heads = List.of();
    int[] starts = {};
    String separator = "";
    @Nullable Map<String, String> block = null;
    for (Line line : lines) {
      String text = line.text();
      if (line.isBlank()) {
        if (block != null && list != null && LvmDisplay.isWhole(list, block)) {
          lists
              .computeIfAbsent(LvmDisplay.list(list, block), _ -> Fields.array())
              .add(LvmDisplay.described(block));
          block = null;
        }
        continue;
      }
      if (Text.matches(text, "--- .* ---")) {
        if (block != null && list != null && LvmDisplay.isWhole(list, block)) {
          lists
              .computeIfAbsent(LvmDisplay.list(list, block), _ -> Fields.array())
              .add(LvmDisplay.described(block));
        }
        block = new LinkedHashMap<>();
        String kind =
            text.contains("Physical")
                ? "physical_volumes"
                : text.contains("Volume group")
                    ? "volume_groups"
                    : text.contains("Logical") ? "logical_volumes" : null;
        if (kind == null) {
          block = null;
        } else {
          list = kind;
          lists.computeIfAbsent(kind, _ -> Fields.array());
        }
        heads = List.of();
        continue;
      }
      if (block == null && LvmDisplay.isLine(text)) {
        // Its head is cut off.
        block = new LinkedHashMap<>();
        list = "";
      }
      if (block != null && list != null) {
        LvmDisplay.line(text, block);
        continue;
      }
      if (LvmScan.take(text, lists) || LvmColons.take(text, lists)) {
        continue;
      }
      String guess =
          Text.matches(text, "(PV|VG|LV)\\b.*") ? text.replaceAll("[A-Za-z0-9#%_ ()-]", "") : "";
      List<String> found = head(text, guess, names);
      String of = LvmParser.listOf(found);
      if (text.startsWith("LVM2_")) {
        prefixed(text, lists, notes);
      } else if (of != null) {
        list = of;
        heads = found;
        separator = guess.isEmpty() ? "" : guess.substring(0, 1);
        starts = starts(joined(line.raw()));
        lists.computeIfAbsent(list, _ -> Fields.array());
      } else if (list == null
          || heads.isEmpty()
          || text.startsWith("WARNING")
          || (line.indent() == 0 && text.contains(": "))) {
        notes.line(line);
      } else {
        Map<String, String> row =
            separator.isEmpty()
                ? row(line.raw(), heads, starts)
                : separated(text, separator, heads);
        if (heads.contains("attr") && !isRow(row)) {
          row = shifted(text, heads);
        }
        if (!heads.contains("attr") || isRow(row)) {
          // pvs -a lists all devices; those without a format are no volumes.
          boolean other =
              list.equals("physical_volumes")
                  && heads.contains("pv_fmt")
                  && !row.containsKey("pv_fmt");
          lists
              .computeIfAbsent(other ? "other_devices" : list, _ -> Fields.array())
              .add(LvmParser.describe(row));
        } else {
          notes.line(line);
        }
      }
    }
    if (block != null && list != null && LvmDisplay.isWhole(list, block)) {
      lists
          .computeIfAbsent(LvmDisplay.list(list, block), _ -> Fields.array())
          .add(LvmDisplay.described(block));
    }
  }

  /** Messages stand between rows; the attributes of a row have a dash for each that is off. */
  private static boolean isRow(Map<String, String> row) {
    String attributes = row.get("attr");
    return attributes != null && Text.matches(attributes, "[A-Za-z.?-]*-[A-Za-z.?-]*");
  }

  /** Of a row whose names are longer than its columns what stands before the first empty one. */
  private static Map<String, String> shifted(String text, List<String> heads) {
    Map<String, String> row = new LinkedHashMap<>();
    List<String> words = Text.parts(text, " ");
    int attributes = heads.indexOf("attr");
    for (int i = 0; i < Math.min(words.size(), heads.size()); i++) {
      if (i > attributes && !Text.matches(words.get(i), "<?[0-9.]+[bBkKmMgGtTpPeE]")) {
        break;
      }
      row.put(heads.get(i), words.get(i));
    }
    return isRow(row) && String.valueOf(row.get("attr")).length() >= 3 ? row : Map.of();
  }

  /** Heads of two words, as one. */
  private static String joined(String text) {
    return text.replaceAll("\\b(PV|VG|LV) (UUID|Tags|Profile)\\b", "$1_$2");
  }

  /** With {@code --nameprefixes}: {@code LVM2_VG_NAME='rhel'|LVM2_VG_SIZE='<29.00g'}. */
  private static void prefixed(String text, Map<String, ArrayNode> lists, Notes notes) {
    Map<String, String> row = new LinkedHashMap<>();
    java.util.regex.Matcher pairs = PREFIXED.matcher(text);
    while (pairs.find()) {
      row.put(
          String.valueOf(pairs.group(1)).toLowerCase(java.util.Locale.ROOT),
          String.valueOf(pairs.group(2)));
    }
    String list =
        row.containsKey("lv_name")
            ? "logical_volumes"
            : row.containsKey("pv_name")
                ? "physical_volumes"
                : row.containsKey("vg_name") ? "volume_groups" : null;
    if (list == null) {
      notes.add(text);
    } else {
      lists.computeIfAbsent(list, _ -> Fields.array()).add(LvmParser.describe(row));
    }
  }

  private static List<String> head(String text, String guess, Map<String, String> names) {
    List<String> heads = new ArrayList<>();
    if (!Text.matches(text, "(PV|VG|LV)\\b.*")) {
      return heads;
    }
    String[] words =
        guess.isEmpty()
            ? joined(text).split(" +")
            : text.split(java.util.regex.Pattern.quote(guess.substring(0, 1)));
    for (String word : words) {
      if (!word.isBlank()) {
        String name = names.getOrDefault(word.strip(), Text.snake(word.strip()));
        // "pvs -v --segments" has a start on the disk and one in the volume.
        heads.add(heads.contains(name) ? "seg_" + name : name);
      }
    }
    return heads;
  }

  private static int[] starts(String raw) {
    return java.util.regex.Pattern.compile("\\S+")
        .matcher(raw)
        .results()
        .mapToInt(result -> result.start())
        .toArray();
  }

  /**
   * Each word goes to the last column that begins at or before its end, so that numbers fit too.
   */
  private static Map<String, String> row(String raw, List<String> heads, int[] starts) {
    Map<String, String> row = new LinkedHashMap<>();
    java.util.regex.Matcher words = java.util.regex.Pattern.compile("\\S+").matcher(raw);
    while (words.find()) {
      int column = 0;
      for (int i = 0; i < Math.min(starts.length, heads.size()); i++) {
        column = starts[i] < words.end() ? i : column;
      }
      row.merge(heads.get(column), words.group(), (a, b) -> a + " " + b);
    }
    return row;
  }

  private static Map<String, String> separated(String text, String separator, List<String> heads) {
    Map<String, String> row = new LinkedHashMap<>();
    String[] parts = text.split(java.util.regex.Pattern.quote(separator), -1);
    for (int i = 0; i < Math.min(parts.length, heads.size()); i++) {
      row.put(heads.get(i), parts[i].strip());
    }
    return row;
  }
}
