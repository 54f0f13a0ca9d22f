package dev.ingot.server.workflow.definition;

import dev.ingot.server.jobs.ArgumentSchema;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Whether a value with templates in it fits a schema, as far as can be told before they are filled.
 */
public final class OptionsFit {
  private OptionsFit() {}

  /** Names each place where it does not fit. */
  public static void check(JsonNode schema, JsonNode value, String place, Findings findings) {
    check(schema, value, place, findings, false);
  }

  /**
   * The same.
   *
   * @param around whether also nothing is said of a value that has a template somewhere below
   */
  static void check(
      JsonNode schema, JsonNode value, String place, Findings findings, boolean around) {
    Set<String> open = new HashSet<>();
    templates(value, "", open);
    try {
      for (ArgumentSchema.Fault fault : ArgumentSchema.faults(schema, value)) {
        boolean said =
            open.contains(fault.place())
                || (around && open.stream().anyMatch(each -> each.startsWith(fault.place() + "/")));
        if (!said) {
          findings.add(place + fault.place().replace('/', '.'), fault.message());
        }
      }
    } catch (IllegalArgumentException e) {
      findings.add(place, String.valueOf(e.getMessage()));
    }
  }

  private static void templates(JsonNode value, String at, Set<String> found) {
    if (value.isString() && value.stringValue().contains("{{")) {
      found.add(at);
    } else if (value.isArray()) {
      int i = 0;
      for (JsonNode each : value) {
        templates(each, at + "/" + i++, found);
      }
    } else if (value.isObject()) {
      value.forEachEntry((name, each) -> templates(each, at + "/" + name, found));
    }
  }
}
