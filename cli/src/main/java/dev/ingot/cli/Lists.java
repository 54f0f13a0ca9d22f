package dev.ingot.cli;

import dev.ingot.client.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Shows lists: all pages of them, and again and again with {@code --watch}. */
final class Lists {
  private static final int PAGE = 1_000;
  private static final Duration AGAIN = Duration.ofSeconds(2);

  private Lists() {}

  static int show(
      Call call,
      Map<String, String> query,
      Function<Map<String, String>, Page> source,
      String name,
      List<Column> columns)
      throws InterruptedException {
    Output output = call.output();
    output.list(all(call, query, source), name, columns);
    while (call.flag("--watch")) {
      call.terminal().pause(AGAIN);
      List<JsonNode> items = all(call, query, source);
      output.again();
      output.list(items, name, columns);
    }
    return ExitCode.OK;
  }

  /** All items, or as many as {@code --limit} says. */
  static List<JsonNode> all(
      Call call, Map<String, String> query, Function<Map<String, String>, Page> source) {
    int most = call.number("--limit", Integer.MAX_VALUE);
    List<JsonNode> items = new ArrayList<>();
    Map<String, String> asked = new HashMap<>(query);
    while (true) {
      asked.put("limit", String.valueOf(Math.min(PAGE, most - items.size())));
      Page page = source.apply(asked);
      items.addAll(page.items());
      String next = page.next();
      if (next == null || items.size() >= most) {
        return items;
      }
      asked.put("cursor", next);
    }
  }
}
