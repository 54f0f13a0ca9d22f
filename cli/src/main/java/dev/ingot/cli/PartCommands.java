package dev.ingot.cli;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Parts by their serial numbers, over all machines. */
final class PartCommands {
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("KIND", "kind"),
          Column.of("SERIAL", "serial"),
          Column.of("SIZE", "size"),
          Column.of("MODEL", "model"),
          Column.id("NODE", "node"),
          Column.of("NAME", "hostname"),
          Column.of("SLOT", "slot"),
          Column.age("FIRST SEEN", "firstSeen"),
          Column.age("LAST SEEN", "lastSeen"),
          new Column("THERE", "gone", (gone, now) -> gone.isString() ? "gone" : "yes"),
          new Column(
              "DUPLICATE",
              "duplicate",
              (duplicate, now) -> duplicate.asBoolean(false) ? "on another machine too" : ""));

  private PartCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of("find", "Says where a part is and was", PartCommands::find)
            .argument("SERIAL", "serial number, or the MAC of a network port")
            .option("--kind", "KIND", "only such, e.g. disk"),
        Verb.of("list", "Lists parts that have serial numbers", PartCommands::list)
            .option("--node", "NODE", "only those that are or were there")
            .option("--kind", "KIND", "only such: disk, dimm, port, board, …")
            .flag("--duplicate", "only those that two machines show now")
            .list());
  }

  private static int find(Call call) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("serial", call.argument(0));
    String kind = call.option("--kind");
    if (kind != null) {
      query.put("kind", kind);
    }
    List<JsonNode> parts =
        Lists.all(call, query, call.client()::parts).stream()
            .sorted(
                Comparator.comparing((JsonNode part) -> part.path("gone").asString("~")).reversed())
            .toList();
    call.output().list(parts, "node", COLUMNS);
    if (parts.isEmpty()) {
      throw new CommandException(
          ExitCode.NOT_FOUND,
          "no part with the serial number " + call.argument(0) + " was ever seen");
    }
    return ExitCode.OK;
  }

  private static int list(Call call) throws InterruptedException {
    Map<String, String> query = new LinkedHashMap<>();
    String node = call.option("--node");
    if (node != null) {
      query.put("node", NodeTarget.id(call, node));
    }
    String kind = call.option("--kind");
    if (kind != null) {
      query.put("kind", kind);
    }
    if (call.flag("--duplicate")) {
      query.put("duplicate", "true");
    }
    return Lists.show(call, query, call.client()::parts, "serial", COLUMNS);
  }
}
