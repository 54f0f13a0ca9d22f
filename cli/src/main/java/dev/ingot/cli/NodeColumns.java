package dev.ingot.cli;

import java.util.List;

/** What of a node is shown. */
final class NodeColumns {
  static final String NAME = "id|nodeId";

  static final List<Column> LIST =
      List.of(
          Column.id("ID", NAME),
          Column.of("NAME", "hostname|name|matched"),
          Column.of("STATE", "presence.state|presence|state"),
          Column.of("CPU", "summary.cpu"),
          Column.bytes("MEMORY", "summary.memory"),
          Column.bytes("STORAGE", "summary.storage"),
          Column.of("TAGS", "tags"),
          Column.age("SEEN", "presence.lastSeen|lastSeen"));

  static final List<Column> SHOW =
      List.of(
          Column.of("id", "id"),
          Column.of("name", "hostname|name"),
          Column.of("state", "presence.state|presence|state"),
          Column.age("seen", "presence.lastSeen|lastSeen"));

  private NodeColumns() {}
}
