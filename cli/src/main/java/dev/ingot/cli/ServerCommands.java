package dev.ingot.cli;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** The server itself. */
final class ServerCommands {
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("TABLE", "name"),
          Column.bytes("BYTES", "bytes"),
          Column.of("ROWS", "rows"),
          Column.age("OLDEST", "oldest"),
          new Column("KEPT", "keptSeconds", (value, now) -> Units.span(value)),
          Column.bytes("BUDGET", "keptBytes"));

  private ServerCommands() {}

  static List<Verb> all() {
    return List.of(Verb.of("disk", "Shows tables, their sizes and budgets", ServerCommands::disk));
  }

  private static int disk(Call call) {
    JsonNode disk = call.client().disk();
    Output output = call.output();
    if (output.format() == Format.JSON || output.format() == Format.YAML) {
      output.document(disk, "name");
    } else {
      output.list(disk.path("tables").valueStream().toList(), "name", COLUMNS);
    }
    if (output.format() == Format.TABLE) {
      call.terminal().out().println(total(disk));
    }
    return ExitCode.OK;
  }

  private static String total(JsonNode disk) {
    String all = "database " + Units.bytes(disk.path("databaseBytes").asLong(0));
    if (!disk.path("diskBytes").isNumber()) {
      return all;
    }
    String free = Units.bytes(disk.path("freeBytes").asLong(0));
    String size = Units.bytes(disk.path("diskBytes").asLong(0));
    return all + "; disk " + free + " free of " + size + ", " + disk.path("pressure").asString("");
  }
}
