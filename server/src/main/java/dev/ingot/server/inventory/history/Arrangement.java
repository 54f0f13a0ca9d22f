package dev.ingot.server.inventory.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps parts in their places: in a list of parts those that were there stay in the order in which
 * they are stored, whatever order they are reported in. So a kernel that counts its interfaces in
 * another order changes nothing.
 */
public final class Arrangement {
  private Arrangement() {}

  /**
   * A section's new content with the parts that were there in their old order.
   *
   * @param section its name
   * @param before null if there was none
   * @return the content itself if there is nothing to move; it is not changed in any case
   */
  public static JsonNode of(String section, @Nullable JsonNode before, JsonNode content) {
    JsonNode moved = before == null ? null : moved(section, before, content);
    return moved == null ? content : moved;
  }

  /** The value in the old order; null when it stands in it. */
  private static @Nullable JsonNode moved(String path, JsonNode before, JsonNode now) {
    if (before instanceof ObjectNode from && now instanceof ObjectNode to) {
      return object(path, from, to);
    }
    if (before instanceof ArrayNode from && now instanceof ArrayNode to) {
      return array(path, from, to);
    }
    return null;
  }

  private static @Nullable JsonNode object(String path, ObjectNode from, ObjectNode to) {
    ObjectNode copy = null;
    for (Map.Entry<String, JsonNode> entry : to.properties()) {
      JsonNode before = entry.getValue().isContainer() ? from.get(entry.getKey()) : null;
      if (before != null) {
        JsonNode value = moved(path + "." + entry.getKey(), before, entry.getValue());
        if (value != null) {
          copy = copy == null ? shallowCopy(to) : copy;
          copy.set(entry.getKey(), value);
        }
      }
    }
    return copy;
  }

  private static ObjectNode shallowCopy(ObjectNode object) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    object.forEachEntry(copy::set);
    return copy;
  }

  private static @Nullable JsonNode array(String path, ArrayNode from, ArrayNode to) {
    if (from.isEmpty() || to.isEmpty() || !to.valueStream().anyMatch(JsonNode::isContainer)) {
      return null;
    }
    Pairing pairing = Pairing.of(PartLists.of(path), from, to);
    int[] origin = new int[to.size()];
    Arrays.fill(origin, -1);
    for (int i = 0; i < from.size(); i++) {
      if (pairing.partner()[i] >= 0) {
        origin[pairing.partner()[i]] = i;
      }
    }
    List<Integer> order = pairing.ordered() ? inOrder(to.size()) : order(pairing.partner(), origin);
    ArrayNode result = JsonNodeFactory.instance.arrayNode(to.size());
    boolean moved = false;
    for (int j : order) {
      JsonNode element = to.get(j);
      JsonNode value = origin[j] < 0 ? null : moved(path, from.get(origin[j]), element);
      moved |= value != null || j != result.size();
      result.add(value == null ? element : value);
    }
    return moved ? result : null;
  }

  private static List<Integer> inOrder(int size) {
    List<Integer> order = new ArrayList<>(size);
    for (int j = 0; j < size; j++) {
      order.add(j);
    }
    return order;
  }

  /** Those that were there as they stood; behind each the new ones that are reported after it. */
  private static List<Integer> order(int[] partner, int[] origin) {
    List<Integer> order = new ArrayList<>(origin.length);
    for (int j = 0; j < origin.length && origin[j] < 0; j++) {
      order.add(j);
    }
    for (int first : partner) {
      if (first >= 0) {
        order.add(first);
        for (int j = first + 1; j < origin.length && origin[j] < 0; j++) {
          order.add(j);
        }
      }
    }
    return order;
  }
}
