package dev.ingot.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The inventory as a whole. */
final class InventoryCommands {
  private static final List<Column> INDEXES =
      List.of(
          Column.of("PATH", "path"),
          Column.of("KIND", "kind"),
          Column.of("STATE", "state"),
          Column.of("DONE", "done"),
          Column.of("OF", "total"),
          Column.age("SINCE", "since"),
          Column.of("BY", "createdBy"));

  private InventoryCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of("aggregate", "Counts, sums and groups the documents", InventoryCommands::aggregate)
            .argument(
                "PIPELINE",
                "JSON, e.g."
                    + " '[{\"$group\":{\"_id\":\"$dmi.sys_vendor\",\"machines\":{\"$sum\":1}}}]'"),
        Verb.of("distinct", "Lists the different values at a path", InventoryCommands::distinct)
            .argument("PATH", "e.g. dmi.bios_version")
            .option("--filter", "FILTER", "of the documents that this filter matches, JSON"),
        InventoryImport.verb(),
        InventoryExport.verb(),
        InventoryWrites.put(),
        InventoryWrites.patch(),
        InventoryWrites.remove(),
        Verb.of("indexes", "Lists, adds or removes declared paths", InventoryCommands::indexes)
            .argument("ACTION", "list, add or remove")
            .optional("PATH", "to add or remove, e.g. mem.MemTotal")
            .option("--kind", "KIND", "equality (as a rule), range or prefix"));
  }

  private static int indexes(Call call) throws InterruptedException {
    String action = call.argument(0);
    if (action.equals("list")) {
      List<JsonNode> items = call.client().indexes(Map.of()).items();
      call.output().list(items, "path", INDEXES);
      return ExitCode.OK;
    }
    if (!action.equals("add") && !action.equals("remove")) {
      throw CommandException.usage("unknown action " + action + "; known are list, add and remove");
    }
    if (call.argument(1).isEmpty()) {
      throw CommandException.usage("which path? ingot inventory indexes " + action + " PATH");
    }
    String path = call.argument(1);
    ObjectNode done = JsonNodeFactory.instance.objectNode().put("path", path);
    String kind = call.option("--kind");
    if (kind != null) {
      done.put("kind", kind);
    }
    if (action.equals("add")) {
      call.client().addIndex(done.deepCopy());
      call.output()
          .done("the path " + path + " is declared; it is built in the background", done, "path");
    } else {
      call.client().removeIndex(path, kind == null ? Map.of() : Map.of("kind", kind));
      call.output().done("the path " + path + " is not declared any more", done, "path");
    }
    return ExitCode.OK;
  }

  private static int aggregate(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("pipeline", NodeCommands.json(call.argument(0), "the pipeline"));
    List<JsonNode> items = new ArrayList<>();
    call.client().aggregate(body).path("items").forEach(items::add);
    call.output().list(items, "_id", columns(items));
    return ExitCode.OK;
  }

  private static int distinct(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("path", call.argument(0));
    String filter = call.option("--filter");
    if (filter != null) {
      body.set("filter", NodeCommands.json(filter, "the filter"));
    }
    List<JsonNode> items = new ArrayList<>();
    for (JsonNode value : call.client().distinct(body).path("values")) {
      items.add(JsonNodeFactory.instance.objectNode().set("value", value));
    }
    call.output().list(items, "value", List.of(Column.of("VALUE", "value")));
    return ExitCode.OK;
  }

  /** A column for each field of any document; one for each field of an id of several. */
  private static List<Column> columns(List<JsonNode> items) {
    Set<String> paths = new LinkedHashSet<>();
    for (JsonNode item : items) {
      for (String name : item.propertyNames()) {
        JsonNode value = item.path(name);
        if (name.equals("_id") && value.isObject()) {
          value.propertyNames().forEach(below -> paths.add(name + "." + below));
        } else {
          paths.add(name);
        }
      }
    }
    return paths.stream()
        .map(path -> Column.of(path.replaceFirst("^_id\\.", "").toUpperCase(Locale.ROOT), path))
        .toList();
  }
}
