package dev.ingot.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What the tasks of a job said, the same said once, with the names of those who said it. */
final class OutputGroups {
  private static final String RULE = "---------------";

  /** So much of each stream is in a list of tasks (docs/jobs.md). */
  private static final int LISTED = 16 << 10;

  private final Map<String, List<String>> said = new LinkedHashMap<>();
  private final Map<String, List<String>> failed = new LinkedHashMap<>();

  /** Takes a task as the server shows it, with its output. */
  void add(JsonNode task) {
    String name = name(task);
    String text = text(task);
    if (!text.isEmpty()) {
      said.computeIfAbsent(text, _ -> new ArrayList<>()).add(name);
    }
    String state = task.path("state").asString("");
    if (!state.equals("succeeded")) {
      failed.computeIfAbsent(why(task, state), _ -> new ArrayList<>()).add(name);
    }
  }

  static String name(JsonNode task) {
    String hostname = task.path("hostname").asString("");
    return hostname.isEmpty() ? Units.shortId(task.path("node").asString("")) : hostname;
  }

  static String why(JsonNode task, String state) {
    String reason = task.path("reason").asString("");
    return reason.isEmpty() ? state : state + ": " + reason;
  }

  /** Output as it is, without what would move the cursor; of a call without output its result. */
  static String text(JsonNode task) {
    String text = task.path("stdout").asString("");
    String errors = task.path("stderr").asString("");
    String both =
        text + (text.isEmpty() || text.endsWith("\n") || errors.isEmpty() ? "" : "\n") + errors;
    JsonNode result = task.path("result");
    if (both.isEmpty() && result.isContainer() && !result.isEmpty()) {
      both = YamlWriter.write(result);
    }
    long more = more(task, "stdoutBytes") + more(task, "stderrBytes");
    return Printable.lines(both).stripTrailing()
        + (more == 0
            ? ""
            : "\n… %d bytes more, neither shown nor compared: ingot jobs output %s NODE"
                .formatted(more, task.path("job").asString("")));
  }

  private static long more(JsonNode task, String stream) {
    return Math.max(0, task.path(stream).asLong(0) - LISTED);
  }

  /** Biggest group first. */
  void print(PrintStream out) {
    said.entrySet().stream()
        .sorted((one, other) -> Integer.compare(other.getValue().size(), one.getValue().size()))
        .forEach(
            group -> {
              List<String> names = group.getValue();
              out.println(RULE);
              out.println(
                  NodeNames.fold(names) + (names.size() == 1 ? "" : " (" + names.size() + ")"));
              out.println(RULE);
              out.println(group.getKey());
            });
    out.flush();
  }

  /** Who did not succeed, by reason. */
  void printFailures(PrintStream err) {
    failed.forEach(
        (why, names) ->
            err.println(
                Printable.line("%s (%d): %s".formatted(NodeNames.fold(names), names.size(), why))));
    err.flush();
  }
}
