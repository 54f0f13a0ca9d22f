package dev.ingot.agent.parse;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A drive's row in a table, and its attributes. */
final class StorcliDrive {
  /** Legends below storcli's own tables. */
  private static final Map<String, String> MEANINGS =
      Map.ofEntries(
          Map.entry("Onln", "online"),
          Map.entry("Offln", "offline"),
          Map.entry("UGood", "unconfigured good"),
          Map.entry("UBad", "unconfigured bad"),
          Map.entry("UGUnsp", "unsupported"),
          Map.entry("UBUnsp", "unconfigured bad, unsupported"),
          Map.entry("UConf", "unconfigured"),
          Map.entry("Sntze", "sanitizing"),
          Map.entry("UGShld", "unconfigured shielded"),
          Map.entry("HSPShld", "hot spare shielded"),
          Map.entry("CFShld", "configured shielded"),
          Map.entry("GHS", "global hot spare"),
          Map.entry("DHS", "dedicated hot spare"),
          Map.entry("JBOD", "jbod"),
          Map.entry("Rbld", "rebuilding"),
          Map.entry("Cpybck", "copying back"),
          Map.entry("CBShld", "copy back shielded"),
          Map.entry("Msng", "missing"),
          Map.entry("Failed", "failed"),
          Map.entry("Fail", "failed"),
          Map.entry("Optl", "optimal"),
          Map.entry("Dgrd", "degraded"),
          Map.entry("Pdgd", "partially degraded"),
          Map.entry("OfLn", "offline"),
          Map.entry("Rec", "recovering"),
          Map.entry("Conf", "configured"));

  private StorcliDrive() {}

  static @Nullable String meaning(@Nullable String state) {
    return state == null ? null : MEANINGS.get(state.strip());
  }

  static void row(Fields drive, JsonNode row) {
    String state = JsonFields.text(row, "State");
    String[] place = drive.node().path("id").asString("").split(":", 2);
    String group = JsonFields.text(row, "DG");
    if (row.has("Progress%")) {
      drive
          .put("progress_percent", JsonFields.number(row, "Progress%"))
          .put("task_status", JsonFields.text(row, "Status"));
      return;
    }
    drive
        .put("enclosure", Numbers.parse(place[0]))
        .put("slot", place.length == 2 ? Numbers.parse(place[1]) : null)
        .put("device_id", JsonFields.number(row, "DID", "PID"))
        .put("state", state)
        .put("state_meaning", meaning(state))
        .put("array", group == null || Numbers.parse(group) == null ? null : group)
        .put("interface", JsonFields.text(row, "Intf"))
        .put("medium", JsonFields.text(row, "Med"))
        .put("status", JsonFields.text(row, "Status"))
        .put(
            "self_encrypting",
            row.has("SED_Type")
                ? Boolean.valueOf(JsonFields.text(row, "SED_Type") != null)
                : JsonFields.flag(row, "SED"))
        .put("sector_bytes", Sizes.binary(JsonFields.text(row, "SeSz")))
        .put("model", JsonFields.text(row, "Model"))
        .put("spun_up", spun(JsonFields.text(row, "Sp")));
    if (!drive.has("size_bytes")) {
      drive.put("size_bytes", size(row));
    }
    if ("GHS".equals(state) || "DHS".equals(state)) {
      drive.put("spare", "GHS".equals(state) ? "global" : "dedicated");
    }
  }

  /** None where no medium could be read. */
  static @Nullable Long size(JsonNode row) {
    Long size = Sizes.binary(JsonFields.text(row, "Size"));
    return size == null || size == 0 ? null : size;
  }

  private static @Nullable Boolean spun(@Nullable String text) {
    return text == null
        ? null
        : text.equals("U") ? Boolean.TRUE : text.equals("D") ? Boolean.FALSE : null;
  }

  /** {@code Drive /c0/e23/s0 State}, {@code … Device attributes}, {@code … Policies/Settings}. */
  static void details(Fields drive, JsonNode object) {
    String raw = JsonFields.text(object, "Raw size", "Raw Size");
    Long sector = JsonFields.number(object, "Logical Sector Size", "Sector Size");
    drive
        .put("serial", JsonFields.text(object, "SN", "Serial Number"))
        .put(
            "vendor",
            JsonFields.text(object, "Manufacturer Id", "Manufacturer Identification", "Vendor"))
        .put("model", JsonFields.text(object, "Model Number", "Model"))
        .put("wwn", JsonFields.text(object, "WWN"))
        .put("firmware", JsonFields.text(object, "Firmware Revision", "Firmware Revision Level"))
        .put("raw_size_bytes", exact(raw, sector))
        .put(
            "coerced_size_bytes",
            exact(JsonFields.text(object, "Coerced size", "Coerced Size"), sector))
        .put("device_speed", JsonFields.text(object, "Device Speed"))
        .put("link_speed", JsonFields.text(object, "Link Speed"))
        .put("physical_sector_bytes", Sizes.binary(JsonFields.text(object, "Physical Sector Size")))
        .put(
            "temperature_celsius", JsonFields.number(object, "Drive Temperature", "Temperature(C)"))
        .put("media_errors", JsonFields.number(object, "Media Error Count"))
        .put("other_errors", JsonFields.number(object, "Other Error Count"))
        .put("predictive_failures", JsonFields.number(object, "Predictive Failure Count"))
        .put(
            "smart_alert",
            JsonFields.flag(
                object, "S.M.A.R.T alert flagged by drive", "S_M_A_R_T alert flagged by drive"))
        .put("shield_counter", JsonFields.number(object, "Shield Counter"))
        .put("position", JsonFields.text(object, "Drive position"));
    Long size =
        drive.node().path("raw_size_bytes").isNumber()
            ? Long.valueOf(drive.node().path("raw_size_bytes").asLong())
            : null;
    boolean sectors = raw != null && raw.contains("Sectors]");
    if (size != null && size > 0 && (sectors || !drive.has("size_bytes"))) {
      // A drive's row has the size that the adapter uses, rounded.
      drive.put("size_bytes", size);
    }
  }

  /**
   * {@code 279.396 GB [0x22ecb25c Sectors]}: the sectors are exact, in units of 512 bytes or the
   * drive's own; the rounded size tells which.
   */
  static @Nullable Long exact(@Nullable String text, @Nullable Long sector) {
    Long rounded = Sizes.binary(text);
    Long sectors = text == null ? null : Text.number(Text.between(text, "[", "]"));
    if (rounded == null || sectors == null || sectors <= 0) {
      return rounded;
    }
    for (long unit : new long[] {512, sector == null ? 512 : sector, 4096}) {
      if (sectors < Long.MAX_VALUE / 8192
          && unit > 0
          && unit <= 8192
          && Math.abs(sectors * unit - rounded) < rounded / 100) {
        return sectors * unit;
      }
    }
    return rounded;
  }
}
