package dev.ingot.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The inventory as a whole. */
final class InventoryCommands {
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
            .option("--filter", "FILTER", "of the documents that this filter matches, JSON"));
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
