package dev.ingot.cli;

import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What of a node is shown. */
final class NodeColumns {
  /** What names a node; queries answer with documents, whose id is called so. */
  static final String NAME = "id|mercury_id";

  static final List<Column> LIST =
      List.of(
          Column.id("ID", NAME),
          Column.of("NAME", "hostname"),
          Column.of("STATE", "presence.state"),
          Column.of("STANDING", "standing"),
          Column.of("VENDOR", "summary.vendor"),
          Column.of("MODEL", "summary.model"),
          Column.of("CLASS", "class"),
          Column.of("CPU", "summary.cpuModel"),
          Column.of("CORES", "summary.cpuCores"),
          Column.bytes("MEMORY", "summary.memoryBytes"),
          Column.bytes("DISK", "summary.diskBytes"),
          Column.of("TAGS", "tags"));

  static final List<Column> SHOW =
      List.of(
          Column.of("id", "id"),
          Column.of("found by", "identity.reason"),
          Column.of("also", "aliases"),
          Column.of("name", "hostname"),
          Column.of("standing", "standing"),
          Column.of("protected", "protected"),
          Column.of("state", "presence.state"),
          Column.age("since", "presence.since"),
          Column.of("because", "presence.reason"),
          Column.of("address", "presence.address"),
          Column.of("tags", "tags"),
          Column.of("site", "location.site"),
          Column.of("rack", "location.rack"),
          Column.of("unit", "location.unit"),
          Column.of("vendor", "summary.vendor"),
          Column.of("model", "summary.model"),
          Column.of("serial", "summary.serial"),
          Column.of("class", "class"),
          Column.of("cpu", "summary.cpuModel"),
          Column.of("cores", "summary.cpuCores"),
          Column.bytes("memory", "summary.memoryBytes"),
          Column.bytes("disk", "summary.diskBytes"),
          Column.age("changed", "inventory.changed"),
          new Column("sections", "sections", (sections, now) -> names(sections)),
          new Column("missing", "sections", (sections, now) -> failures(sections)),
          new Column("disagree", "disagreements", (places, now) -> disagreements(places)),
          Column.age("first seen", "firstSeen"),
          Column.of("agent", "agentVersion"));

  /** Of documents: the fields that a query asks for when nobody says which. */
  static final List<String> QUERIED =
      List.of("node", "dmi.sys_vendor", "dmi.product_name", "cpu.model_name", "mem.MemTotal");

  static final List<Column> QUERY =
      List.of(
          Column.id("ID", "mercury_id"),
          Column.of("NAME", "node.hostname"),
          Column.of("VENDOR", "dmi.sys_vendor"),
          Column.of("MODEL", "dmi.product_name"),
          Column.of("CPU", "cpu.0.model_name"),
          Column.bytes("MEMORY", "mem.MemTotal"));

  static final List<Column> LOOKUP =
      List.of(
          Column.id("ID", "id"),
          Column.of("NAME", "hostname"),
          Column.of("ONLINE", "online"),
          Column.of("MATCHED", "matched"));

  private NodeColumns() {}

  private static String names(JsonNode sections) {
    return sections
        .valueStream()
        .filter(section -> section.path("failure").isNull())
        .map(section -> section.path("name").asString(""))
        .collect(Collectors.joining(", "));
  }

  private static String failures(JsonNode sections) {
    return sections
        .valueStream()
        .filter(section -> section.path("failure").isString())
        .map(
            section ->
                section.path("name").asString("") + ": " + section.path("failure").asString(""))
        .collect(Collectors.joining("; "));
  }

  /** Where sources say something else than what is served. */
  private static String disagreements(JsonNode places) {
    return places
        .valueStream()
        .map(
            place ->
                place.path("path").asString("")
                    + " ("
                    + place
                        .path("values")
                        .propertyStream()
                        .map(said -> said.getKey() + " " + said.getValue())
                        .collect(Collectors.joining(", "))
                    + ")")
        .collect(Collectors.joining("; "));
  }
}
