package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** lsblk's texts: pairs ({@code NAME="sda" SIZE="9G"}) and columns. */
final class LsblkTable {
  private static final Pattern PAIR = Pattern.compile("([A-Za-z0-9:%_-]+)=\"([^\"]*)\"");

  private static final Pattern ESCAPE = Pattern.compile("\\\\x([0-7][0-9a-f])");

  /** Columns without empty values, and what these look like. */
  private static final Map<String, String> ALWAYS =
      Map.of(
          "SIZE", "[0-9][0-9.,]*[BKMGTPE]?",
          "TYPE", "[a-z][a-z0-9]*",
          "MAJ:MIN", "\\d+:\\d+");

  private static final Pattern HEADS =
      Pattern.compile("[A-Z][A-Z0-9:%-]+(?:\\s+[A-Z][A-Z0-9:%-]+)*");

  private static final Pattern DEVICE =
      Pattern.compile(
          "(?:[^A-Za-z0-9]+\\S|(?:/dev/)?(?:[shv]d[a-z]|xvd[a-z]|sr\\d|fd\\d|md\\d|dm-\\d|nvme\\d|loop\\d"
              + "|mmcblk\\d|zram\\d|nbd\\d|pmem\\d|dasd[a-z]|rbd\\d|bcache\\d|zd\\d|mpath[a-z])).*");

  /** What lsblk prints when nobody names columns, wherever its blanks went. */
  private static final List<String> USUAL_HEADS =
      List.of("NAME", "MAJ:MIN", "RM", "SIZE", "RO", "TYPE");

  private static final Pattern USUAL =
      Pattern.compile(
          "[ \\t│├└─|`-]*(\\S.*?)\\s+(\\d+:\\d+)\\s+([01])\\s+([0-9.,]+[BKMGTPE]?)\\s+([01])"
              + "\\s+([a-z][a-z0-9]*)(?:\\s+(\\S.*))?");

  /** Columns aligned to the right, whose values end where their heads do. */
  private static final java.util.Set<String> RIGHT =
      java.util.Set.of(
          "MAJ:MIN",
          "RM",
          "SIZE",
          "RO",
          "RA",
          "ROTA",
          "LOG-SEC",
          "PHY-SEC",
          "MIN-IO",
          "OPT-IO",
          "ALIGNMENT",
          "RQ-SIZE",
          "DISC-ALN",
          "DISC-GRAN",
          "DISC-MAX",
          "DISC-ZERO",
          "WSAME",
          "RAND",
          "REV",
          "HOTPLUG",
          "DAX",
          "START",
          "PARTN",
          "MAJ",
          "MIN",
          "DISK-SEQ",
          "FSAVAIL",
          "FSSIZE",
          "FSUSED",
          "FSUSE%");

  private record Column(String name, int start, int end) {}

  private static final List<Column> USUAL_COLUMNS =
      heads(String.join(" ", USUAL_HEADS) + " MOUNTPOINT");

  private LsblkTable() {}

  static void read(List<Line> lines, List<JsonNode> all, Notes notes) {
    List<Column> columns = List.of();
    List<String> parents = new ArrayList<>();
    List<Integer> depths = new ArrayList<>();
    boolean head = false;
    boolean wrapped = false;
    for (Line line : lines) {
      String text = line.text();
      // A mail wrapped the table: its further columns are below, and so are their values.
      wrapped = head ? HEADS.matcher(text).matches() : wrapped;
      boolean rest =
          wrapped && !text.startsWith("NAME") && (head || !DEVICE.matcher(text).matches());
      head = Text.matches(text, "K?NAME(\\s.*)?");
      if (line.isBlank()) {
        // What comes next was cut out elsewhere, and hangs below nothing that stands above.
        depths.clear();
        parents.clear();
        continue;
      }
      if (rest) {
        notes.line(line);
      } else if (text.contains("=\"")) {
        add(pairs(text), null, all, line, notes);
      } else if (head) {
        columns = heads(line.raw());
      } else if (text.startsWith("lsblk: ")) {
        notes.line(line);
      } else if (columns.isEmpty()) {
        // -n, or lines that somebody picked: the usual columns are known by their form.
        Map<String, String> row = usual(line.raw(), USUAL_COLUMNS);
        if (row.isEmpty()) {
          notes.line(line);
          continue;
        }
        String parent = under(depth(line.raw()), depths, parents);
        add(row, parent, all, line, notes);
        depths.add(depth(line.raw()));
        parents.add(row.getOrDefault("NAME", ""));
      } else {
        int depth = depth(line.raw());
        String parent = under(depth, depths, parents);
        Map<String, String> usual = usual(line.raw(), columns);
        usual = usual.isEmpty() ? unaligned(line.raw(), columns) : usual;
        Map<String, String> row = usual.isEmpty() ? row(line.raw(), columns) : usual;
        boolean moved = Text.matches(row.getOrDefault("NAME", ""), "\\S+ [^(].*");
        row = moved ? shaped(line.text()) : row;
        if (plausible(row, columns)) {
          if (moved) {
            notes.line(line);
          }
          add(row, parent, all, line, notes);
        } else if (row.size() == 1
            && Text.matches(line.text(), "(/\\S*|\\[SWAP\\])")
            && !all.isEmpty()
            && all.getLast() instanceof ObjectNode last) {
          // A further place where the same device is mounted, below the first one.
          last.withArray("further_mountpoints").add(line.text());
          continue;
        } else {
          notes.line(line);
        }
        depths.add(depth);
        parents.add(row.getOrDefault("NAME", ""));
      }
    }
  }

  /** Whom a line of this depth hangs below. */
  private static @Nullable String under(int depth, List<Integer> depths, List<String> parents) {
    while (!depths.isEmpty() && depths.getLast() >= depth) {
      depths.removeLast();
      parents.removeLast();
    }
    return parents.isEmpty() || depth == 0 ? null : parents.getLast();
  }

  private static void add(
      Map<String, String> values,
      @Nullable String parent,
      List<JsonNode> all,
      Line line,
      Notes notes) {
    JsonNode device = LsblkParser.describe(values, parent);
    if (device == null) {
      notes.line(line);
    } else {
      all.add(device);
    }
  }

  private static Map<String, String> pairs(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    Matcher matcher = PAIR.matcher(text);
    while (matcher.find()) {
      values.put(String.valueOf(matcher.group(1)), unescaped(String.valueOf(matcher.group(2))));
    }
    return values;
  }

  /** {@code \x20} of unsafe characters. */
  private static String unescaped(String text) {
    return text.indexOf('\\') < 0
        ? text
        : ESCAPE
            .matcher(text)
            .replaceAll(
                escape ->
                    Matcher.quoteReplacement(
                        String.valueOf((char) Integer.parseInt(escape.group(1), 16))));
  }

  /** A row of -r: one blank between values, and two where one is missing; empty if it is none. */
  private static Map<String, String> unaligned(String raw, List<Column> columns) {
    Map<String, String> row = new LinkedHashMap<>();
    for (int i = 1; i < columns.size(); i++) {
      if (columns.get(i).start != columns.get(i - 1).end + 1) {
        return row;
      }
    }
    String[] values = (raw + " ".repeat(columns.size())).split(" ", columns.size() + 1);
    if (depth(raw) > 0
        || columns.size() < 2
        || Text.parts(raw, " ").size() > columns.size()
        || !values[columns.size()].isBlank()) {
      return row;
    }
    for (int i = 0; i < columns.size(); i++) {
      row.put(columns.get(i).name, unescaped(values[i]));
    }
    // Values that are always there tell an empty one from blanks that only move the next.
    boolean sure = !raw.strip().contains("  ");
    for (Map.Entry<String, String> form : ALWAYS.entrySet()) {
      String value = row.get(form.getKey());
      if (value != null && !Text.matches(value, form.getValue())) {
        return new LinkedHashMap<>();
      }
      sure |= value != null;
    }
    return sure ? row : new LinkedHashMap<>();
  }

  private static List<Column> heads(String raw) {
    List<Column> columns = new ArrayList<>();
    Matcher matcher = Pattern.compile("\\S+").matcher(raw);
    while (matcher.find()) {
      columns.add(new Column(matcher.group(), matcher.start(), matcher.end()));
    }
    return columns;
  }

  /** How far the drawing of the tree goes into a line. */
  private static int depth(String raw) {
    int depth = 0;
    while (depth < raw.length() && isTree(raw.charAt(depth))) {
      depth++;
    }
    return depth;
  }

  private static boolean isTree(char c) {
    return " │├└─|`-".indexOf(c) >= 0;
  }

  /**
   * Words are given to the columns that they overlap; a word that lies below none belongs to the
   * column left of it, whose value it goes on, unless the column to the right is aligned so.
   */
  private static Map<String, String> row(String raw, List<Column> columns) {
    Map<String, String> row = new LinkedHashMap<>();
    Matcher matcher =
        Pattern.compile("\\S+").matcher(" ".repeat(depth(raw)) + raw.substring(depth(raw)));
    java.util.Set<Integer> ends = new java.util.HashSet<>();
    while (matcher.find()) {
      ends.add(matcher.end());
    }
    matcher.reset();
    while (matcher.find()) {
      String name = column(columns, matcher.start(), matcher.end(), ends, row);
      row.merge(name, matcher.group(), (a, b) -> a + " " + b);
    }
    return row;
  }

  /** A row of the usual columns; empty if they are others, or a value is missing. */
  private static Map<String, String> usual(String raw, List<Column> columns) {
    Map<String, String> row = new LinkedHashMap<>();
    List<String> heads = columns.stream().map(Column::name).toList();
    Matcher matcher = USUAL.matcher(raw);
    if (heads.size() == 7
        && heads.subList(0, 6).equals(USUAL_HEADS)
        && heads.getLast().startsWith("MOUNTPOINT")
        && matcher.matches()) {
      for (int i = 0; i < heads.size(); i++) {
        String value = matcher.group(i + 1);
        if (value != null) {
          row.put(heads.get(i), value.strip());
        }
      }
    }
    return row;
  }

  /** Of a row that does not stand below its heads only what its form tells. */
  private static Map<String, String> shaped(String text) {
    Map<String, String> row = new LinkedHashMap<>();
    for (String word : Text.parts(text.replaceFirst("^[│├└─|` -]+", ""), " \t")) {
      String head =
          row.isEmpty()
              ? "NAME"
              : Text.matches(word, "\\d+:\\d+")
                  ? "MAJ:MIN"
                  : Text.matches(word, "[0-9.]+[BKMGTPE]|\\d{6,}")
                      ? "SIZE"
                      : Text.matches(word, "disk|part|lvm|rom|loop|crypt|mpath|raid\\d+")
                          ? "TYPE"
                          : word.startsWith("/") ? "MOUNTPOINT" : "";
      row.putIfAbsent(head, word);
    }
    row.remove("");
    return row;
  }

  private static String column(
      List<Column> columns,
      int start,
      int end,
      java.util.Set<Integer> ends,
      Map<String, String> row) {
    if (row.isEmpty()) {
      return columns.getFirst().name;
    }
    int best = 0;
    for (int i = 1; i < columns.size(); i++) {
      Column column = columns.get(i);
      boolean right = RIGHT.contains(column.name);
      boolean taken = ends.contains(column.end);
      // A right-aligned value ends below the end of its head, and may begin far left of it; words
      // before it are of the column to the left.
      boolean revision = column.name.equals("REV"); // four characters with blanks, or eight
      if (revision
          ? end == column.end || (start >= column.end - 4 && end < column.end)
          : right
              ? end == column.end || (!taken && end <= column.end && end > columns.get(i - 1).end)
              : start >= column.start) {
        best = i;
        if (right && end <= column.end) {
          return column.name;
        }
      }
    }
    return columns.get(best).name;
  }

  /** A row must have a type or a number of device that looks like one, where there is a column. */
  private static boolean plausible(Map<String, String> row, List<Column> columns) {
    String name = row.getOrDefault("NAME", row.getOrDefault("KNAME", ""));
    if (Text.matches(name, "\\[.*|.*[@#$].*")) {
      return false; // the prompt of the next command
    }
    boolean numbered = columns.stream().anyMatch(column -> column.name.equals("MAJ:MIN"));
    return !numbered
        || row.values().stream().anyMatch(value -> Text.matches(value, "(.* )?\\d+:\\d+"));
  }
}
