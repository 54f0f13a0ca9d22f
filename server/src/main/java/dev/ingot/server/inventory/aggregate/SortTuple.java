package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.NullNode;

/**
 * What a document is sorted by. Where keys lead through arrays each element gives one tuple of
 * keys, and the first of them in the order asked for counts: what an index on these keys would
 * hold. An empty array comes before null (undefined), a field that is not there is null.
 */
final class SortTuple {
  private static final int MOST_TUPLES = 10_000;

  private final Stage.Sort stage;
  private final List<List<JsonNode>> found = new ArrayList<>();

  private SortTuple(Stage.Sort stage) {
    this.stage = stage;
  }

  static List<JsonNode> of(Stage.Sort stage, JsonNode document) {
    SortTuple tuples = new SortTuple(stage);
    List<Place> places = new ArrayList<>();
    for (Stage.SortKey key : stage.keys()) {
      places.add(Place.of(document, key.path().keys(), 0));
    }
    tuples.expand(places);
    List<JsonNode> first = tuples.found.getFirst();
    for (List<JsonNode> tuple : tuples.found) {
      first = compare(stage.keys(), tuple, first) < 0 ? tuple : first;
    }
    return first;
  }

  static int compare(List<Stage.SortKey> keys, List<JsonNode> left, List<JsonNode> right) {
    for (int i = 0; i < keys.size(); i++) {
      int order = ValueOrder.INSTANCE.compare(left.get(i), right.get(i));
      if (order != 0) {
        return keys.get(i).descending() ? -order : order;
      }
    }
    return 0;
  }

  /**
   * How far a path was followed: to its value, or to an array that each element of takes further.
   *
   * @param settled whether the value is the one to sort by
   */
  private record Place(JsonNode value, List<String> keys, int depth, boolean settled) {
    static Place of(JsonNode from, List<String> keys, int start) {
      JsonNode value = from;
      int depth = start;
      while (depth < keys.size()) {
        String key = keys.get(depth);
        if (value.isObject()) {
          value = value.path(key);
          depth++;
        } else if (value.isArray() && FieldPath.isIndex(key) && value.has(Integer.parseInt(key))) {
          value = value.path(Integer.parseInt(key));
          depth++;
        } else if (value.isArray()) {
          return new Place(value, keys, depth, false);
        } else {
          return new Place(NullNode.getInstance(), keys, depth, true);
        }
      }
      return value.isArray()
          ? new Place(value, keys, depth, false)
          : new Place(value.isMissingNode() ? NullNode.getInstance() : value, keys, depth, true);
    }

    Place below(JsonNode element) {
      if (depth == keys.size()) {
        return new Place(element, keys, depth, true);
      }
      return element.isObject()
          ? of(element, keys, depth)
          : new Place(NullNode.getInstance(), keys, depth, true);
    }

    List<String> path() {
      return keys.subList(0, depth);
    }

    Place ofNothing() {
      return new Place(
          depth == keys.size() ? MissingNode.getInstance() : NullNode.getInstance(),
          keys,
          depth,
          true);
    }
  }

  private void expand(List<Place> places) {
    Place open = places.stream().filter(place -> !place.settled).findFirst().orElse(null);
    if (open == null) {
      if (found.size() == MOST_TUPLES) {
        throw Problem.invalid(
            stage.place(), "the keys lead through arrays to more than " + MOST_TUPLES + " values");
      }
      found.add(places.stream().map(Place::value).toList());
    } else if (open.value.isEmpty()) {
      expand(within(places, open, null));
    } else {
      for (JsonNode element : open.value) {
        expand(within(places, open, element));
      }
    }
  }

  /** Keys that stand at the same array go into the same element. */
  private static List<Place> within(List<Place> places, Place array, @Nullable JsonNode element) {
    List<Place> next = new ArrayList<>(places.size());
    for (Place place : places) {
      boolean here = !place.settled && place.path().equals(array.path());
      next.add(!here ? place : element == null ? place.ofNothing() : place.below(element));
    }
    return next;
  }
}
