package dev.ingot.agent.parse;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** ATA's attributes, which each vendor defines, and the few of them that all agree on. */
final class SmartAttributes {
  private static final Map<Long, String> AGREED =
      Map.of(
          5L, "reallocated_sectors",
          187L, "reported_uncorrectable_errors",
          188L, "command_timeouts",
          196L, "reallocation_events",
          197L, "pending_sectors",
          198L, "offline_uncorrectable_sectors",
          199L, "interface_crc_errors");

  /** Attributes whose normalized value counts down from 100 as an SSD wears. */
  private static final java.util.Set<String> WEAR =
      java.util.Set.of(
          "Media_Wearout_Indicator",
          "Wear_Leveling_Count",
          "SSD_Life_Left",
          "Percent_Lifetime_Remain",
          "Remaining_Lifetime_Perc");

  /** In hours. */
  private static final long CENTURY = 100 * 8766;

  private SmartAttributes() {}

  static JsonNode described(
      @Nullable Long id,
      @Nullable String name,
      @Nullable Long value,
      @Nullable Long worst,
      @Nullable Long threshold,
      @Nullable String failed,
      @Nullable Long raw,
      @Nullable String text) {
    return new Fields()
        .put("id", id)
        .put("name", name)
        .put("value", value)
        .put("worst", worst)
        .put("threshold", threshold)
        .put("failed", failed)
        .put("raw", raw)
        .put("raw_text", text)
        .node();
  }

  static void add(Fields fields, ArrayNode attributes) {
    for (JsonNode one : attributes) {
      String agreed = AGREED.get(one.path("id").asLong(0));
      if (agreed != null && one.has("raw")) {
        // Raw values may have more in their upper bytes; what is printed is the count.
        Long said = Text.number(one.path("raw_text").asString(""));
        fields.put(agreed, said == null ? one.path("raw").asLong(0) : said);
      }
      long wear = one.path("value").asLong(0);
      if (WEAR.contains(one.path("name").asString("")) && wear > 0 && wear <= 100) {
        fields.put("percentage_used", 100 - wear);
      }
      if (one.path("id").asLong(0) == 9 && !fields.has("power_on_hours")) {
        fields.put("power_on_hours", hours(one.path("raw_text").asString("")));
      }
      if (one.path("id").asLong(0) == 12 && !fields.has("power_cycles")) {
        fields.put("power_cycles", one.path("raw").asLong(0));
      }
      if ((one.path("id").asLong(0) == 194
              || (one.path("id").asLong(0) == 190
                  && one.path("name").asString("").contains("emperature")))
          && !fields.has("temperature_celsius")) {
        fields.put("temperature_celsius", Text.number(one.path("raw_text").asString("")));
      }
    }
    fields.putUnlessEmpty("attributes", attributes);
  }

  /** Some drives keep other numbers in the upper bytes: no disk has run for a century. */
  private static @Nullable Long hours(String raw) {
    Long hours = Text.number(raw);
    return hours == null || hours > CENTURY ? null : hours;
  }
}
