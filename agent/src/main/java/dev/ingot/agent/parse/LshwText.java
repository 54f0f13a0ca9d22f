package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.List;
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

  private LshwText() {}

  static List<JsonNode> nodes(List<Line> lines, Notes notes) {
    List<JsonNode> nodes = new ArrayList<>();
    @Nullable ObjectNode node = null;
    boolean shortForm = false;
    for (Line line : lines) {
      String text = line.text();
      Matcher head = HEAD.matcher(text);
      int colon = text.indexOf(": ");
      String key = colon > 0 ? LshwWords.key(text.substring(0, colon)) : "";
      if (line.isBlank() || line.isRule()) {
        continue;
      }
      if (Text.matches(text, "(H/W path|Bus info)\\s+Device\\s+Class\\s+Description")) {
        shortForm = true;
      } else if (shortForm) {
        row(text, nodes, line, notes);
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

  /** {@code /0/1 /dev/sda disk 1TB ST1000}. */
  private static void row(String text, List<JsonNode> nodes, Line line, Notes notes) {
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
    nodes.add(
        new Fields()
            .put("id", bank ? "bank" : path ? place : null)
            .put("businfo", path ? null : place)
            .put("class", row.group(3))
            .put("logicalname", row.group(2))
            .put("description", description)
            .put("size", !sized ? null : disk ? Sizes.decimal(size) : Sizes.binary(size))
            .node());
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
        Matcher matcher = SETTING.matcher(value);
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
