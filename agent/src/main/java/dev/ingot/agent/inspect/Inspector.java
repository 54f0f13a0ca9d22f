package dev.ingot.agent.inspect;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads one kind of hardware fact. */
interface Inspector {
  /** The section that it fills. */
  String name();

  /** One sentence for people. */
  String meaning();

  /** Every field that the section may have. */
  List<Field> fields();

  /** Whether it asks slow devices: then it is run after the others and sent by itself. */
  default boolean isSlow() {
    return false;
  }

  /**
   * Looks at the machine. Stops soon after its thread is interrupted.
   *
   * @throws InspectionFailed if there is nothing to report
   */
  Findings inspect(Machine machine);

  /**
   * What was found.
   *
   * @param missing why it is not complete; null if it is
   */
  record Findings(JsonNode content, @Nullable String missing) {
    static Findings complete(JsonNode content) {
      return new Findings(content, null);
    }

    static Findings of(JsonNode content, List<String> missing) {
      return new Findings(content, missing.isEmpty() ? null : String.join("; ", missing));
    }
  }
}
