package dev.ingot.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code nodes query}: the inventory's query language from the command line. */
final class NodeQuery {
  private NodeQuery() {}

  static Verb verb() {
    return Verb.of("query", "Finds nodes by their inventory", NodeQuery::run)
        .argument("FILTER", "JSON, e.g. '{\"cpu.0.model_name\":{\"$regex\":\"Xeon\"}}'")
        .options("--field", "PATH", "show this field; may be there many times")
        .option("--sort", "PATH", "order by this field; -PATH for the reverse")
        .flag("--count", "only how many")
        .option("--limit", "N", "at most so many (default: all)");
  }

  private static int run(Call call) {
    JsonNode filter = NodeCommands.json(call.argument(0), "the filter");
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("filter", filter);
    List<String> fields = call.options("--field");
    if (!fields.isEmpty()) {
      ObjectNode projection = body.putObject("projection");
      fields.forEach(field -> projection.put(field, 1));
    }
    String sort = call.option("--sort");
    if (sort != null) {
      boolean reverse = sort.startsWith("-");
      body.putObject("sort").put(reverse ? sort.substring(1) : sort, reverse ? -1 : 1);
    }
    if (call.flag("--count")) {
      body.put("count", true);
      JsonNode count = call.client().query(body).path("count");
      call.terminal().out().println(count);
      return ExitCode.OK;
    }
    show(call, items(call, body), fields);
    return ExitCode.OK;
  }

  private static List<JsonNode> items(Call call, ObjectNode body) {
    int most = call.number("--limit", Integer.MAX_VALUE);
    List<JsonNode> items = new ArrayList<>();
    while (true) {
      body.put("limit", Math.min(1_000, most - items.size()));
      JsonNode answer = call.client().query(body);
      answer.path("items").forEach(items::add);
      JsonNode next = answer.path("next");
      if (!next.isString() || items.size() >= most) {
        return items;
      }
      body.put("cursor", next.asString());
    }
  }

  private static void show(Call call, List<JsonNode> items, List<String> fields) {
    if (fields.isEmpty()) {
      call.output().list(items, NodeColumns.NAME, NodeColumns.LIST);
      return;
    }
    List<Column> columns = new ArrayList<>();
    columns.add(Column.id("ID", NodeColumns.NAME));
    Map<String, String> seen = new HashMap<>();
    for (String field : fields) {
      if (seen.put(field, field) == null) {
        columns.add(Column.of(field, field + "|inventory." + field));
      }
    }
    call.output().list(items, NodeColumns.NAME, columns);
  }
}
