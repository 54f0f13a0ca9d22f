package dev.ingot.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code nodes history}, {@code nodes diff}: what changed. */
final class HistoryCommands {
  static final String TIMES = "2026-01-02T03:04:05Z, 2026-01-02, 2h ago";

  private static final List<Column> HISTORY =
      List.of(
          Column.of("TIME", "time"),
          Column.of("SOURCE", "source"),
          Column.of("MEANS", "change"),
          Column.of("WHAT", "what"));
  private static final List<Column> FINDINGS =
      List.of(Column.of("MEANS", "change"), Column.of("WHAT", "what"));
  private static final List<Column> TWO_NODES =
      List.of(
          Column.of("PATH", "path"), Column.of("FIRST", "before"), Column.of("SECOND", "after"));

  private HistoryCommands() {}

  static Verb history() {
    return Verb.of("history", "Lists what changed in a node", HistoryCommands::list)
        .argument("NODE", NodeTarget.WHAT)
        .option("--since", "TIME", TIMES)
        .option("--until", "TIME", "the same")
        .option("--path", "PATH", "only changes there, e.g. os_storage")
        .option("--change", "WORDS", "only informational, moved, degraded, lost")
        .option("--limit", "N", "at most so many changes (default: all)");
  }

  static Verb diff() {
    return Verb.of(
            "diff", "Shows what differs between two times or two nodes", call -> differ(call))
        .argument("NODE", NodeTarget.WHAT)
        .optional("OTHER", "another node")
        .option("--from", "TIME", TIMES + " (with OTHER: of NODE, default now)")
        .option("--to", "TIME", "the same (default: now)");
  }

  private static int list(Call call) {
    String id = NodeTarget.id(call, call.argument(0));
    Map<String, String> query = given(call, "since", "until", "path", "change");
    List<JsonNode> changes = Lists.all(call, query, asked -> call.client().history(id, asked));
    boolean table = call.output().format() == Format.TABLE;
    call.output().list(table ? lines(changes) : changes, "time", HISTORY);
    return ExitCode.OK;
  }

  private static Map<String, String> given(Call call, String... names) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String name : names) {
      String value = call.option("--" + name);
      if (value != null) {
        query.put(name, value);
      }
    }
    return query;
  }

  /** A line for each thing that a change means; time and source once for each change. */
  private static List<JsonNode> lines(List<JsonNode> changes) {
    List<JsonNode> lines = new ArrayList<>();
    for (JsonNode change : changes) {
      int first = lines.size();
      change.path("what").forEach(finding -> lines.add(line(finding)));
      int more = change.path("more").asInt(0);
      if (more > 0) {
        lines.add(Output.MAPPER.createObjectNode().put("what", "and " + more + " more"));
      }
      if (lines.size() == first) {
        lines.add(Output.MAPPER.createObjectNode().set("change", change.path("change")));
      }
      ObjectNode head = (ObjectNode) lines.get(first);
      head.set("time", change.path("time"));
      head.set("source", change.path("source"));
    }
    return lines;
  }

  private static ObjectNode line(JsonNode finding) {
    ObjectNode line = Output.MAPPER.createObjectNode();
    line.set("change", finding.path("change"));
    line.set("what", finding.path("what"));
    return line;
  }

  private static int differ(Call call) {
    String other = call.argument(1);
    Map<String, String> query = given(call, "from", "to");
    if (other.isEmpty() && !query.containsKey("from")) {
      throw CommandException.usage("say --from TIME, or another node");
    }
    String id = NodeTarget.id(call, call.argument(0));
    if (!other.isEmpty()) {
      query.put("with", NodeTarget.id(call, other));
    }
    JsonNode answer = call.client().diff(id, query);
    switch (call.output().format()) {
      case JSON, YAML -> call.output().document(answer, "from.node");
      case TABLE -> table(call, answer);
      case CSV, NAME -> call.output().list(items(answer.path("changes")), "path", TWO_NODES);
    }
    return ExitCode.OK;
  }

  private static void table(Call call, JsonNode answer) {
    List<JsonNode> changes = items(answer.path("changes"));
    if (changes.isEmpty()) {
      call.output().done("nothing differs", answer, "from.node");
    } else if (answer.has("what")) {
      call.output().list(items(answer.path("what")), "path", FINDINGS);
    } else {
      call.output().list(changes, "path", TWO_NODES);
    }
    int more = answer.path(answer.has("what") ? "moreWhat" : "more").asInt(0);
    if (more > 0) {
      call.terminal().err().println("and " + more + " more");
    }
  }

  private static List<JsonNode> items(JsonNode array) {
    return array.valueStream().toList();
  }

  /** A document of the past; people are told what is not in it. */
  static JsonNode asOf(Call call, String id, String time) {
    JsonNode document = call.client().inventoryAsOf(id, time);
    call.terminal()
        .err()
        .println("as it stood " + time + "; counters and readings are not kept and left out");
    return document;
  }
}
