package dev.ingot.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
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
        .option("--project", "JSON", "what to show, e.g. '{\"cpu\":{\"$slice\":1}}'")
        .options("--sort", "PATH", "order by this field, then the next; -PATH for the reverse")
        .flag("--count", "only how many")
        .flag("--explain", "how the answer is found, instead of the answer")
        .option("--limit", "N", "at most so many (default: all)");
  }

  private static int run(Call call) {
    JsonNode filter = NodeCommands.json(call.argument(0), "the filter");
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("filter", filter);
    if (call.flag("--explain")) {
      return explain(call, body);
    }
    if (call.flag("--count")) {
      JsonNode count = call.client().query(body.put("count", true).put("limit", 0)).path("count");
      call.terminal().out().println(count);
      return ExitCode.OK;
    }
    List<String> sorts = call.options("--sort");
    if (!sorts.isEmpty()) {
      ObjectNode sort = body.putObject("sort");
      for (String key : sorts) {
        boolean reverse = key.startsWith("-");
        sort.put(reverse ? key.substring(1) : key, reverse ? -1 : 1);
      }
    }
    List<String> fields = call.options("--field");
    Format format = call.output().format();
    String project = call.option("--project");
    if (project != null) {
      if (!fields.isEmpty()) {
        throw CommandException.usage("--project says all that is shown: leave --field out");
      }
      JsonNode projection = NodeCommands.json(project, "the projection");
      body.set("projection", projection);
      call.output().list(items(call, body), NodeColumns.NAME, columns(shown(projection)));
      return ExitCode.OK;
    }
    boolean whole = fields.isEmpty() && (format == Format.JSON || format == Format.YAML);
    if (!whole) {
      ObjectNode projection = body.putObject("projection");
      (fields.isEmpty() ? NodeColumns.QUERIED : fields)
          .forEach(field -> projection.put(withoutPositions(field), 1));
    }
    call.output().list(items(call, body), NodeColumns.NAME, columns(fields));
    return ExitCode.OK;
  }

  /** The paths that a projection shows, in its order. */
  private static List<String> shown(JsonNode projection) {
    return projection
        .propertyStream()
        .filter(entry -> !entry.getKey().equals("mercury_id"))
        .filter(entry -> entry.getValue().isObject() || entry.getValue().asBoolean(false))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static int explain(Call call, ObjectNode body) {
    body.put("explain", true);
    if (call.flag("--count")) {
      body.put("count", true).put("limit", 0);
    }
    JsonNode explain = call.client().query(body).path("explain");
    if (call.output().format() != Format.TABLE) {
      call.output().document(explain, "served");
      return ExitCode.OK;
    }
    for (String line :
        List.of("served", "indexes", "undeclared", "estimatedRows", "rows", "milliseconds")) {
      JsonNode value = explain.path(line);
      call.terminal().out().println(line + ": " + (value.isString() ? value.asString() : value));
    }
    explain.path("plan").forEach(line -> call.terminal().out().println("  " + line.asString()));
    return ExitCode.OK;
  }

  /** A projection goes through lists by itself: of {@code cpu.0.cores} it takes cpu.cores. */
  private static String withoutPositions(String field) {
    return field.replaceAll("\\.\\d+(?=\\.|$)", "");
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

  private static List<Column> columns(List<String> fields) {
    if (fields.isEmpty()) {
      return NodeColumns.QUERY;
    }
    List<Column> columns = new ArrayList<>();
    columns.add(Column.id("ID", NodeColumns.NAME));
    for (String field : new LinkedHashSet<>(fields)) {
      columns.add(Column.of(field, field));
    }
    return columns;
  }
}
