package dev.ingot.agent.parse;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code MegaCli}: -AdpAllInfo, -LDInfo, -PDList, -LdPdInfo, -CfgDsply, -EncInfo, -AdpBbuCmd,
 * -AdpGetPciInfo, -ShowSummary, -adpCount, in one file or each alone.
 */
final class MegacliParser implements OutputParser {
  private static final Pattern ADAPTER =
      Pattern.compile(
          "(?:Adapter ?:? ?#?|BBU status for Adapter: |BBU Capacity Info for Adapter: |BBU Design"
              + " Info for Adapter: |BBU Properties for Adapter: |PCI information for Controller"
              + " |Number of enclosures on adapter )(\\d+).*",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern LOGICAL =
      Pattern.compile("(?:CacheCade )?Virtual (?:Drive|Disk): ?(\\d+).*", Pattern.CASE_INSENSITIVE);

  private static final Pattern REBUILD =
      Pattern.compile(
          "Rebuild Progress on Device at Enclosure (\\d+)?[^,]*, Slot (\\d+) Completed (\\d+)%"
              + ".*");

  private static final Pattern AT_WORK =
      Pattern.compile(
          "(?:Reconstruction|Check Consistency|(?:Background )?Initialization) on VD #(\\d+)"
              + " [^%]*Completed (\\d+)%.*");

  private static final Pattern COUNT =
      Pattern.compile(
          "Number of (Physical|Virtual) (?:Drives|Disks)(?: Configured)? on Adapter (\\d+): (\\d+)",
          Pattern.CASE_INSENSITIVE);

  /** {@code 0 0 1 952720 MB}, below {@code No. Array Row Size Expected}. */
  private static final Pattern MISSING = Pattern.compile("\\d+ +(\\d+) +\\d+ +\\d+ ?[KMGT]B");

  private enum Place {
    ADAPTER,
    LOGICAL,
    DRIVE,
    ENCLOSURE,
    BATTERY,
    SUMMARY
  }

  private final Map<String, RaidAdapter> adapters = new LinkedHashMap<>();
  private final Notes notes = new Notes();
  private Block block = new Block();
  private Place place = Place.ADAPTER;
  private @Nullable String adapter;
  private @Nullable String logical;
  private @Nullable String enclosure;
  private @Nullable String group;
  private @Nullable Long declared;
  private boolean mine;

  private MegacliParser() {}

  static Parsed read(String text) throws ParseFailure {
    return new MegacliParser().parse(text);
  }

  @Override
  public Parsed parse(String text) throws ParseFailure {
    for (Line line : Line.of(text)) {
      if (!line.isBlank() && !line.isRule()) {
        line(line);
      }
    }
    end();
    Fields facts = new Fields();
    if (mine || !adapters.isEmpty() || declared != null) {
      facts.putAll(RaidAdapter.facts(adapters.values(), declared));
    }
    return notes.result("megacli", facts);
  }

  private void line(Line line) {
    String text = line.text();
    Matcher adapterLine = ADAPTER.matcher(text);
    Matcher logicalLine = LOGICAL.matcher(text);
    Matcher count = COUNT.matcher(text);
    Matcher missing = MISSING.matcher(text);
    if (count.matches()) {
      end();
      adapter = String.valueOf(count.group(2));
      boolean physical = count.group(1).equalsIgnoreCase("Physical");
      adapter()
          .about
          .put(
              physical ? "physical_drive_count" : "logical_drive_count",
              Text.number(count.group(3)));
    } else if (missing.matches() && mine) {
      Fields array = adapter().array(String.valueOf(missing.group(1)));
      array.put("missing_drives", array.node().path("missing_drives").asLong(0) + 1);
    } else if (adapterLine.matches()) {
      end();
      adapter = String.valueOf(adapterLine.group(1));
      adapter();
      group = null;
      place = text.startsWith("BBU") ? Place.BATTERY : Place.ADAPTER;
      mine = true;
    } else if (Text.matches(text, "DISK GROUPS?: ?\\d+")) {
      end();
      group = String.valueOf(Text.number(text));
      adapter().array(group);
    } else if (text.startsWith("Controller Count:")) {
      declared = Text.number(text);
    } else if (text.startsWith("Exit Code")) {
      end();
      place = Place.ADAPTER;
      logical = null;
    } else if (logicalLine.matches() && place != Place.SUMMARY) {
      end();
      place = Place.LOGICAL;
      logical = String.valueOf(logicalLine.group(1));
      block.put("target_id", String.valueOf(Text.between(text, "Target Id: ", ")")));
    } else if (text.startsWith("Enclosure Device ID:")
        || Text.matches(
            text,
            "PD: \\d+ Information|Physical Disk: \\d+|Hotspare\\(s\\):?|Dedicated Hotspare.*")) {
      if (place != Place.DRIVE || block.has("enclosure_device_id")) {
        end();
        place = Place.DRIVE;
      }
      if (text.startsWith("Enclosure")) {
        block.add(text);
      }
    } else if (text.startsWith("Slot Number:")
        && (place != Place.DRIVE || block.has("slot_number"))) {
      end();
      place = Place.DRIVE;
      block.add(text);
    } else if (Text.matches(text, "Enclosure \\d+ ?:")) {
      end();
      place = Place.ENCLOSURE;
      enclosure = String.valueOf(Text.number(text));
    } else if (text.startsWith("ProductName ")
        || text.equals("PD")
        || (place == Place.SUMMARY && Text.matches(text, "BBU|Enclosure"))
        || text.startsWith("Virtual drive ")
        || (text.startsWith("Connector ") && place == Place.SUMMARY)) {
      end();
      place = Place.SUMMARY;
      if (!block.add(text)) {
        block.put("part", text);
      }
    } else if (text.startsWith("Firmware state:") && block.has("firmware_state")) {
      // Somebody kept these lines alone: nobody knows of which drive each is.
      notes.line(line);
    } else if (rebuilding(text)) {
      mine = true;
    } else if (text.startsWith("Inquiry Data:")) {
      // Its columns are as wide as they are in the drive's answer; a blank stands before them.
      String value = line.raw().substring(line.raw().indexOf(':') + 1);
      block.putRaw("inquiry_data", value.startsWith(" ") ? value.substring(1) : value);
    } else if (!block.add(text) && !text.contains(" = ") && !headline(text)) {
      notes.line(line);
    } else if (text.contains(" = ") && text.indexOf(':') < 0) {
      block.put(text.substring(0, text.indexOf(" = ")), text.substring(text.indexOf(" = ") + 3));
    }
  }

  /** What {@code -PDRbld -ShowProg} says of a drive. */
  private boolean rebuilding(String text) {
    Matcher matcher = REBUILD.matcher(text);
    Matcher work = AT_WORK.matcher(text);
    if (work.matches()) {
      adapter()
          .logical(String.valueOf(work.group(1)))
          .put("progress_percent", Text.number(work.group(2)));
      return true;
    }
    if (!matcher.matches()) {
      return false;
    }
    adapter()
        .drive((matcher.group(1) == null ? "" : matcher.group(1)) + ":" + matcher.group(2))
        .put("enclosure", Text.number(matcher.group(1)))
        .put("slot", Text.number(matcher.group(2)))
        .put("rebuild_percent", Text.number(matcher.group(3)));
    return true;
  }

  /** Names of parts, which have no value. */
  private static boolean headline(String text) {
    return Text.matches(
        text, "(?!Invalid|Failed|Error|Unable|Unknown|User )[A-Z][A-Za-z0-9 /&()'.-]{1,60}:?");
  }

  private RaidAdapter adapter() {
    String id = adapter == null ? "0" : adapter;
    return adapters.computeIfAbsent(
        id,
        key -> {
          RaidAdapter made = new RaidAdapter();
          made.about.put("id", key);
          return made;
        });
  }

  /** What a part is of that lost its head. */
  private static Place headless(Block block) {
    if (block.has("number_of_slots")) {
      return Place.ENCLOSURE;
    }
    if (block.has("inquiry_data") || block.has("firmware_state")) {
      return Place.DRIVE;
    }
    return block.has("batterytype") || block.has("relative_state_of_charge")
        ? Place.BATTERY
        : Place.ADAPTER;
  }

  private void end() {
    Block ended = block;
    block = new Block();
    if (ended.isEmpty()) {
      return;
    }
    switch (place == Place.ADAPTER ? headless(ended) : place) {
      case ADAPTER -> MegacliParts.adapter(ended, this::adapter);
      case LOGICAL -> {
        if (logical != null) {
          Fields fields = adapter().logical(logical);
          MegacliParts.logical(fields, ended);
          if (group != null) {
            fields.put("array", group);
          }
          mine = true;
        }
      }
      case DRIVE -> {
        if (ended.has("slot_number") || ended.has("device_id")) {
          String id = MegacliParts.drive(adapter(), ended);
          Fields drive = id == null ? null : adapter().drive(id);
          if (drive != null && group != null && !drive.has("array") && !drive.has("spare")) {
            drive.put("array", group);
          }
          if (logical != null && id != null && !adapter().drive(id).has("spare")) {
            adapter().member(logical, id);
          }
          mine = true;
        }
      }
      case ENCLOSURE -> MegacliParts.enclosure(adapter(), enclosure, ended);
      case BATTERY -> MegacliParts.battery(adapter(), ended);
      case SUMMARY -> MegacliParts.summary(this::adapter, ended);
    }
  }
}
