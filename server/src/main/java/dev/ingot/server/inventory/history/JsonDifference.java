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
 * The RFC 6902 operations (add, remove, replace) that turn one value into another. Which element of
 * a list is which says {@link Pairing}.
 */
public final class JsonDifference {
  /** Beyond this many a stored section is replaced as a whole. */
  public static final int MOST_STORED = 200;

  private final List<Operation> operations = new ArrayList<>();

  private JsonDifference() {}

  /**
   * The element of a list in which an operation takes place, rather a part than what is in it; null
   * where there is none.
   */
  record Owner(PartList list, @Nullable ObjectNode from, @Nullable ObjectNode to) {}

  /**
   * One operation.
   *
   * @param path dotted, as filters write it
   * @param shape the path without indexes
   * @param pointer RFC 6901
   * @param value null for a removal
   * @param was what it replaces or removes
   * @param owner the innermost part that it is about, else an element that is none; null if it is
   *     about neither
   */
  public record Operation(
      String word,
      String path,
      String shape,
      String pointer,
      @Nullable JsonNode value,
      @Nullable JsonNode was,
      @Nullable Owner owner) {
    public ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("op", word).put("path", pointer);
      if (value != null) {
        json.set("value", value);
      }
      return json;
    }
  }

  /**
   * What turns one into the other, in the order in which it must be done.
   *
   * @param name the key under which both stand in a document
   * @param from null if there was none
   * @param to null if there is none any more
   * @param most with more operations the value is replaced as a whole
   */
  public static List<Operation> between(
      String name, @Nullable JsonNode from, @Nullable JsonNode to, int most) {
    Place root = new Place("", "", "", null).below(name);
    JsonDifference difference = new JsonDifference();
    difference.compare(root, from, to);
    return difference.operations.size() > most && from != null && to != null
        ? List.of(new Operation("replace", root.path, root.shape, root.pointer, to, from, null))
        : difference.operations;
  }

  private record Place(String path, String shape, String pointer, @Nullable Owner owner) {
    Place below(String key) {
      return new Place(
          path.isEmpty() ? key : path + "." + key,
          shape.isEmpty() ? key : shape + "." + key,
          pointer + "/" + key.replace("~", "~0").replace("/", "~1"),
          owner);
    }

    Place at(int index, @Nullable PartList list, @Nullable JsonNode from, @Nullable JsonNode to) {
      Owner inside =
          list != null && (list.holdsParts() || owner == null)
              ? new Owner(
                  list,
                  from instanceof ObjectNode it ? it : null,
                  to instanceof ObjectNode it ? it : null)
              : owner;
      return new Place(path + "." + index, shape, pointer + "/" + index, inside);
    }

    Operation operation(String word, @Nullable JsonNode was, @Nullable JsonNode value) {
      return new Operation(word, path, shape, pointer, value, was, owner);
    }
  }

  private void compare(Place place, @Nullable JsonNode from, @Nullable JsonNode to) {
    if (from == null && to == null) {
      return;
    }
    if (from == null) {
      operations.add(place.operation("add", null, to));
    } else if (to == null) {
      operations.add(place.operation("remove", from, null));
    } else if (from instanceof ObjectNode before && to instanceof ObjectNode after) {
      objects(place, before, after);
    } else if (from instanceof ArrayNode before && to instanceof ArrayNode after) {
      arrays(place, before, after);
    } else if (!SameJson.same(from, to)) {
      operations.add(place.operation("replace", from, to));
    }
  }

  private void objects(Place place, ObjectNode from, ObjectNode to) {
    for (Map.Entry<String, JsonNode> entry : from.properties()) {
      compare(place.below(entry.getKey()), entry.getValue(), to.get(entry.getKey()));
    }
    for (Map.Entry<String, JsonNode> entry : to.properties()) {
      if (!from.has(entry.getKey())) {
        compare(place.below(entry.getKey()), null, entry.getValue());
      }
    }
  }

  private void arrays(Place place, ArrayNode from, ArrayNode to) {
    PartList list = PartLists.of(place.shape);
    int[] partner = Ascending.of(Pairing.of(list, from, to).partner());
    // From the last on, so that what stays keeps its index until its turn.
    for (int i = from.size() - 1; i >= 0; i--) {
      if (partner[i] < 0) {
        compare(place.at(i, list, from.get(i), null), from.get(i), null);
      }
    }
    int[] origin = new int[to.size()];
    Arrays.fill(origin, -1);
    for (int i = 0; i < partner.length; i++) {
      if (partner[i] >= 0) {
        origin[partner[i]] = i;
      }
    }
    for (int j = 0; j < to.size(); j++) {
      JsonNode before = origin[j] < 0 ? null : from.get(origin[j]);
      compare(place.at(j, list, before, to.get(j)), before, to.get(j));
    }
  }
}
