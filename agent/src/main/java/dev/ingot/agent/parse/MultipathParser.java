package dev.ingot.agent.parse;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code multipath -l}, {@code -ll}, {@code -v2}, and {@code multipathd show maps json}. */
final class MultipathParser implements OutputParser {
  /** {@code [create: ]mpatha (wwid) dm-2 VENDOR,PRODUCT}; without an alias the wwid comes first. */
  private static final Pattern MAP =
      Pattern.compile("(?:[a-z]+: )?(\\S.*?)(?: \\(([^()]+)\\))? (dm-\\d+|%s|undef) ([^,]*),?(.*)");

  /**
   * {@code size=1.0T features='0' hwhandler='0' wp=rw}, or {@code [size=…][features=…]} of old
   * ones.
   */
  private static final Pattern SIZE = Pattern.compile("\\[?size=([0-9.]+ ?[KMGTPE])");

  private static final Pattern PATH =
      Pattern.compile(
          "([0-9#]+:[0-9#]+:[0-9#]+:[0-9#]+)\\s+(\\S+(?: \\S)?)\\s+([0-9#]+:[0-9#]+)\\s*(.*)");

  private static final Pattern FOLDED = Pattern.compile(" dm-\\d+ [^'\\n]*\\bsize=[^\\n]* policy=");

  /** Before a size, a branch, and the map after a path. */
  private static final Pattern FOLDS =
      Pattern.compile(
          "\\s+(?=size=)|(?<![|])\\s+(?=(?:[|] )?[|`]-[+"
              + " ])|(?<=running|offline|undef|unknown)\\s+(?=\\S)|\\s*]+ *$");

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    ArrayNode maps = Fields.array();
    boolean answered = false;
    if (JsonText.looksLike(text)) {
      JsonNode root = JsonText.read(text, notes);
      answered = root.has("maps") || root.has("map") || root.has("major_version");
      for (JsonNode map : JsonFields.list(root.has("map") ? root.path("map") : root.path("maps"))) {
        maps.add(fromJson(map));
      }
    } else {
      text(text, maps, notes);
    }
    Fields facts = new Fields();
    if (answered || !maps.isEmpty()) {
      long paths = 0;
      for (JsonNode map : maps) {
        paths += map.path("paths").size();
      }
      facts
          .put("counts", new Fields().put("maps", (long) maps.size()).put("paths", paths).node())
          .put("maps", maps);
    }
    return notes.result("multipath", facts);
  }

  private static void text(String text, ArrayNode maps, Notes notes) {
    @Nullable ObjectNode map = null;
    @Nullable String group = null;
    for (Line line : Line.of(unfolded(text))) {
      String said = line.text().replaceFirst("^[| `+\\\\_-]+", "").strip();
      Matcher head = MAP.matcher(line.text().replaceFirst("^multipathd> ?", ""));
      Matcher path = PATH.matcher(said);
      Matcher size = SIZE.matcher(said);
      if (line.isBlank() || said.equals("multipathd>")) {
        continue;
      }
      if (map == null && (size.lookingAt() || said.startsWith("policy="))) {
        // Its first line is cut off.
        map = new Fields().node();
        maps.add(map);
      }
      if (path.matches() && map != null) {
        map.withArray("paths").add(path(path, group));
      } else if (size.lookingAt() && map != null) {
        size(said, String.valueOf(size.group(1)), map);
      } else if (said.startsWith("policy=") && map != null) {
        group = Text.between(said + " ", "status=", " ");
        map.withArray("groups").add(group(said, group));
      } else if (Text.matches(said, "(round-robin|queue-length|service-time).*") && map != null) {
        // multipath-tools before 0.4.9: "round-robin 0 [prio=1][active]".
        group = Text.between(said.substring(Math.max(0, said.lastIndexOf('['))), "[", "]");
        map.withArray("groups").add(group(said, group));
      } else if (head.matches() && line.indent() == 0) {
        map =
            new Fields()
                .put("name", head.group(1))
                .put("wwid", head.group(2) == null ? head.group(1) : head.group(2))
                .put(
                    "device",
                    String.valueOf(head.group(3)).startsWith("dm-") ? head.group(3) : null)
                .put("vendor", vendor(String.valueOf(head.group(4)).replaceFirst("^%s ", "")))
                .put("product", String.valueOf(head.group(5)).strip())
                .node();
        maps.add(map);
        group = null;
      } else {
        notes.line(line);
      }
    }
  }

  /** Logs and pages put a map, or all, into one line. */
  private static String unfolded(String text) {
    if (!FOLDED.matcher(text).find()) {
      return text;
    }
    return text.lines()
        .map(
            line ->
                FOLDED.matcher(line).find()
                    ? FOLDS.matcher(line.replaceFirst("^[^']*\\[(?=\\S+ )", "")).replaceAll("\n")
                    : line)
        .collect(java.util.stream.Collectors.joining("\n"));
  }

  private static void size(String text, String size, ObjectNode map) {
    // multipath counts in units of 1024.
    new Fields()
        .put("size_bytes", Sizes.binary(size))
        .put(
            "features",
            first(Text.between(text, "features='", "'"), Text.between(text, "[features=", "]")))
        .put(
            "hardware_handler",
            first(Text.between(text, "hwhandler='", "'"), Text.between(text, "[hwhandler=", "]")))
        .put(
            "write_protection",
            Text.matches(text, ".*\\[r[wo] *]")
                ? text.substring(text.lastIndexOf("[r") + 1, text.lastIndexOf("[r") + 3)
                : Text.between(text + " ", "wp=", " "))
        .node()
        .forEachEntry(map::set);
  }

  /** A map without paths has no maker. */
  private static @Nullable String vendor(String text) {
    return text.strip().equals("uninitialized") ? null : text.strip();
  }

  private static @Nullable String first(@Nullable String a, @Nullable String b) {
    return a == null ? b : a;
  }

  private static ObjectNode group(String text, @Nullable String status) {
    String policy = Text.between(text, "policy='", "'");
    return new Fields()
        .put("policy", policy == null ? text.replaceFirst("\\s*\\[.*", "") : policy)
        .put("priority", Text.number(Text.between(text.replace(']', ' ') + " ", "prio=", " ")))
        .put("status", status)
        .node();
  }

  /** {@code 0:0:0:0 sda 8:0 active ready running}; old ones {@code [active][ready]}. */
  private static ObjectNode path(Matcher path, @Nullable String group) {
    var states = Text.parts(path.group(4), " \\[\\]`");
    return new Fields()
        .put("hctl", path.group(1))
        .put("device", path.group(2))
        .put("major_minor", path.group(3))
        .put("dm_state", states.isEmpty() ? null : states.getFirst())
        .put("path_state", states.size() > 1 ? states.get(1) : null)
        .put("device_state", states.size() > 2 ? states.get(2) : null)
        .put("group_status", group)
        .node();
  }

  private static ObjectNode fromJson(JsonNode map) {
    ArrayNode paths = Fields.array();
    ArrayNode groups = Fields.array();
    for (JsonNode group : JsonFields.list(map.path("path_groups"))) {
      groups.add(
          new Fields()
              .put("policy", JsonFields.text(group, "selector"))
              .put("priority", JsonFields.number(group, "pri"))
              .put("status", JsonFields.text(group, "dm_st"))
              .node());
      for (JsonNode path : JsonFields.list(group.path("paths"))) {
        paths.add(
            new Fields()
                .put("hctl", JsonFields.text(path, "hcil"))
                .put("device", JsonFields.text(path, "dev"))
                .put("major_minor", JsonFields.text(path, "dev_t"))
                .put("dm_state", JsonFields.text(path, "dm_st"))
                .put("path_state", JsonFields.text(path, "chk_st"))
                .put("device_state", JsonFields.text(path, "dev_st"))
                .put("priority", JsonFields.number(path, "pri"))
                .put("serial", JsonFields.text(path, "serial"))
                .put("host_wwpn", JsonFields.text(path, "host_wwpn"))
                .put("target_wwpn", JsonFields.text(path, "target_wwpn"))
                .put("group_status", JsonFields.text(group, "dm_st"))
                .node());
      }
    }
    return new Fields()
        .put("name", JsonFields.text(map, "name"))
        .put("wwid", JsonFields.text(map, "uuid"))
        .put("device", JsonFields.text(map, "sysfs"))
        .put("vendor", JsonFields.text(map, "vend"))
        .put("product", JsonFields.text(map, "prod"))
        .put("revision", JsonFields.text(map, "rev"))
        .put("size_bytes", Sizes.binary(JsonFields.text(map, "size")))
        .put("features", JsonFields.text(map, "features"))
        .put("hardware_handler", JsonFields.text(map, "hwhandler"))
        .put("write_protection", JsonFields.text(map, "write_prot"))
        .put("state", JsonFields.text(map, "dm_st"))
        .putUnlessEmpty("groups", groups)
        .putUnlessEmpty("paths", paths)
        .node();
  }
}
