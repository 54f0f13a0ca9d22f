package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClasses;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What each source says of a node, and where they disagree. */
final class SourcesView {
  private SourcesView() {}

  private record Said(String name, Source source, boolean aside, @Nullable JsonNode content) {}

  /** Places at which sources disagree: {path, served, values by source}. */
  static ArrayNode disagreements(Handle handle, String nodeId) {
    List<Said> said = said(handle, nodeId);
    return said.stream().anyMatch(Said::aside)
        ? disagreements(handle, said, document(handle, nodeId))
        : JsonNodeFactory.instance.arrayNode();
  }

  /** Everything that every source says: {mercury_id, sources, served, disagreements}. */
  static ObjectNode of(Handle handle, String nodeId) {
    List<Said> said = said(handle, nodeId);
    ObjectNode document = document(handle, nodeId);
    ObjectNode view = Json.MAPPER.createObjectNode().put(ImportSections.MERCURY_ID, nodeId);
    ObjectNode sources = view.putObject("sources");
    ObjectNode served = view.putObject("served");
    for (Said section : said) {
      JsonNode content = section.aside ? section.content : document.get(section.name);
      if (content != null) {
        sources.withObjectProperty(section.source.word()).set(section.name, content);
      }
      if (!section.aside) {
        served.put(section.name, section.source.word());
      }
    }
    view.set("disagreements", disagreements(handle, said, document));
    return view;
  }

  private static ArrayNode disagreements(Handle handle, List<Said> said, ObjectNode document) {
    Map<String, Source> served = new HashMap<>();
    said.stream()
        .filter(section -> !section.aside)
        .forEach(section -> served.put(section.name, section.source));
    List<Said> asides = said.stream().filter(Said::aside).toList();
    Map<String, FieldClasses> classes =
        SectionClasses.of(handle, asides.stream().map(Said::name).toList());
    Map<String, ObjectNode> byPath = new TreeMap<>();
    for (Said section : asides) {
      JsonNode shown = document.get(section.name);
      Source first = served.get(section.name);
      if (section.content == null || shown == null || first == null) {
        continue;
      }
      for (Disagreement place :
          Disagreement.between(
              section.name,
              section.content,
              shown,
              classes.getOrDefault(section.name, FieldClasses.ALL_CONFIG))) {
        ObjectNode line =
            byPath.computeIfAbsent(
                place.path(),
                path -> {
                  ObjectNode fresh = Json.MAPPER.createObjectNode();
                  fresh.put("path", path).put("served", first.word()).putObject("values");
                  return fresh;
                });
        ObjectNode values = line.withObjectProperty("values");
        if (place.served() != null) {
          values.set(first.word(), place.served());
        }
        values.set(section.source.word(), place.said());
      }
    }
    ArrayNode lines = JsonNodeFactory.instance.arrayNode();
    byPath.values().forEach(lines::add);
    return lines;
  }

  private static List<Said> said(Handle handle, String nodeId) {
    return handle
        .createQuery(
            "SELECT name, source, aside, content::text AS content FROM inventory_section"
                + " WHERE node = :node AND content_hash IS NOT NULL ORDER BY name, source")
        .bind("node", nodeId)
        .map(
            (row, _) -> {
              String content = row.getString("content");
              return new Said(
                  row.getString("name"),
                  Source.of(row.getString("source")),
                  row.getBoolean("aside"),
                  content == null ? null : Json.read(content));
            })
        .list();
  }

  private static ObjectNode document(Handle handle, String nodeId) {
    return handle
        .createQuery("SELECT doc::text FROM inventory WHERE node = :node")
        .bind("node", nodeId)
        .mapTo(String.class)
        .findOne()
        .map(text -> (ObjectNode) Json.read(text))
        .orElseGet(Json.MAPPER::createObjectNode);
  }
}
