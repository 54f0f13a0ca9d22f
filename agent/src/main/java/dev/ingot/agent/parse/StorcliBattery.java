package dev.ingot.agent.parse;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The battery or capacitor of an adapter: a row, or one property a row. */
final class StorcliBattery {
  private StorcliBattery() {}

  static void row(Fields about, String key, JsonNode row) {
    String property = JsonFields.text(row, "Property");
    Fields battery = new Fields();
    if (property != null) {
      battery = before(about);
      String name = Text.snake(property);
      String value = JsonFields.text(row, "Value");
      switch (name) {
        case "temperature" -> battery.put("temperature_celsius", Text.number(value));
        case "type" -> battery.put("model", value);
        case "battery_state" -> battery.put("state", value);
        default -> battery.put(name, value);
      }
    } else {
      battery
          .put("model", JsonFields.text(row, "Model", "SubType"))
          .put("state", JsonFields.text(row, "State", "Status"))
          .put("temperature_celsius", temperature(row))
          .put("manufactured", JsonFields.text(row, "MfgDate"))
          .put("next_learn", JsonFields.text(row, "Next Learn", "Next_Learn"))
          .put("kind", kind(JsonFields.text(row, "Type")));
    }
    if (!battery.has("kind")) {
      battery.put("kind", key.startsWith("BBU") ? "bbu" : "cachevault");
    }
    about.put("battery", battery.node());
  }

  private static Fields before(Fields about) {
    Fields battery = new Fields();
    JsonFields.entries(about.node().path("battery")).forEach(battery::put);
    return battery;
  }

  private static @Nullable Long temperature(JsonNode row) {
    Long exact = JsonFields.number(row, "Temperature(C)");
    return exact == null ? Text.number(JsonFields.text(row, "Temp")) : exact;
  }

  private static @Nullable String kind(@Nullable String type) {
    return type == null ? null : type.toLowerCase(Locale.ROOT);
  }

  /** Whether a property says how much is in it. */
  static boolean isCharge(JsonNode row) {
    return "Relative State of Charge".equalsIgnoreCase(JsonFields.text(row, "Property"));
  }

  static void charge(Fields about, JsonNode row) {
    about.put(
        "battery", before(about).put("charge_percent", JsonFields.number(row, "Value")).node());
  }
}
