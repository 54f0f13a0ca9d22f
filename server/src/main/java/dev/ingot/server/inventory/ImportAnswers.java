package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.ImportStore.Written;
import dev.ingot.server.inventory.segment.PathAccess;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How it is told what was written. */
final class ImportAnswers {
  private ImportAnswers() {}

  /** Of what may not be read nothing is told, nor how often the document was written. */
  static ObjectNode of(Written written, PathAccess access) {
    ObjectNode answer = Json.MAPPER.createObjectNode();
    answer.put("id", written.id()).put("status", written.status());
    if (!access.principal().isRestricted()) {
      answer.put("revision", written.revision());
    }
    ArrayNode sections = answer.putArray("written");
    // By name: else their order would be that of the sections that are there, hidden ones too.
    written.written().stream().sorted().forEach(sections::add);
    ArrayNode removed = answer.putArray("removed");
    written.removed().stream().sorted().forEach(removed::add);
    ArrayNode aside = answer.putArray("aside");
    for (OverRuled section : written.aside()) {
      if (!access.may(List.of(section.section()))) {
        continue;
      }
      aside
          .addObject()
          .put("section", section.section())
          .put("served", section.served().word())
          .put("differs", section.differs());
    }
    return answer;
  }
}
