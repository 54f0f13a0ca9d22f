package dev.ingot.cli;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** The server itself. */
final class ServerCommands {
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("TABLE", "name|table"),
          Column.bytes("BYTES", "bytes|size"),
          Column.bytes("BUDGET", "budget.bytes|maxBytes"),
          Column.of("AGE", "budget.age|maxAge"),
          Column.of("PARTITIONS", "partitions"),
          Column.age("OLDEST", "oldest"));

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
      JsonNode tables = disk.path("tables").isArray() ? disk.path("tables") : disk.path("items");
      output.list(tables.valueStream().toList(), "name|table", COLUMNS);
    }
    return ExitCode.OK;
  }
}
