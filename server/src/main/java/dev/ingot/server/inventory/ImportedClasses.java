package dev.ingot.server.inventory;

import dev.ingot.protocol.FieldClass;
import dev.ingot.protocol.FieldClasses;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the fields of an imported section are classed: as agents class theirs, but that an agent's
 * "everything else is a reading" is of the values beside it. A list or an object that the agent
 * never names, such as modules of memory of a machine that another program looked at, is none.
 */
final class ImportedClasses {
  private static final String ANYTHING_ELSE = "*";

  private ImportedClasses() {}

  static FieldClasses of(FieldClasses agents, JsonNode content) {
    if (!agents.byPattern().containsKey(ANYTHING_ELSE)) {
      return agents;
    }
    Map<String, FieldClass> classes = new TreeMap<>(agents.byPattern());
    Set<String> named =
        classes.keySet().stream()
            .map(pattern -> pattern.split("\\.", 2)[0])
            .collect(Collectors.toSet());
    if (content instanceof ArrayNode list) {
      list.forEach(element -> name(element, named, classes));
    } else {
      name(content, named, classes);
    }
    return new FieldClasses(classes);
  }

  private static void name(JsonNode value, Set<String> named, Map<String, FieldClass> classes) {
    if (value instanceof ObjectNode object) {
      object.forEachEntry(
          (key, below) -> {
            // A key with a dot or a star is no pattern.
            if (below.isContainer() && !named.contains(key) && !key.matches(".*[.*].*")) {
              classes.put(key, FieldClass.CONFIG);
            }
          });
    }
  }
}
