package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Adaptec's {@code arcconf getconfig N [AD|LD|PD|AL]}, and {@code list}. */
final class ArcconfParser implements OutputParser {
  private static final Pattern LOGICAL =
      Pattern.compile("Logical (?:[Dd]evice|drive) [Nn]umber (\\d+)");
  private static final Pattern ARRAY = Pattern.compile("Array Number (\\d+)");
  private static final Pattern DRIVE = Pattern.compile("Device #(\\d+)");

  /**
   * Where a member is, whatever its state: {@code Present (Controller:1,Enclosure:0,Slot:3)
   * SERIAL}, {@code (447GB, SATA, SSD, Connector:0, Device:3)}, or of the oldest channel and
   * device: {@code Present (0,3)}.
   */
  private static final Pattern SEGMENT =
      Pattern.compile(
          "(?:(C|E)(?:onnector|nclosure):(\\d+),"
              + " *(?:Device|Slot):(\\d+)|\\((\\d+,\\d+))\\) *(.*)");

  /** Instead of a number: the same controller as before. */
  private static final String CONTINUED = "";

  private enum Place {
    ADAPTER,
    ARRAY,
    LOGICAL,
    DRIVE,
    BATTERY,
    TASK,
    OTHER
  }

  private final Map<String, RaidAdapter> adapters = new LinkedHashMap<>();
  private final Notes notes = new Notes();
  private final List<Line> alone = new ArrayList<>();

  /** Drives that stand in lists of arrays and logical devices. */
  private final List<Told> told = new ArrayList<>();

  private record Told(RaidAdapter adapter, String text, @Nullable String array) {}

  private Place place = Place.OTHER;
  private Block block = new Block();
  private @Nullable String id;
  private @Nullable Long declared;
  private int adapter;
  private boolean enclosure;
  private boolean mine;
  private boolean phy;

  /** Of parallel SCSI, whose channels each number their devices. */
  private @Nullable String channel;

  private ArcconfParser() {}

  static Parsed read(String text) throws ParseFailure {
    return new ArcconfParser().parse(text);
  }

  @Override
  public Parsed parse(String text) throws ParseFailure {
    boolean ruled = false;
    for (Line line : Line.of(text)) {
      if (!line.isBlank() && !line.isRule()) {
        line(line, ruled);
      }
      ruled = line.isRule() || (ruled && line.isBlank());
    }
    end();
    adapters.values().stream()
        .filter(one -> one.physicalDrives.isEmpty())
        .toList()
        .forEach(
            one ->
                told.stream()
                    .filter(drive -> drive.adapter == one)
                    .forEach(drive -> ArcconfParts.segment(one, drive.text, drive.array)));
    for (Line line : alone) {
      mine |= ArcconfParts.segment(here(), line.text(), null);
      notes.line(line);
    }
    Fields facts = new Fields();
    if (mine) {
      facts.putAll(RaidAdapter.facts(adapters.values(), declared));
    }
    return notes.result("arcconf", facts);
  }

  /**
   * @param ruled below a rule: the name of a part, if it says nothing else
   */
  private void line(Line line, boolean ruled) {
    String text = line.text();
    String lower = text.toLowerCase(Locale.ROOT);
    Matcher logical = LOGICAL.matcher(text);
    Matcher array = ARRAY.matcher(text);
    Matcher drive = DRIVE.matcher(text);
    if (lower.startsWith("controllers found:")) {
      declared = Text.number(text);
      mine = true;
    } else if (lower.equals("controller information")) {
      begin(Place.ADAPTER, null);
    } else if (logical.matches()) {
      begin(Place.LOGICAL, String.valueOf(logical.group(1)));
    } else if (array.matches()) {
      begin(Place.ARRAY, String.valueOf(array.group(1)));
    } else if (drive.matches()) {
      String number = String.valueOf(drive.group(1));
      boolean again = channel != null && here().physicalDrives.containsKey(number);
      begin(Place.DRIVE, again ? channel + "," + number : number);
    } else if (lower.endsWith("battery information")
        || Text.matches(
            lower,
            "(controller zmm|green backup|cache backup unit|flash module|controller cache backup"
                + " unit).* information")) {
      begin(Place.BATTERY, null);
    } else if (place == Place.BATTERY
        && ruled
        && Block.colon(text) <= 0
        && !lower.startsWith("supercap")) {
      // What follows is of the controller again.
      begin(Place.ADAPTER, CONTINUED);
    } else if (Text.matches(
        lower,
        "(logical|physical) (device|drive) information|array"
            + " information|maxcache.*information|connector information|channel #\\d+:?|no logical"
            + " devices configured.*")) {
      begin(Place.OTHER, null);
      channel = lower.startsWith("channel") ? String.valueOf(Text.number(lower)) : null;
    } else if (Text.matches(lower, "logical (device|drive) task:")) {
      begin(Place.TASK, null);
    } else if (Text.matches(lower, "device phy information|phy #\\d+")) {
      phy = true;
    } else if (Text.matches(lower, "(runtime|device) error counters|drive temperature.*")) {
      phy = false;
    } else if (phy) {
      // Addresses of the ends of cables are no facts of the drive.
      return;
    } else if (lower.startsWith("device is a") || lower.startsWith("device is an")) {
      enclosure = !lower.contains("drive") && !lower.contains("disk");
      block.put("device_is", text.substring(9).strip().replaceFirst("^an? ", ""));
    } else if (Text.matches(lower, "controller id +: status, slot.*")) {
      return; // the head of what list says
    } else if (Text.matches(lower, "controller \\d+: *:.*")) {
      // arcconf list: "Controller 1: : Optimal, Slot 1, RAID (Expose RAW), ASR8405, serial, WWN".
      listed(text);
    } else if (Text.matches(
            lower,
            "phy #\\d+|(device |controller |connector |logical device segment |logical drive"
                + " segment |array segment |array physical device |device error"
                + " counters|temperature sensors? |vital product |statistics |driver |temperature"
                + " |volume |raid properties |pcie? ).*(information|properties|settings)?|.*"
                + " information|.* properties|command completed successfully.*|command"
                + " aborted.*|raid properties|controller version information|device id .*")
        && Block.colon(text) <= 0) {
      if (lower.startsWith("command aborted")) {
        notes.line(line);
      }
    } else if ((text.contains("Segment") && SEGMENT.matcher(text).find())
        || Text.matches(lower, "(group \\d+, )?segment \\d+ .*")
        || Text.matches(lower, "device \\d+ +: (present|missing|inconsistent|failed).*")) {
      segment(line);
    } else if (place == Place.ARRAY
        && text.startsWith("Logical ")
        && ArcconfParts.listed(here(), String.valueOf(id), text)) {
      mine = true;
    } else if (place == Place.LOGICAL && Text.matches(text, "\\d+,\\d+(\\s+\\d+,\\d+)*")) {
      // The list of its drives goes on.
      block.append(
          block.has("stripe_order_channel_device")
              ? "stripe_order_channel_device"
              : "drive_s_channel_device",
          text);
    } else if ((ruled && Block.colon(text) <= 0)
        || Text.matches(lower, "connector #\\d+|lane #\\d+|life-time temperature recorded")) {
      // The name of a part, whose values stand below it.
      return;
    } else if (!block.add(text) && !lower.startsWith("status of enclosure")) {
      notes.line(line);
    }
  }

  private void listed(String text) {
    Long number = Text.number(text);
    String[] parts = text.replaceFirst("^[^:]*:[ :]*", "").split(",", -1);
    mine = true;
    if (number != null && parts.length >= 3) {
      boolean whole = parts.length >= 5;
      adapter(number)
          .about
          .put("status", Text.known(parts[0]))
          .put("slot", whole ? ArcconfParts.slot(parts[1].strip().replace("Slot ", "")) : null)
          .put("mode", whole ? Text.known(parts[2]) : null)
          .put("model", Text.known(parts[Math.min(parts.length - 1, 3)]))
          .put("serial", parts.length >= 5 ? Text.known(parts[4]) : null)
          .put("wwn", parts.length >= 6 ? Text.known(parts[5]) : null);
    }
  }

  private RaidAdapter adapter(long number) {
    return adapters.computeIfAbsent(
        String.valueOf(number),
        key -> {
          RaidAdapter made = new RaidAdapter();
          made.about.put("id", key);
          return made;
        });
  }

  private RaidAdapter here() {
    return adapter(Math.max(1, adapter));
  }

  private void begin(Place next, @Nullable String number) {
    end();
    place = next;
    id = number;
    enclosure = false;
    phy = false;
    if (next == Place.ADAPTER && number == null) {
      adapter++;
    }
  }

  private void segment(Line line) {
    Matcher matcher = SEGMENT.matcher(line.text());
    if (place == Place.LOGICAL || place == Place.ARRAY) {
      told.add(new Told(here(), line.text(), place == Place.ARRAY ? id : null));
    }
    if (place == Place.LOGICAL && id != null && matcher.find()) {
      String around = matcher.group(1);
      here()
          .member(
              id,
              String.valueOf(matcher.group(5)).strip(),
              around == null
                  ? String.valueOf(matcher.group(4))
                  : around + matcher.group(2) + ":" + matcher.group(3));
    } else if (place == Place.OTHER) {
      // Somebody kept these lines alone.
      alone.add(line);
    }
  }

  private void end() {
    Block ended = block;
    block = new Block();
    if (ended.isEmpty()) {
      return;
    }
    switch (place) {
      case ADAPTER -> {
        mine = true;
        ArcconfParts.adapter(here().about, ended);
      }
      case BATTERY -> ArcconfParts.battery(here(), ended);
      case ARRAY -> {
        mine = true;
        ArcconfParts.array(here().array(String.valueOf(id)), ended);
      }
      case LOGICAL -> {
        mine = true;
        ArcconfParts.logical(here(), String.valueOf(id), ended);
      }
      case DRIVE -> {
        mine = true;
        if (enclosure) {
          ArcconfParts.enclosure(here(), String.valueOf(id), ended);
        } else {
          ArcconfParts.drive(here(), String.valueOf(id), ended);
        }
      }
      case TASK -> {
        mine = true;
        ArcconfParts.task(here(), ended);
      }
      case OTHER -> {
        // What stands before the first part.
      }
    }
  }
}
