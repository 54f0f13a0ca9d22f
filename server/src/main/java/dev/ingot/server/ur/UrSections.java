package dev.ingot.server.ur;

import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Section;
import dev.ingot.server.inventory.InventoryWriter;
import dev.ingot.server.inventory.InventoryWriter.NodeReports;
import dev.ingot.server.inventory.InventoryWriter.Report;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What agents of Ur say of their machines, into the inventory as their agents' word. */
final class UrSections {
  private final InventoryWriter writer;
  private final InstantSource clock;

  UrSections(InventoryWriter writer, InstantSource clock) {
    this.writer = writer;
    this.clock = clock;
  }

  void store(UrLink link, long sequence, Sysinfo said) {
    Map<String, JsonNode> sections = said.sections();
    Map<String, FieldClasses> classes = writer.classes(sections.keySet());
    List<Report> reports = new ArrayList<>();
    sections.forEach(
        (name, content) ->
            reports.add(
                new Report(
                    new Section(
                        name, content, null, classes.getOrDefault(name, FieldClasses.ALL_CONFIG)),
                    sequence,
                    clock.instant())));
    writer.store(
        List.of(
            new NodeReports(
                link.node(), link.session().epoch(), link.known().incarnation(), reports)));
  }
}
