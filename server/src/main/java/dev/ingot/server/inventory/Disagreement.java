package dev.ingot.server.inventory;

import dev.ingot.protocol.FieldClasses;
import dev.ingot.server.inventory.history.SameJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A place at which a source says something else than what is served. A source that says nothing of
 * a place agrees. Of lists the elements are compared that are the same part: by the first of {@link
 * #NAMES} that tells all of them apart on both sides, else by position.
 *
 * @param path dotted, as filters write it, with the position in what the source says
 * @param said what the source says
 * @param served null when nothing is served there
 */
record Disagreement(String path, JsonNode said, @Nullable JsonNode served) {
  /** What parts are told apart by, the most lasting first. */
  private static final List<String> NAMES =
      List.of(
          "permanent_address",
          "wwn",
          "serial",
          "pci_slot",
          "slot",
          "locator",
          "address",
          "id",
          "name",
          "device");

  /** Beyond this many nobody reads on. */
  static final int MOST = 100;

  /** Where the one says something else than the other, counters and readings aside. */
  static List<Disagreement> between(
      String section, JsonNode said, JsonNode served, FieldClasses classes) {
    List<Disagreement> found = new ArrayList<>();
    compare(section, classes.stable(said), classes.stable(served), found);
    return found;
  }

  private static void compare(
      String path, JsonNode said, @Nullable JsonNode served, List<Disagreement> found) {
    if (found.size() == MOST) {
      return;
    }
    if (said instanceof ObjectNode object && served instanceof ObjectNode other) {
      object.forEachEntry((key, value) -> compare(below(path, key), value, other.get(key), found));
    } else if (said instanceof ArrayNode list && served instanceof ArrayNode other) {
      lists(path, list, other, found);
    } else if (served == null || !same(said, served)) {
      found.add(new Disagreement(path, said, served));
    }
  }

  /** A key with a dot is not taken for the keys of a path, which somebody may be granted. */
  private static String below(String path, String key) {
    return key.indexOf('.') < 0 ? path + "." + key : path + "[\"" + key + "\"]";
  }

  private static void lists(
      String path, ArrayNode said, ArrayNode served, List<Disagreement> found) {
    Map<JsonNode, JsonNode> parts = new HashMap<>();
    String name = name(said, served);
    if (name != null) {
      served.forEach(part -> parts.put(part.path(name), part));
    }
    for (int i = 0; i < said.size(); i++) {
      JsonNode part = said.path(i);
      JsonNode other = name == null ? served.get(i) : parts.get(part.path(name));
      compare(path + "." + i, part, other, found);
    }
    // A list says how many there are.
    for (int i = said.size(); name == null && i < served.size() && found.size() < MOST; i++) {
      found.add(new Disagreement(path + "." + i, said.nullNode(), served.path(i)));
    }
  }

  private static @Nullable String name(ArrayNode said, ArrayNode served) {
    for (String name : NAMES) {
      if (tellsApart(name, said) && tellsApart(name, served)) {
        return name;
      }
    }
    return null;
  }

  private static boolean tellsApart(String name, ArrayNode list) {
    Set<JsonNode> seen = new LinkedHashSet<>();
    for (JsonNode element : list) {
      JsonNode value = element.path(name);
      if (!value.isValueNode()
          || value.isNull()
          || value.asString("").isBlank()
          || !seen.add(value)) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(JsonNode left, JsonNode right) {
    return SameJson.same(left, right);
  }
}
