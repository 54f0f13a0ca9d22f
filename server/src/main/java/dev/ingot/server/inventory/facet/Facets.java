package dev.ingot.server.inventory.facet;

import dev.ingot.server.inventory.filter.FieldPath;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The declared paths: what is asked for often. A document's facet is one flat object, {@code
 * {"dmi.sys_vendor": ["Dell Inc."]}}: for each path the distinct numbers, strings and booleans that
 * a condition on that path is tried on. Values that only an index in a path could reach (below keys
 * of digits, in arrays of arrays) stand under {@code path#}. So a facet answers a condition on a
 * declared path exactly, and one on such a path with indexes with what may match. Under {@link
 * #NOT_ALL} stand the paths of which it does not say all: null, objects, arrays without elements or
 * in arrays, elements that lack the field. To sort by such a path the document is needed.
 */
public final class Facets {
  /** Ends the key of the values that only an index reaches. */
  public static final String BY_INDEX = "#";

  /** The key of the paths of which the facet does not say all; no path is so called. */
  public static final String NOT_ALL = ".";

  private final List<FieldPath> paths;
  private final Set<FieldPath> known;
  private final Set<String> sections;
  private final Set<FieldPath> numbers;
  private final Set<FieldPath> texts;

  public Facets(List<String> paths) {
    this(paths, List.of(), List.of());
  }

  /**
   * @param numbers those of the paths whose numbers stand in order in a btree
   * @param texts those whose texts do
   */
  public Facets(List<String> paths, Collection<String> numbers, Collection<String> texts) {
    this.paths = paths.stream().map(Facets::path).toList();
    this.known = Set.copyOf(this.paths);
    this.sections = this.paths.stream().map(FieldPath::first).collect(Collectors.toSet());
    this.numbers = numbers.stream().map(Facets::path).collect(Collectors.toUnmodifiableSet());
    this.texts = texts.stream().map(Facets::path).collect(Collectors.toUnmodifiableSet());
  }

  private static FieldPath path(String path) {
    return FieldPath.parse(path, "index");
  }

  /** Whether conditions on this path are answered by the facet. */
  public boolean covers(FieldPath path) {
    return known.contains(path);
  }

  /** Whether other contents of these sections may make another facet. */
  public boolean areReachedBy(Collection<String> others) {
    return others.stream().anyMatch(name -> sections.contains(name) || FieldPath.isIndex(name));
  }

  /** Whether a btree has the numbers at this path in order. */
  public boolean ordersNumbers(FieldPath path) {
    return numbers.contains(path);
  }

  /** Whether a btree has the texts at this path in order. */
  public boolean ordersTexts(FieldPath path) {
    return texts.contains(path);
  }

  /** The facet of a document. */
  public ObjectNode of(JsonNode document) {
    ObjectNode facet = JsonNodeFactory.instance.objectNode();
    ArrayNode notAll = facet.putArray(NOT_ALL);
    for (FieldPath path : paths) {
      if (path.hasIndex() || !new Completeness().of(document, path)) {
        notAll.add(path.toString());
      }
      Values values = new Values();
      values.walk(document, path.keys(), 0, true);
      add(facet, path.toString(), values.reached);
      values.byIndex.removeAll(values.reached);
      add(facet, path + BY_INDEX, values.byIndex);
    }
    return facet;
  }

  private static void add(ObjectNode facet, String key, Set<JsonNode> values) {
    if (!values.isEmpty()) {
      ArrayNode list = facet.putArray(key);
      values.forEach(list::add);
    }
  }

  private static final class Values {
    final Set<JsonNode> reached = new LinkedHashSet<>();
    final Set<JsonNode> byIndex = new LinkedHashSet<>();

    /**
     * @param plain whether keys alone lead here
     */
    void walk(JsonNode value, List<String> keys, int depth, boolean plain) {
      if (value.isObject()) {
        if (depth < keys.size()) {
          JsonNode below = value.get(keys.get(depth));
          if (below != null) {
            walk(below, keys, depth + 1, plain);
          }
        }
        value.forEachEntry(
            (key, below) -> {
              if (FieldPath.isIndex(key) && (below.isContainer() || depth == keys.size())) {
                walk(below, keys, depth, false);
              }
            });
      } else if (value.isArray()) {
        for (JsonNode element : value) {
          walk(element, keys, depth, plain && !element.isArray());
        }
      } else if (depth == keys.size() && !value.isNull()) {
        (plain ? reached : byIndex).add(value);
      }
    }
  }
}
