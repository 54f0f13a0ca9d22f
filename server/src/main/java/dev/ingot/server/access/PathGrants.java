package dev.ingot.server.access;

import dev.ingot.server.problem.Problem;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Paths of a document that are granted, each with everything below it. {@code cpu} grants the
 * section, {@code interfaces.lldp} that field of every interface, {@code plugins.*.version} that of
 * every plugin, {@code *} everything. Arrays are walked into, and so are keys of digits, which may
 * be indexes: neither stands in a grant. There is nothing to take away again: what is not granted
 * is hidden, a section that comes tomorrow too.
 */
public final class PathGrants {
  public static final PathGrants NOTHING = parse(List.of(), "");
  public static final PathGrants EVERYTHING = parse(List.of("*"), "");

  static final int MOST = 500;
  private static final int LONGEST = 1000;
  private static final String ANY = "*";

  private final List<String> written;
  private final Place root = new Place();

  /** A place in the tree of grants; whole when everything below is granted. */
  private static final class Place {
    final Map<String, Place> keys = new HashMap<>();
    @Nullable Place any;
    boolean whole;
  }

  private PathGrants(List<String> written) {
    this.written = List.copyOf(written);
  }

  /**
   * Reads grants as they are written.
   *
   * @param field where they were sent, for the problem
   */
  public static PathGrants parse(List<String> grants, String field) {
    if (grants.size() > MOST) {
      throw Problem.invalid(field, "names more than " + MOST + " paths");
    }
    PathGrants parsed = new PathGrants(grants);
    for (int i = 0; i < grants.size(); i++) {
      parsed.add(grants.get(i), field + "." + i);
    }
    return parsed;
  }

  private void add(String grant, String field) {
    Place at = root;
    if (grant.length() > LONGEST) {
      throw Problem.invalid(field, "the path is longer than " + LONGEST + " characters");
    }
    List<String> keys = List.of(grant.split("\\.", -1));
    for (String key : keys) {
      if (key.isEmpty() || key.startsWith("$") || key.indexOf('\0') >= 0) {
        throw Problem.invalid(
            field, "\"" + grant + "\" is no path: write keys with dots, e.g. interfaces.lldp");
      }
      if (key.contains(ANY) && !key.equals(ANY)) {
        throw Problem.invalid(field, "* stands for one whole key, e.g. plugins.*.version");
      }
      if (isIndex(key)) {
        throw Problem.invalid(
            field, "leave the index " + key + " out: a grant holds for every element of an array");
      }
    }
    for (String key : withoutEnd(keys)) {
      if (key.equals(ANY)) {
        Place any = at.any == null ? new Place() : at.any;
        at.any = any;
        at = any;
      } else {
        at = at.keys.computeIfAbsent(key, _ -> new Place());
      }
    }
    at.whole = true;
  }

  /** Every key below is everything below. */
  private static List<String> withoutEnd(List<String> keys) {
    int end = keys.size();
    while (end > 0 && keys.get(end - 1).equals(ANY)) {
      end--;
    }
    return keys.subList(0, end);
  }

  /** The place of the first of the other's grants that is not within these, -1 for none. */
  int firstBeyond(PathGrants other) {
    for (int i = 0; i < other.written.size(); i++) {
      if (!covers(withoutEnd(List.of(other.written.get(i).split("\\.", -1))))) {
        return i;
      }
    }
    return -1;
  }

  /** Whether the key may be an index into an array: such keys are walked through. */
  private static boolean isIndex(String key) {
    return !key.isEmpty()
        && key.length() <= 6
        && key.chars().allMatch(c -> c >= '0' && c <= '9')
        && (key.length() == 1 || key.charAt(0) != '0');
  }

  /** As they were written. */
  public List<String> written() {
    return written;
  }

  public boolean isEverything() {
    return root.whole;
  }

  /** Whether what stands at the path is granted with everything below it. */
  public boolean covers(List<String> path) {
    return isWhole(at(path));
  }

  /** Whether something at the path or below it is granted. */
  public boolean reaches(List<String> path) {
    Set<Place> places = at(path);
    return places.stream()
        .anyMatch(place -> place.whole || !place.keys.isEmpty() || place.any != null);
  }

  private Set<Place> at(List<String> path) {
    Set<Place> places = Set.of(root);
    for (String key : path) {
      if (isWhole(places)) {
        return places;
      }
      places = below(places, key);
    }
    return places;
  }

  private static boolean isWhole(Set<Place> places) {
    return places.stream().anyMatch(place -> place.whole);
  }

  private static Set<Place> below(Set<Place> places, String key) {
    if (isIndex(key)) {
      return places;
    }
    Set<Place> below = new LinkedHashSet<>();
    for (Place place : places) {
      Place named = place.keys.get(key);
      if (named != null) {
        below.add(named);
      }
      if (place.any != null) {
        below.add(place.any);
      }
    }
    return below;
  }

  /**
   * What is granted of a document. Questions about granted paths have the same answer over this as
   * over the whole: of arrays on the way the length and the order stay (an element without anything
   * granted is an empty object, or null where it is no object), objects of which nothing is left
   * are not there.
   */
  public ObjectNode prune(ObjectNode document) {
    return root.whole ? document : pruned(document, Set.of(root));
  }

  private static ObjectNode pruned(ObjectNode object, Set<Place> places) {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      Set<Place> below = below(places, entry.getKey());
      if (!below.isEmpty()) {
        JsonNode value = pruned(entry.getValue(), below);
        boolean nothing = value == null || (value.isObject() && value.isEmpty() && !isWhole(below));
        if (!nothing) {
          kept.set(entry.getKey(), value);
        }
      }
    }
    return kept;
  }

  private static @Nullable JsonNode pruned(JsonNode value, Set<Place> places) {
    if (isWhole(places)) {
      return value;
    }
    if (value instanceof ObjectNode object) {
      return pruned(object, places);
    }
    if (value instanceof ArrayNode array) {
      ArrayNode kept = JsonNodeFactory.instance.arrayNode();
      for (JsonNode element : array) {
        JsonNode left = pruned(element, places);
        kept.add(left == null ? JsonNodeFactory.instance.nullNode() : left);
      }
      return kept;
    }
    return null;
  }

  @Override
  public String toString() {
    return written.toString();
  }
}
