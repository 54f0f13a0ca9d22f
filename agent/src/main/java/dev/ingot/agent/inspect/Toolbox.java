package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.ParseFailure;
import dev.ingot.agent.parse.Parsed;
import dev.ingot.agent.parse.Parsers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A tool's answer as facts. */
final class Toolbox {
  private Toolbox() {}

  /**
   * Runs a program and reads what it says.
   *
   * @param parser a name of {@link Parsers}
   * @throws ToolUnavailable if it gave no answer, or one that says nothing
   */
  static ObjectNode ask(Machine machine, String parser, String program, String... arguments)
      throws ToolUnavailable {
    String said = machine.tools().run(program, arguments);
    try {
      Parsed parsed = Parsers.parse(parser, said);
      return parsed.facts();
    } catch (ParseFailure e) {
      throw new ToolUnavailable(program + " said nothing that is understood: " + e.reason());
    }
  }

  /** The same; null where it did not work, and why. */
  static @Nullable ObjectNode ask(
      List<String> missing, Machine machine, String parser, String program, String... arguments) {
    try {
      return ask(machine, parser, program, arguments);
    } catch (ToolUnavailable e) {
      missing.add(e.reason());
      return null;
    }
  }

  /** The first program of these that is there; null if none is. */
  static @Nullable String found(Machine machine, List<String> programs) {
    for (String program : programs) {
      if (machine.tools().has(program)) {
        return program;
      }
    }
    return null;
  }
}
