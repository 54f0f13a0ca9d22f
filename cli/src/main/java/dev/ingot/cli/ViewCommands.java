package dev.ingot.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Views: questions with a name. */
final class ViewCommands {
  /** The most groups of one answer; of nodes the server makes pages. */
  private static final int PAGE = 10_000;

  private static final Duration AGAIN = Duration.ofSeconds(2);

  private static final List<Column> LIST =
      List.of(
          Column.of("NAME", "name"),
          Column.of("OF", "kind"),
          Column.of("ORIGIN", "origin"),
          Column.age("CHANGED", "changed"),
          Column.of("DESCRIPTION", "definition.description"));

  private ViewCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of(
                "list",
                "Lists the views",
                call -> Lists.show(call, Map.of(), call.client()::views, "name", LIST))
            .list(),
        Verb.of("show", "Shows a view's definition, as it can be loaded", ViewCommands::show)
            .argument("NAME", "of the list"),
        Verb.of("run", "Shows what a view shows", ViewCommands::run)
            .argument("NAME", "of the list")
            .options("--set", "NAME=VALUE", "value of a parameter; may be there many times")
            .flag("--count", "only how many")
            .list(),
        Verb.of("load", "Stores the views of a folder's files, all or none", ViewCommands::load)
            .argument("DIR", "folder of .yaml, .yml and .json files, or one of them")
            .flag("--dry-run", "say what would change, and change nothing"),
        Verb.of(
                "delete",
                "Deletes a view; a shipped one comes back as it was",
                ViewCommands::delete)
            .argument("NAME", "of the list")
            .destructive());
  }

  private static int show(Call call) {
    call.output().document(call.client().view(call.argument(0)).path("definition"), "name");
    return ExitCode.OK;
  }

  private static int load(Call call) {
    return DefinitionFolder.load(call, call.client()::loadViews);
  }

  private static int delete(Call call) {
    String name = call.argument(0);
    call.confirm("Delete the view " + name + "?");
    call.client().deleteView(name);
    ObjectNode view = JsonNodeFactory.instance.objectNode().put("name", name);
    call.output().done("view " + name + " is deleted", view, "name");
    return ExitCode.OK;
  }

  private static int run(Call call) throws InterruptedException {
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    ObjectNode parameters = asked.putObject("parameters");
    for (String set : call.options("--set")) {
      int equals = set.indexOf('=');
      if (equals < 1) {
        throw CommandException.usage("--set wants NAME=VALUE, not " + set);
      }
      parameters.put(set.substring(0, equals), set.substring(equals + 1));
    }
    if (call.flag("--count")) {
      asked.put("count", true).put("limit", 0);
      call.terminal().out().println(call.client().runView(call.argument(0), asked).path("count"));
      return ExitCode.OK;
    }
    Output output = call.output();
    show(call, output, asked);
    while (call.flag("--watch")) {
      call.terminal().pause(AGAIN);
      List<JsonNode> items = new ArrayList<>();
      List<Column> columns = items(call, asked, items);
      output.again();
      output.list(items, NodeColumns.NAME, columns);
    }
    return ExitCode.OK;
  }

  private static void show(Call call, Output output, ObjectNode asked) {
    List<JsonNode> items = new ArrayList<>();
    List<Column> columns = items(call, asked, items);
    output.list(items, NodeColumns.NAME, columns);
  }

  /** Collects all pages, and tells the columns. */
  private static List<Column> items(Call call, ObjectNode question, List<JsonNode> items) {
    int most = call.number("--limit", Integer.MAX_VALUE);
    ObjectNode asked = question.deepCopy();
    while (true) {
      asked.put("limit", Math.min(PAGE, most - items.size()));
      JsonNode answer = call.client().runView(call.argument(0), asked);
      answer.path("items").forEach(items::add);
      JsonNode next = answer.path("next");
      if (!next.isString() || items.size() >= most) {
        List<Column> columns =
            answer.path("columns").valueStream().map(ViewCommands::column).toList();
        return columns.isEmpty() ? columnsOf(items) : columns;
      }
      asked.put("cursor", next.asString());
    }
  }

  private static Column column(JsonNode column) {
    String unit = column.path("unit").asString("");
    return new Column(
        column.path("title").asString(""),
        column.path("path").asString(""),
        (value, now) ->
            value.isArray()
                ? value
                    .valueStream()
                    .map(it -> Units.text(unit, it, now))
                    .collect(Collectors.joining(", "))
                : Units.text(unit, value, now));
  }

  /** Of a view that names no columns: whatever stands first in its items. */
  private static List<Column> columnsOf(List<JsonNode> items) {
    Set<String> keys = new TreeSet<>();
    items.forEach(item -> keys.addAll(item.propertyNames()));
    List<Column> columns = new ArrayList<>();
    if (keys.remove("mercury_id")) {
      columns.add(Column.id("ID", "mercury_id"));
    }
    keys.forEach(key -> columns.add(Column.of(key, key)));
    return columns;
  }
}
