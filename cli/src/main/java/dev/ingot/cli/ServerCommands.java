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

  private static final List<Column> CONNECTIONS =
      List.of(
          Column.of("PURPOSE", "purpose"), Column.of("UP", "up"), Column.of("TROUBLE", "trouble"));

  private ServerCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of("disk", "Shows tables, their sizes and budgets", ServerCommands::disk),
        Verb.of("broker", "Shows the connections to the message broker", ServerCommands::broker));
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

  private static int broker(Call call) {
    JsonNode broker = call.client().broker();
    Output output = call.output();
    if (output.format() == Format.JSON || output.format() == Format.YAML) {
      output.document(broker, "url");
      return ExitCode.OK;
    }
    output.list(broker.path("connections").valueStream().toList(), "purpose", CONNECTIONS);
    if (output.format() == Format.TABLE) {
      call.terminal().out().println(summary(broker));
    }
    return ExitCode.OK;
  }

  private static String summary(JsonNode broker) {
    if (!broker.path("configured").asBoolean(false)) {
      return "no broker is configured (amqp.url)";
    }
    JsonNode events = broker.path("events");
    return broker.path("url").asString("")
        + "; agents "
        + broker.path("agents").asLong(0)
        + (events.isObject()
            ? "; events confirmed "
                + events.path("confirmed").asLong(0)
                + ", behind "
                + events.path("behind").asString("?")
            : "");
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
