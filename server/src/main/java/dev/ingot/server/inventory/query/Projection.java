package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.inventory.filter.FilterPaths;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which fields of a document are shown: either those that are named or all but those; and what is
 * shown of arrays. As in MongoDB a path goes through arrays, and a key of digits is a key. {@code
 * mercury_id} is shown unless it is excluded.
 */
final class Projection {
  static final String ID = "mercury_id";

  private final Branch root;
  private final boolean including;

  Projection(Branch root, boolean including) {
    this.root = root;
    this.including = including;
  }

  /** What is said of a key. */
  sealed interface Part {}

  /** Something is said of what is below. */
  record Branch(Map<String, Part> children) implements Part {
    Branch() {
      this(new LinkedHashMap<>());
    }
  }

  /** All of it: shown, or left out. */
  record Whole() implements Part {}

  /**
   * So many elements of an array.
   *
   * @param skip where to begin, from the end if negative
   */
  record Slice(int skip, int most) implements Part {}

  /**
   * The first element that matches.
   *
   * @param filter of a document whose field {@code e} is the array
   */
  record Element(Filter filter) implements Part {
    static final String FIELD = "e";
  }

  static Projection everything() {
    return new Projection(new Branch(), false);
  }

  static Projection parse(JsonNode projection) {
    return new ProjectionParser().parse(projection);
  }

  /** Whether only what is named is shown. */
  boolean isIncluding() {
    return including;
  }

  /** The paths that are named. */
  List<FieldPath> named() {
    List<FieldPath> named = new ArrayList<>();
    collect(root, FieldPath.ITSELF, named, new ArrayList<>());
    return named;
  }

  /** The paths that an {@code $elemMatch} asks for. */
  List<FieldPath> asked() {
    List<FieldPath> asked = new ArrayList<>();
    collect(root, FieldPath.ITSELF, new ArrayList<>(), asked);
    return asked;
  }

  private static void collect(
      Part part, FieldPath path, List<FieldPath> named, List<FieldPath> asked) {
    switch (part) {
      case Branch(var children) ->
          children.forEach(
              (key, child) -> collect(child, path.then(new FieldPath(List.of(key))), named, asked));
      case Whole _, Slice _ -> named.add(path);
      case Element(Filter filter) -> {
        named.add(path);
        for (FieldPath below : FilterPaths.of(filter)) {
          asked.add(path.then(new FieldPath(below.keys().subList(1, below.keys().size()))));
        }
      }
    }
  }

  /** Whether something beside the document and the id is asked for. */
  boolean showsAttributes() {
    return including
        && root.children.keySet().stream()
            .anyMatch(key -> NodeAttribute.ROOTS.contains(key) && !key.equals("mercury_id"));
  }

  boolean isEverything() {
    return !including && root.children.isEmpty();
  }

  /** What is shown of the documents. */
  List<JsonNode> of(List<JsonNode> documents, ElementMatches matches) {
    if (isEverything()) {
      return documents;
    }
    FirstElements first = FirstElements.of(root, documents, matches);
    return documents.stream()
        .map(document -> including ? included(document, root, first) : left(document, root, first))
        .toList();
  }

  private static JsonNode included(JsonNode value, Branch branch, FirstElements first) {
    if (value instanceof ArrayNode array) {
      ArrayNode kept = JsonNodeFactory.instance.arrayNode();
      for (JsonNode element : array) {
        if (element.isContainer()) {
          kept.add(included(element, branch, first));
        }
      }
      return kept;
    }
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    value.forEachEntry(
        (key, below) -> {
          JsonNode shown =
              switch (branch.children.get(key)) {
                case null -> null;
                case Branch child -> below.isContainer() ? included(below, child, first) : null;
                case Whole _ -> below;
                case Slice slice -> sliced(below, slice);
                case Element element -> first.of(element, below);
              };
          if (shown != null) {
            kept.set(key, shown);
          }
        });
    return kept;
  }

  private static JsonNode left(JsonNode value, Branch branch, FirstElements first) {
    if (value instanceof ArrayNode array) {
      ArrayNode kept = JsonNodeFactory.instance.arrayNode();
      array.forEach(element -> kept.add(left(element, branch, first)));
      return kept;
    }
    if (!value.isObject()) {
      return value;
    }
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    value.forEachEntry(
        (key, below) -> {
          JsonNode shown =
              switch (branch.children.get(key)) {
                case null -> below;
                case Branch child -> left(below, child, first);
                case Whole _ -> null;
                case Slice slice -> sliced(below, slice);
                case Element element -> first.of(element, below);
              };
          if (shown != null) {
            kept.set(key, shown);
          }
        });
    return kept;
  }

  private static JsonNode sliced(JsonNode value, Slice slice) {
    if (!(value instanceof ArrayNode array)) {
      return value;
    }
    int from =
        slice.skip < 0
            ? Math.max(0, array.size() + slice.skip)
            : Math.min(slice.skip, array.size());
    int to = (int) Math.min((long) from + slice.most, array.size());
    ArrayNode kept = JsonNodeFactory.instance.arrayNode();
    for (int i = from; i < to; i++) {
      kept.add(array.get(i));
    }
    return kept;
  }

  /** Tells of arrays which element is the first that matches: the database does, by one filter. */
  interface ElementMatches {
    /** For each element whether it matches. */
    List<Boolean> of(Filter filter, List<JsonNode> elements);
  }
}
