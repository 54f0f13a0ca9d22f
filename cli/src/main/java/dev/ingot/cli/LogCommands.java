package dev.ingot.cli;

import dev.ingot.client.Page;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What machines and programs say. */
final class LogCommands {
  private static final int ATTEMPTS = 60;
  private static final int PAGE = 1_000;
  private static final int SHOWN = 100;
  private static final int BEFORE_FOLLOWING = 10;

  private static final List<Column> COLUMNS =
      List.of(
          Column.of("TIME", "received"),
          Column.of("SEVERITY", "severity"),
          Column.id("NODE", "node"),
          Column.of("SOURCE", "source"),
          Column.of("MESSAGE", "message"));

  private LogCommands() {}

  static Verb logs() {
    return Verb.of(
            "logs", "Shows what machines and programs say, the newest last", LogCommands::run)
        .flag("-f", "follow: show what is said as it is said")
        .option("--node", "NODE", "only of this node")
        .option("--job", "JOB", "only of this job")
        .option("--task", "TASK", "only of this task")
        .option("--source", "SOURCE", "only from there, e.g. agent")
        .option("--severity", "SEVERITY", "the least, e.g. warning")
        .option("--since", "TIME", "e.g. 1h, or 2026-01-02T03:04:05Z")
        .option("--until", "TIME", "the same")
        .option("--grep", "TEXT", "only what holds this text, in capitals or not")
        .option("--regex", "REGEX", "only what this regular expression matches")
        .option("--limit", "N", "the last so many (default 100; with -f 10)");
  }

  private static int run(Call call) throws InterruptedException {
    Map<String, String> query = new HashMap<>();
    for (String name : List.of("job", "task", "source", "severity", "since", "until", "regex")) {
      put(query, name, call.option("--" + name));
    }
    put(query, "text", call.option("--grep"));
    String node = call.option("--node");
    if (node != null) {
      query.put("node", NodeTarget.id(call, node));
    }
    return call.flag("-f") ? follow(call, query) : show(call, query);
  }

  private static void put(Map<String, String> query, String name, @Nullable String value) {
    if (value != null) {
      query.put(name, value);
    }
  }

  private static int show(Call call, Map<String, String> query) {
    int most = call.number("--limit", SHOWN);
    List<JsonNode> records = new ArrayList<>();
    while (true) {
      query.put("limit", String.valueOf(Math.min(PAGE, most - records.size())));
      Page page = call.client().logs(query);
      records.addAll(page.items());
      String next = page.next();
      if (next == null || records.size() >= most) {
        break;
      }
      query.put("cursor", next);
    }
    Output output = call.output();
    records.reversed().forEach(record -> output.next(record, "id", COLUMNS));
    return ExitCode.OK;
  }

  private static int follow(Call call, Map<String, String> query) throws InterruptedException {
    // With --since everything from then on is wanted, as far as one answer goes.
    int before = query.containsKey("since") ? PAGE : BEFORE_FOLLOWING;
    query.put("last", String.valueOf(Math.min(PAGE, call.number("--limit", before))));
    Output output = call.output();
    call.client()
        .followLogs(
            query,
            ATTEMPTS,
            record -> {
              if (record.gone()) {
                call.terminal().err().println("ingot: some records are no longer kept");
              } else {
                output.next(record.json(), "id", COLUMNS);
              }
              return true;
            });
    return ExitCode.OK;
  }
}
