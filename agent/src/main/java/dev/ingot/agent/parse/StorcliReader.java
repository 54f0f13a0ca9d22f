package dev.ingot.agent.parse;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the answer of one controller. Versions and commands nest their tables differently, so every
 * table is known by its columns, wherever it stands.
 */
final class StorcliReader {
  private static final Pattern DRIVE =
      Pattern.compile("(?:LU/NS .* Properties for )?Drive /c(\\d+)(?:/e(\\d+))?/s(\\d+)(.*)");
  private static final Pattern MEMBERS = Pattern.compile("PDs for VD (\\d+)");
  private static final Pattern DRIVE_ID = Pattern.compile("/c\\d+(?:/e(\\d+))?/s(\\d+)");
  private static final Pattern GROUP = Pattern.compile("DriveGroup: ?(\\d+),.*");
  private static final Pattern PROPERTIES = Pattern.compile("VD ?(\\d+) Properties");

  private final Map<String, RaidAdapter> adapters;
  private final String id;

  StorcliReader(Map<String, RaidAdapter> adapters, String id) {
    this.adapters = adapters;
    this.id = id;
  }

  void read(JsonNode data) {
    walk("", data);
  }

  /** The controller is there, whatever it says. */
  void answered() {
    adapter();
  }

  private RaidAdapter adapter() {
    return adapter(id);
  }

  private RaidAdapter adapter(String key) {
    return adapters.computeIfAbsent(
        key,
        number -> {
          RaidAdapter made = new RaidAdapter();
          made.about.put("id", number);
          return made;
        });
  }

  private void walk(String key, JsonNode node) {
    if (node.isArray()) {
      for (JsonNode row : node) {
        if (row.isObject()) {
          row(key, row);
        }
      }
    } else if (node.isObject()) {
      object(key, node);
      JsonFields.entries(node).forEach(this::walk);
    }
  }

  private void row(String key, JsonNode row) {
    Matcher members = MEMBERS.matcher(key);
    if (row.path("Drive Information").isObject()) {
      wholeDrive(row);
    } else if (row.path("VD Info").isObject()) {
      wholeLogical(row);
    } else if (row.has("EID:Slt")) {
      Fields drive = driveRow(row);
      if (members.matches() && drive != null) {
        adapter().member(String.valueOf(members.group(1)), drive.node().path("id").asString(""));
      }
    } else if (row.has("DG/VD")) {
      logical(row);
    } else if (row.has("DG") && (row.has("Arr") || row.has("Span"))) {
      topology(row);
    } else if (row.has("EID") && row.has("Slots")) {
      enclosure(row);
    } else if (JsonFields.text(row, "Ctl", "Ctrl") != null
        && JsonFields.text(row, "Model", "Product Name", "Product_Name") != null) {
      overview(row);
    } else if (key.startsWith("BBU_Info")
        || key.startsWith("Cachevault_Info")
        || key.startsWith("Energy Pack Info")) {
      StorcliBattery.row(adapter().about, key, row);
    } else if (StorcliBattery.isCharge(row)) {
      StorcliBattery.charge(adapter().about, row);
    } else if (row.has("Drive-ID")) {
      progress(row);
    } else if (!row.has("Property")) {
      JsonFields.entries(row).forEach(this::walk);
    }
  }

  private void object(String key, JsonNode object) {
    Matcher drive = DRIVE.matcher(key);
    if (drive.matches()) {
      details(place(drive.group(2), drive.group(3)), object);
      return;
    }
    Matcher properties = PROPERTIES.matcher(key);
    if (properties.matches()) {
      properties(String.valueOf(properties.group(1)), object);
      return;
    }
    StorcliAdapter.describe(object, key, this::adapter);
  }

  private Fields place(@Nullable String enclosure, @Nullable String slot) {
    Fields drive = adapter().drive(slot(enclosure, slot));
    return drive.has("slot")
        ? drive
        : drive
            .put("enclosure", enclosure == null ? null : Numbers.parse(enclosure))
            .put("slot", slot == null ? null : Numbers.parse(slot));
  }

  private void details(Fields drive, JsonNode object) {
    StorcliDrive.details(drive, object);
    Matcher group = GROUP.matcher(drive.node().path("position").asString(""));
    if (group.matches() && !drive.has("array")) {
      drive.put("array", group.group(1));
      adapter().array(String.valueOf(group.group(1)));
    }
  }

  /** storcli2 says a drive's row and its attributes side by side. */
  private void wholeDrive(JsonNode whole) {
    Fields drive = driveRow(whole.path("Drive Information"));
    if (drive != null) {
      JsonNode attributes = whole.path("Drive Detailed Information");
      details(drive, attributes);
      StorcliDrive.details(drive, attributes.path("LU/NS Properties"));
      drive.put(
          "link_speed",
          JsonFields.text(attributes.path("Path Information").path(0), "Negotiated Speed"));
    }
  }

  /** storcli2 says a logical drive's row, its drives and its attributes side by side. */
  private void wholeLogical(JsonNode whole) {
    String number = logical(whole.path("VD Info"));
    if (number != null) {
      properties(number, whole.path("VD Properties"));
      for (JsonNode row : whole.path("PDs")) {
        Fields drive = driveRow(row);
        if (drive != null) {
          adapter().member(number, drive.node().path("id").asString(""));
        }
      }
    }
  }

  /** How far a drive is in a rebuild, a copy or an erasure. */
  private void progress(JsonNode row) {
    Matcher drive = DRIVE_ID.matcher(String.valueOf(JsonFields.text(row, "Drive-ID")));
    if (drive.matches()) {
      place(drive.group(1), drive.group(2))
          .put("progress_percent", JsonFields.number(row, "Progress%"))
          .put("task_status", JsonFields.text(row, "Status"));
    }
  }

  private void properties(String number, JsonNode object) {
    String unique = JsonFields.text(object, "SCSI NAA Id", "SCSI NAA ID");
    adapter()
        .logical(number)
        .put("strip_bytes", Sizes.binary(JsonFields.text(object, "Strip Size")))
        .put("span_depth", JsonFields.number(object, "Span Depth"))
        .put("drives_per_span", JsonFields.number(object, "Number of Drives Per Span"))
        .put("sector_bytes", JsonFields.number(object, "Block Size"))
        .put("scsi_naa_id", unique)
        .put("unique_id", unique)
        .put("os_drive", JsonFields.text(object, "OS Drive Name"))
        .put("encryption", JsonFields.text(object, "Encryption"))
        .put("created", JsonFields.text(object, "Creation Date"));
  }

  static String slot(@Nullable String enclosure, @Nullable String slot) {
    return (enclosure == null ? "" : enclosure.strip()) + ":" + (slot == null ? "" : slot.strip());
  }

  private @Nullable Fields driveRow(JsonNode row) {
    String at = JsonFields.text(row, "EID:Slt");
    if (at == null) {
      return null;
    }
    String[] parts = at.strip().split(":", 2);
    Fields drive =
        parts.length == 2
            ? adapter().drive(slot(parts[0].isBlank() ? null : parts[0], parts[1]))
            : adapter().drive(at.strip());
    StorcliDrive.row(drive, row);
    String group = JsonFields.text(row, "DG");
    if (group != null && Numbers.parse(group) != null) {
      adapter().array(group);
    }
    return drive;
  }

  private @Nullable String logical(JsonNode row) {
    String both = JsonFields.text(row, "DG/VD");
    String[] parts = (both == null ? "" : both).split("/", 2);
    if (parts.length != 2) {
      return null;
    }
    boolean grouped = Numbers.parse(parts[0]) != null;
    adapter()
        .logical(parts[1].strip())
        .put("array", grouped ? parts[0].strip() : null)
        .put("name", JsonFields.text(row, "Name"))
        .put("level", JsonFields.text(row, "TYPE", "Type"))
        .put("state", JsonFields.text(row, "State"))
        .put("state_meaning", StorcliDrive.meaning(JsonFields.text(row, "State")))
        .put("size_bytes", Sizes.binary(JsonFields.text(row, "Size")))
        .put("access", JsonFields.text(row, "Access"))
        .put("consistent", JsonFields.flag(row, "Consist"))
        .put("cache", JsonFields.text(row, "Cache", "CurrentCache"));
    if (grouped) {
      adapter().array(parts[0].strip());
    }
    return parts[1].strip();
  }

  /** Rows of an array (no Arr), its spans (no Row) and its drives (Type DRIVE), in this order. */
  private void topology(JsonNode row) {
    String group = JsonFields.text(row, "DG");
    String type = JsonFields.text(row, "Type");
    if (type == null) {
      return;
    }
    boolean drive = Set.of("DRIVE", "DHS", "GHS").contains(type);
    boolean grouped = group != null && Numbers.parse(group) != null;
    boolean whole = !drive && JsonFields.text(row, "Arr", "Span") == null;
    if (whole && group != null && grouped) {
      adapter()
          .array(group)
          .put("level", type)
          .put("state", JsonFields.text(row, "State"))
          .put("size_bytes", Sizes.binary(JsonFields.text(row, "Size")))
          .put("free_space", JsonFields.flag(row, "FSpace"));
    } else if (drive) {
      String at = JsonFields.text(row, "EID:Slot", "EID:Slt");
      if (at == null && group != null && grouped && "Msng".equals(JsonFields.text(row, "State"))) {
        Fields array = adapter().array(group);
        array.put("missing_drives", array.node().path("missing_drives").asLong(0) + 1);
      }
      if (at != null) {
        String[] parts = at.split(":", 2);
        Fields member =
            adapter()
                .drive(
                    parts.length == 2 ? slot(parts[0].isBlank() ? null : parts[0], parts[1]) : at);
        member.put("array", grouped ? group : null);
        String state = JsonFields.text(row, "State");
        if (!member.has("state")) {
          member
              .put("enclosure", parts.length == 2 ? Numbers.parse(parts[0].strip()) : null)
              .put("slot", parts.length == 2 ? Numbers.parse(parts[1].strip()) : null)
              .put("state", state)
              .put("state_meaning", StorcliDrive.meaning(state))
              .put("status", JsonFields.text(row, "Status"))
              .put("device_id", JsonFields.number(row, "DID", "PID"))
              .put("size_bytes", StorcliDrive.size(row));
        }
        String spare = type.equals("DRIVE") ? String.valueOf(state) : type;
        if (spare.equals("GHS") || spare.equals("DHS")) {
          member.put("spare", spare.equals("GHS") ? "global" : "dedicated");
        }
      }
    }
  }

  private void enclosure(JsonNode row) {
    String number = JsonFields.text(row, "EID");
    if (number != null) {
      adapter()
          .enclosures
          .computeIfAbsent(number, key -> new Fields().put("id", key))
          .put("state", JsonFields.text(row, "State", "Status"))
          .put("slots", JsonFields.number(row, "Slots"))
          .put("drives", JsonFields.number(row, "PD", "PDs"))
          .put("power_supplies", JsonFields.number(row, "PS"))
          .put("fans", JsonFields.number(row, "Fans"))
          .put("product", JsonFields.text(row, "ProdID"))
          .put("vendor_specific", JsonFields.text(row, "VendorSpecific"));
    }
  }

  /** A line of {@code storcli show}: all controllers with their counts. */
  private void overview(JsonNode row) {
    String number = JsonFields.text(row, "Ctl", "Ctrl");
    if (number != null) {
      StorcliAdapter.overview(adapter(number).about, row);
    }
  }
}
