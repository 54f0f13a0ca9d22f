package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import dev.ingot.core.Json;
import dev.ingot.protocol.Section;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * What differs between a document that was printed before and an inspection: parts and how they are
 * set, no counters and readings.
 */
public final class Differences {
  /** What tells the elements of a list apart, the first that all of them have once. */
  private static final List<String> KEYS =
      List.of(
          "devname",
          "device",
          "pci_slot",
          "slot",
          "port",
          "id",
          "number",
          "interface",
          "of",
          "name",
          "addr",
          "destination",
          "physical_id");

  private final ArrayNode found = Fields.array();

  private Differences() {}

  /**
   * Compares section by section; a section that either of them has not is left out when the
   * inspection failed.
   *
   * @param before as it was read from JSON: what was found now is compared as it would be printed,
   *     where a number has no width
   * @return a list of {@code {path, before, after}}
   */
  public static ArrayNode between(JsonNode before, InspectionReport report) {
    Differences differences = new Differences();
    for (Section found : report.sections()) {
      JsonNode old = before.path(found.name());
      Section section = SleepingDisks.remembered(found, old);
      JsonNode content = section.content();
      if (content != null) {
        differences.compare(
            section.name(),
            old.isMissingNode() ? null : section.classes().stable(old),
            section.classes().stable(Json.read(Json.bytes(content))));
      }
    }
    return differences.found;
  }

  private void compare(String path, @Nullable JsonNode before, @Nullable JsonNode after) {
    if (before == null || after == null) {
      found.add(
          new Fields()
              .put("path", path)
              .put("before", shown(before))
              .put("after", shown(after))
              .node());
      return;
    }
    if (before.equals(after)) {
      return;
    }
    Map<String, JsonNode> old = parts(before);
    Map<String, JsonNode> now = parts(after);
    if (old == null || now == null || before.isArray() != after.isArray()) {
      found.add(new Fields().put("path", path).put("before", before).put("after", after).node());
      return;
    }
    Set<String> all = new LinkedHashSet<>(old.keySet());
    all.addAll(now.keySet());
    for (String key : all) {
      compare(path + (before.isArray() ? "[" + key + "]" : "." + key), old.get(key), now.get(key));
    }
  }

  private static JsonNode shown(@Nullable JsonNode node) {
    return node == null ? tools.jackson.databind.node.JsonNodeFactory.instance.nullNode() : node;
  }

  /**
   * The fields of an object, the elements of a list of objects by what tells them apart; else null.
   */
  private static @Nullable Map<String, JsonNode> parts(JsonNode node) {
    Map<String, JsonNode> parts = new LinkedHashMap<>();
    if (node.isObject()) {
      node.forEachEntry(parts::put);
      return parts;
    }
    if (!node.isArray()) {
      return null;
    }
    for (String key : KEYS) {
      parts.clear();
      node.forEach(element -> parts.put(element.path(key).asString(""), element));
      if (parts.size() == node.size() && !parts.containsKey("")) {
        return parts;
      }
    }
    return node.isEmpty() ? Map.of() : null;
  }
}
