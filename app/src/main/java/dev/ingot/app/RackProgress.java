package dev.ingot.app;

import dev.ingot.cli.Terminal;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * How far the machines of a rack are: on a terminal a line for each that changes in place,
 * elsewhere a line for each change.
 */
final class RackProgress {
  private final Terminal terminal;
  private final Map<String, String> states = new LinkedHashMap<>();
  private final Map<String, Double> since = new LinkedHashMap<>();
  private int drawn;

  RackProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  void show(List<JsonNode> items, double seconds) {
    boolean live = terminal.personIsThere();
    for (JsonNode item : items) {
      String name = item.path("name").asString("");
      String state = item.path("state").asString("");
      if (!state.equals(states.put(name, state))) {
        since.put(name, seconds);
        if (!live) {
          terminal.err().println(line(name, seconds, state));
        }
      }
    }
    if (live) {
      draw(seconds);
    }
    terminal.err().flush();
  }

  private void draw(double seconds) {
    PrintStream err = terminal.err();
    if (drawn > 0) {
      err.print("\u001b[" + drawn + "A");
    }
    states.forEach(
        (name, state) -> {
          boolean done = state.equals("online");
          double shown = done ? since.getOrDefault(name, seconds) : seconds;
          err.print("\r\u001b[K" + line(name, shown, state) + "\n");
        });
    drawn = states.size();
  }

  private static String line(String name, double seconds, String state) {
    return "%8.1f s  %-13s %s".formatted(seconds, name, state);
  }

  /** What follows begins a line of its own. */
  void end() {
    terminal.err().flush();
  }
}
