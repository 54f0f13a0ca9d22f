package dev.ingot.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Following events. */
final class EventCommands {
  private static final int ATTEMPTS = 60;

  private static final List<Column> COLUMNS =
      List.of(
          Column.of("TIME", "time"),
          Column.of("TYPE", "type"),
          Column.of("ACTION", "action"),
          Column.of("SEVERITY", "severity"),
          Column.id("OF", "typeId"),
          Column.of("DATA", "data"));

  private EventCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of("watch", "Follows events as they happen", EventCommands::watch)
            .option("--type", "TYPE", "only these, e.g. node")
            .option("--node", "NODE", "only of this node")
            .option("--after", "ID", "first those that happened after this event")
            .option("--count", "N", "end after so many"));
  }

  private static int watch(Call call) throws InterruptedException {
    Map<String, String> query = new HashMap<>();
    String type = call.option("--type");
    String node = call.option("--node");
    if (type != null) {
      query.put("type", type);
    }
    if (node != null) {
      query.put("node", NodeTarget.id(call, node));
    }
    return follow(call, query);
  }

  static int watchNodes(Call call) throws InterruptedException {
    String node = call.argument(0);
    return follow(
        call, node.isEmpty() ? Map.of("type", "node") : Map.of("node", NodeTarget.id(call, node)));
  }

  private static int follow(Call call, Map<String, String> query) throws InterruptedException {
    Output output = call.output();
    int[] left = {call.number("--count", Integer.MAX_VALUE)};
    call.client()
        .follow(
            query,
            call.option("--after"),
            ATTEMPTS,
            event -> {
              if (event.gone()) {
                call.terminal().err().println("ingot: some events are no longer kept");
                return true;
              }
              output.next(event.json(), "id", COLUMNS);
              return --left[0] > 0;
            });
    return ExitCode.OK;
  }
}
