package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** lshw's text, in the words of its JSON. */
final class LshwText {
  private static final Pattern HEAD =
      Pattern.compile("\\*-([A-Za-z0-9_-]+)(:\\d+)?( DISABLED| UNCLAIMED)?");
  private static final Pattern SETTING =
      Pattern.compile("([A-Za-z0-9_.-]+)=(\\S+(?: (?![A-Za-z0-9_.-]+=)\\S+)*)");

  private static final int TERMINAL = 80;
  private static final int NARROWEST = 60;
  private static final int LONGEST = 8192;

  private LshwText() {}

  static List<JsonNode> nodes(List<Line> broken, Notes notes) {
    List<Line> lines = joined(broken);
    List<JsonNode> nodes = new ArrayList<>();
    Set<String> disks = new HashSet<>();
    String first = headless(lines);
    Set<Integer> unmarked = unmarked(lines);
    @Nullable ObjectNode node = null;
    boolean shortForm = false;
    for (Line line : lines) {
      String text = line.text();
      Matcher head = HEAD.matcher(unmarked.contains(line.number()) ? "*-" + text : text);
      int colon = text.indexOf(": ");
      String key = key(text);
      if (node == null && !first.isEmpty() && LshwParser.KEYS.contains(key)) {
        node = new Fields().put("class", first).node();
      }
      if (line.isBlank() || line.isRule()) {
        continue;
      }
      if (Text.matches(text, "(H/W path|Bus info)\\s+Device\\s+Class\\s+Description")) {
        shortForm = true;
      } else if (shortForm) {
        row(text, nodes, disks, line, notes);
      } else if (head.matches()) {
        String id = String.valueOf(head.group(1));
        node =
            new Fields()
                .put("id", id + (head.group(2) == null ? "" : head.group(2)))
                .put("class", kind(id))
                .node();
        if (" DISABLED".equals(head.group(3))) {
          node.put("disabled", true);
        }
        nodes.add(node);
      } else if (node == null
          && line.indent() == 0
          && Text.matches(text, "\\S+")
          && nodes.isEmpty()) {
        node = new Fields().put("id", text).put("class", "system").node();
      } else if (node != null && LshwParser.KEYS.contains(key)) {
        if (nodes.isEmpty()) {
          nodes.add(node);
        }
        value(node, key, text.substring(colon + 2).strip());
      } else {
        notes.line(line);
      }
    }
    return nodes;
  }

  private static String key(String text) {
    int colon = text.indexOf(": ");
    return colon > 0 ? LshwWords.key(text.substring(0, colon)) : "";
  }

  /** What lines before the first head tell of: the machine has no physical id, all else has. */
  private static String headless(List<Line> lines) {
    Map<String, String> said = new HashMap<>();
    for (Line line : lines) {
      if (HEAD.matcher(line.text()).matches()) {
        break;
      }
      String key = key(line.text());
      if (!key.isEmpty()) {
        said.putIfAbsent(key, line.text().substring(line.text().indexOf(": ") + 2));
      }
    }
    String description = said.getOrDefault("description", "");
    boolean part = said.containsKey("physical id") || said.containsKey("bus info");
    if (part || said.containsKey("logical name")) {
      boolean port = said.containsKey("logical name") && LshwKinds.isPort(description);
      return part && port ? "network" : "";
    }
    boolean machine = said.containsKey("product") || said.containsKey("capabilities");
    return machine && !description.isEmpty() ? "system" : "";
  }

  /** Lists of a page whose marks {@code *-} were lost: a name, and below it what has an id. */
  private static Set<Integer> unmarked(List<Line> lines) {
    Set<Integer> heads = new HashSet<>();
    int name = -1;
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      String key = key(line.text());
      if (!LshwParser.KEYS.contains(key)) {
        name = HEAD.matcher("*-" + line.text()).matches() ? i : -1;
      } else if (name >= 0
          && key.equals("physical id")
          && line.indent() > lines.get(name).indent()) {
        heads.add(lines.get(name).number());
      }
    }
    return heads;
  }

  /** Values broken where a terminal's lines were full are whole again. */
  private static List<Line> joined(List<Line> lines) {
    int width = lines.stream().mapToInt(line -> line.raw().length()).max().orElse(0);
    long full = lines.stream().filter(line -> line.raw().length() == width).count();
    if (width < NARROWEST || (full < 2 && width != TERMINAL)) {
      return lines;
    }
    List<Line> whole = new ArrayList<>();
    int before = 0;
    for (Line line : lines) {
      Line last = whole.isEmpty() ? line : whole.getLast();
      boolean goesOn =
          before >= width - 1
              && LshwParser.KEYS.contains(key(last.text()))
              && last.raw().length() < LONGEST
              && !line.isBlank()
              && line.indent() <= 1
              && !HEAD.matcher(line.text()).matches()
              && !LshwParser.KEYS.contains(key(line.text()));
      if (goesOn) {
        // A blank in the last column does not show.
        String raw = last.raw() + (before < width && line.indent() == 0 ? " " : "") + line.raw();
        whole.set(whole.size() - 1, new Line(last.number(), last.indent(), raw.strip(), raw));
      } else {
        whole.add(line);
      }
      before = line.raw().length();
    }
    return whole;
  }

  /** {@code /0/1 /dev/sda disk 1TB ST1000}. */
  private static void row(
      String text, List<JsonNode> nodes, Set<String> disks, Line line, Notes notes) {
    Matcher row =
        Pattern.compile(
                "(?:(/\\S*|[a-z]+@\\S+)\\s+)?(?:(\\S+)\\s+)?(system|bus|memory|processor|bridge|display|network|storage|disk|volume|generic|communication|multimedia|input|power|printer|tape|address)(?:\\s+(.*))?")
            .matcher(text);
    if (!row.matches()) {
      notes.line(line);
      return;
    }
    String description = row.group(4);
    String place = row.group(1);
    boolean path = place != null && place.startsWith("/"); // else -businfo's
    boolean bank =
        "memory".equals(row.group(3))
            && description != null
            && Text.matches(description, "(?i).*(dimm|ddr|\\[empty]).*");
    // Of a disk lshw counts here in units of 1000, of all else in those of 1024.
    String size = description == null ? "" : description.replaceFirst(" .*", "");
    boolean sized = Text.matches(size, "[0-9.]+[kMGTP]i?B");
    boolean disk = "disk".equals(row.group(3));
    String name = row.group(2);
    // The medium of a drive is below it, or has its name.
    boolean medium =
        disk && (!(name == null || disks.add(name)) || (path && isBelow(disks, place)));
    if (disk && path) {
      disks.add(place);
    }
    boolean optical =
        disk && name != null && Text.matches(name, "/dev/(?:cd|dvd|sr|scd)[a-z0-9-]*");
    nodes.add(
        new Fields()
            .put("id", bank ? "bank" : optical ? "cdrom" : medium ? "medium" : path ? place : null)
            .put("businfo", path ? null : place)
            .put("class", row.group(3))
            .put("logicalname", name)
            .put("description", description)
            .put("size", !sized ? null : disk ? Sizes.decimal(size) : Sizes.binary(size))
            .node());
  }

  private static boolean isBelow(Set<String> disks, String path) {
    for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (disks.contains(path.substring(0, end))) {
        return true;
      }
    }
    return false;
  }

  private static String kind(String id) {
    return switch (id) {
      case "network" -> "network";
      case "cpu" -> "processor";
      case "bank", "memory" -> "memory";
      case "disk", "cdrom", "namespace" -> "disk";
      case "volume", "logicalvolume", "partition" -> "volume";
      case "storage", "scsi", "sata", "ide", "raid", "nvme", "sas" -> "storage";
      case "display" -> "display";
      case "power", "battery" -> "power";
      default -> "generic";
    };
  }

  private static void value(ObjectNode node, String key, String value) {
    switch (key) {
      case "configuration" -> {
        ObjectNode configuration = node.putObject("configuration");
        // An editor that cuts lines ends them so.
        Matcher matcher = SETTING.matcher(value.replaceFirst("\\S*\\$$", ""));
        while (matcher.find()) {
          configuration.put(String.valueOf(matcher.group(1)), String.valueOf(matcher.group(2)));
        }
      }
      case "description" -> node.put(key, LshwWords.empty(value));
      case "bus info" -> node.put("businfo", value);
      case "logical name" -> {
        if (node.has("logicalname")) {
          List<JsonNode> before = JsonFields.list(node.path("logicalname"));
          var names = node.putArray("logicalname");
          before.forEach(names::add);
          names.add(value);
        } else {
          node.put("logicalname", value);
        }
      }
      // "953GiB (1024GB)": the first is exact to three digits in units of 1024.
      case "size", "capacity" -> node.put(key, value.replaceFirst(" \\(.*", ""));
      default -> node.put(key, value);
    }
  }
}
