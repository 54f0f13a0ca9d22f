package dev.ingot.cli;

import java.util.List;
import java.util.Map;

/** The record of every write. */
final class AuditCommands {
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id"),
          Column.of("TIME", "time"),
          Column.of("WHO", "principal"),
          Column.of("ROLE", "role"),
          Column.of("ACTION", "action"),
          Column.of("TARGET", "target"));

  private AuditCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of(
                "list",
                "Lists who changed what",
                call -> Lists.show(call, Map.of(), call.client()::audit, "id", COLUMNS))
            .list());
  }
}
