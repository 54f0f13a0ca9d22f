package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code ssacli}, {@code hpssacli} and {@code hpacucli}: {@code ctrl all show [status|config
 * [detail]|detail]}, and pd, ld, array of one controller, with or without detail.
 */
final class SsacliParser implements OutputParser {
  private static final Pattern CONTROLLER =
      Pattern.compile(
          "(\\S.*?) (?:in Slot (\\S+)|in (\\S.*?))(?: \\(([^)]*)\\))?(?:"
              + " \\(([^)]*)\\))?\\s*(?:\\(sn: ?(\\S*?)\\s*\\)|\\( *\\))?");

  private static final Pattern DRIVE =
      Pattern.compile("physicaldrive (\\S+?)(?:,)?(?: +\\((.*)\\))?(?:: (.*))?");
  private static final Pattern LOGICAL =
      Pattern.compile("(?:logicaldrive|Logical Drive:) (\\d+)(?: \\((.*)\\))?(.*)");
  private static final Pattern ARRAY =
      Pattern.compile("(?:[Aa]rray|Array:) ([A-Z]{1,2})(?: \\((.*)\\))?");

  /** What stands below a controller and nowhere else. */
  private static final Pattern PART =
      Pattern.compile(
          "(?:[Aa]rray:? [A-Z]{1,2}|logicaldrive \\d+|physicaldrive \\w+:\\w+(?::\\w+)?)(?:"
              + " +\\(.*\\).*)?|Logical Drive: \\d+|(?i:unassigned|hba drives)");

  private final String tool;
  private final Map<String, RaidAdapter> adapters = new LinkedHashMap<>();
  private final Notes notes = new Notes();
  private @Nullable RaidAdapter adapter;
  private @Nullable String array;
  private @Nullable String logical;
  private Block block = new Block();
  private @Nullable Fields owner;
  private SsacliParts.Kind kind = SsacliParts.Kind.ADAPTER;
  private boolean unassigned;

  SsacliParser(String tool) {
    this.tool = tool;
  }

  @Override
  public Parsed parse(String text) throws ParseFailure {
    return new SsacliParser(tool).read(text);
  }

  private Parsed read(String text) throws ParseFailure {
    if (JsonText.looksLike(text)) {
      SsacliJson.read(JsonText.read(text, notes), adapters);
    } else {
      boolean message = false;
      for (Line line : Line.of(text)) {
        message =
            !line.isBlank()
                && ((message && (line.indent() > 0 || !line.text().contains(" in Slot ")))
                    || (line.indent() == 0
                        && Text.matches(
                            line.text(),
                            "(FIRMWARE|WARNING|CACHE"
                                + " STATUS|NOTE|ALERT)\\b.*:.*|(Warning|Note|Error): .*")));
        if (message) {
          notes.line(line);
        } else if (!line.isBlank()) {
          line(line);
        }
      }
      end();
    }
    Fields facts = new Fields();
    boolean none = text.contains("does not have any") || text.contains("No controllers detected");
    if (!adapters.isEmpty() || none) {
      facts.putAll(RaidAdapter.facts(adapters.values(), null));
    }
    return notes.result(tool, facts);
  }

  private void line(Line line) {
    String text = line.text();
    Matcher controller = CONTROLLER.matcher(text);
    if (line.indent() == 0
        && controller.matches()
        && (text.indexOf(": ") < 0 | text.contains("(sn:"))
        && !Text.matches(text, "[#(].*|(?i:array|logical ?drive|physicaldrive|unassigned)\\b.*")) {
      controller(controller);
      return;
    }
    if (adapter == null && PART.matcher(text).matches()) {
      // Somebody left out the line that names the controller.
      notes.add("line " + line.number() + ": no controller is named above it");
      adapter = adapters.computeIfAbsent("", _ -> new RaidAdapter());
      begin(SsacliParts.Kind.NONE, null);
    }
    RaidAdapter here = adapter;
    // Where the blanks before lines are lost, prompts and messages stand among them.
    if (here == null
        || (line.indent() == 0 && !Text.matches(text, "[A-Za-z][A-Za-z0-9 /().,:%+-]*"))) {
      notes.line(line);
      return;
    }
    Matcher arrayLine = ARRAY.matcher(text);
    Matcher logicalLine = LOGICAL.matcher(text);
    Matcher drive = DRIVE.matcher(text);
    if (arrayLine.matches()) {
      end();
      array = String.valueOf(arrayLine.group(1));
      logical = null;
      unassigned = false;
      Fields fields = here.array(array);
      SsacliParts.arraySummary(fields, arrayLine.group(2));
      begin(SsacliParts.Kind.ARRAY, fields);
    } else if (text.equalsIgnoreCase("unassigned") || text.equalsIgnoreCase("HBA Drives")) {
      end();
      array = null;
      logical = null;
      unassigned = true;
      begin(SsacliParts.Kind.NONE, null);
    } else if (logicalLine.matches()) {
      end();
      logical = String.valueOf(logicalLine.group(1));
      Fields fields = here.logical(logical).put("array", array);
      SsacliParts.logicalSummary(fields, logicalLine.group(2));
      String status = String.valueOf(logicalLine.group(3)).strip();
      fields.put("state", status.startsWith(": ") ? status.substring(2) : null);
      begin(SsacliParts.Kind.LOGICAL, fields);
    } else if (drive.matches()) {
      drive(here, String.valueOf(drive.group(1)), drive.group(2));
      here.drive(String.valueOf(drive.group(1))).put("state", drive.group(3));
    } else if (Text.matches(
        text,
        "(Internal|External) Drive Cage at .*|.*Enclosure at .*|[^:]+ at Port [^:,]+, Box [^:,]+(,"
            + " [^:,]+)?|Expander \\d+.*|SEP .*|Enclosure SEP .*|Port Name: .*|Sensor ID:"
            + " \\d+|Physical Drives|Mirror Group \\d+:|Parity Group \\d+:|None"
            + " attached|Disk Partition Information|Predictive.*Group.*")) {
      heading(here, text);
    } else if (Text.matches(text, "Disk Name: \\S+ +Mount Points: .*")) {
      // Some versions say both on one line.
      int second = text.indexOf("Mount Points: ");
      block.add(text.substring(0, second));
      block.add(text.substring(second));
    } else if (!block.add(text)) {
      notes.line(line);
    }
  }

  private void controller(Matcher matcher) {
    end();
    String slot = matcher.group(2);
    String id = slot == null ? String.valueOf(matcher.group(3)) : slot;
    String model = String.valueOf(matcher.group(1));
    String serial = serial(matcher);
    String key = id + " " + model;
    RaidAdapter before = adapters.get(key);
    if (before != null && serial != null && before.about.has("serial")) {
      // Two machines' outputs in one file: both have their adapter in slot 0.
      boolean same = before.about.node().path("serial").asString("").equals(serial);
      key += same ? "" : " " + serial;
    }
    if (slot == null && before != null && before == adapter && before.isAlone()) {
      // A chassis may be named for two controllers in it.
      key += " " + adapters.size();
    }
    RaidAdapter made = adapters.computeIfAbsent(key, _ -> new RaidAdapter());
    adapter = made;
    array = null;
    logical = null;
    unassigned = false;
    boolean unknown = id.startsWith("ATTR_VALUE");
    made.about.put("id", id).put("slot", unknown ? null : slot).put("model", model);
    for (int group = 4; group <= 5; group++) {
      String note = matcher.group(group);
      if (note != null && note.startsWith("sn:")) {
        made.about.put("serial", note.substring(3).strip());
      } else if (note != null && note.equals("Embedded")) {
        made.about.put("embedded", true);
      } else if (note != null && !note.isBlank()) {
        made.about.put("mode", note);
      }
    }
    made.about.put("serial", matcher.group(6));
    begin(SsacliParts.Kind.ADAPTER, made.about);
  }

  private static @Nullable String serial(Matcher matcher) {
    for (int group = 4; group <= 5; group++) {
      String note = matcher.group(group);
      if (note != null && note.startsWith("sn:")) {
        return note.substring(3).strip();
      }
    }
    return matcher.group(6);
  }

  private void heading(RaidAdapter here, String text) {
    if (text.contains("Drive Cage at")
        || text.contains("Enclosure at")
        || text.contains(" at Port ")) {
      end();
      Fields cage =
          here.enclosures.computeIfAbsent(
              text.replaceFirst(", [^,]*$", ""), key -> new Fields().put("id", key));
      cage.put("state", text.substring(text.lastIndexOf(',') + 1).strip());
      begin(SsacliParts.Kind.ENCLOSURE, cage);
    } else if (text.startsWith("Port Name")
        || text.startsWith("Sensor")
        || text.startsWith("Expander")
        || text.contains("SEP ")) {
      end();
      begin(SsacliParts.Kind.NONE, null);
      block.add(text);
    }
  }

  /** A drive in a list, or the head of its details; below a logical drive it is its member. */
  private void drive(RaidAdapter here, String id, @Nullable String summary) {
    Fields fields = here.drive(id);
    SsacliParts.driveSummary(fields, summary);
    if (logical != null && kind == SsacliParts.Kind.LOGICAL && summary != null) {
      if (!fields.has("spare")) {
        here.member(logical, id);
      }
      if (array != null && !fields.has("spare")) {
        fields.put("array", array);
      }
      return;
    }
    if (summary == null) {
      end();
      begin(SsacliParts.Kind.DRIVE, fields);
    }
    if (array != null) {
      fields.put("array", array);
    } else if (unassigned) {
      fields.put("assigned", false);
    }
  }

  private void begin(SsacliParts.Kind next, @Nullable Fields fields) {
    kind = next;
    owner = fields;
  }

  private void end() {
    Block ended = block;
    block = new Block();
    Fields fields = owner;
    if (fields != null && !ended.isEmpty()) {
      SsacliParts.details(kind, fields, ended);
    }
  }

  static List<String> parts(String summary) {
    return new ArrayList<>(Text.parts(summary, ","));
  }

  /** Result of the Python library that Mercury used: a list of adapters. */
  private static final class SsacliJson {
    static void read(JsonNode root, Map<String, RaidAdapter> adapters) {
      for (JsonNode one : JsonFields.list(root)) {
        String slot = JsonFields.text(one, "slot");
        if (slot == null) {
          continue;
        }
        RaidAdapter adapter = adapters.computeIfAbsent(slot, _ -> new RaidAdapter());
        Block block = new Block();
        JsonFields.entries(one)
            .forEach(
                (key, value) -> {
                  if (!value.isContainer()) {
                    block.put(key, value.asString(""));
                  }
                });
        adapter.about.put("id", slot).put("slot", slot);
        SsacliParts.details(SsacliParts.Kind.ADAPTER, adapter.about, block);
        for (JsonNode drive : JsonFields.list(one.path("drives"))) {
          SsacliParts.jsonDrive(adapter, drive);
        }
        for (JsonNode array : JsonFields.list(one.path("arrays"))) {
          SsacliParts.jsonArray(adapter, array);
        }
      }
    }
  }
}
