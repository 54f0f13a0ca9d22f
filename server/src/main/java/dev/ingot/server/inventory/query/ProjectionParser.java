package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.FilterBounds;
import dev.ingot.server.inventory.filter.FilterParser;
import dev.ingot.server.inventory.query.Projection.Branch;
import dev.ingot.server.inventory.query.Projection.Element;
import dev.ingot.server.inventory.query.Projection.Part;
import dev.ingot.server.inventory.query.Projection.Slice;
import dev.ingot.server.inventory.query.Projection.Whole;
import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a projection: {@code 1} or {@code 0}, a {@code $slice} or an {@code $elemMatch} for each
 * path. A {@code $slice} alone shows all the rest too, an {@code $elemMatch} alone does not.
 */
final class ProjectionParser {
  private static final int MAX_PATHS = 100;
  private static final int MAX_ELEMENT_MATCHES = 10;

  private final Branch root = new Branch();
  private @Nullable Boolean including;
  private @Nullable Boolean id;
  private int paths;
  private int elementMatches;

  Projection parse(JsonNode projection) {
    fields(projection, FieldPath.ITSELF, "projection");
    if (paths == 0 && id != null) {
      including = id;
    }
    boolean shows = including == null ? elementMatches > 0 : including;
    if (shows ? id == null || id : id != null && !id) {
      root.children().put(Projection.ID, new Whole());
    }
    return new Projection(root, shows);
  }

  private void fields(JsonNode projection, FieldPath below, String field) {
    if (!projection.isObject() || projection.size() > MAX_PATHS) {
      throw Problem.invalid(
          field, "a projection is an object of at most 100 paths, e.g. {\"dmi\": 1}");
    }
    for (Map.Entry<String, JsonNode> entry : projection.properties()) {
      String place = field + "." + entry.getKey();
      if (entry.getKey().endsWith(".$")) {
        throw Problem.invalid(place, "the element that matched (.$) is not known; use $elemMatch");
      }
      read(below.then(FieldPath.parse(entry.getKey(), place)), entry.getValue(), place);
    }
  }

  private void read(FieldPath path, JsonNode value, String field) {
    if (value.isBoolean() || value.isNumber()) {
      boolean include = value.isBoolean() ? value.booleanValue() : FilterBounds.isTrue(value);
      if (path.keys().equals(List.of(Projection.ID))) {
        id = include;
        return;
      }
      if (including != null && including != include) {
        throw Problem.invalid(field, "fields are either all included or all excluded");
      }
      including = include;
      add(path, new Whole(), field);
    } else if (value.isObject() && value.size() == 1 && value.has("$slice")) {
      add(path, slice(value.path("$slice"), field + ".$slice"), field);
    } else if (value.isObject() && value.size() == 1 && value.has("$elemMatch")) {
      String place = field + ".$elemMatch";
      if (++elementMatches > MAX_ELEMENT_MATCHES) {
        throw Problem.invalid(place, "more than " + MAX_ELEMENT_MATCHES + " $elemMatch");
      }
      add(
          path,
          new Element(
              FilterParser.element(
                  new FieldPath(List.of(Element.FIELD)), value.path("$elemMatch"), place)),
          field);
    } else if (value.isObject()
        && !value.isEmpty()
        && !value.propertyNames().iterator().next().startsWith("$")) {
      fields(value, path, field);
    } else {
      throw Problem.invalid(
          field, "must be 1 or true to include, 0 or false to exclude, a $slice or an $elemMatch");
    }
  }

  private static Slice slice(JsonNode operand, String field) {
    if (isWhole(operand)) {
      int count = operand.intValue();
      return count < 0 ? new Slice(count, -count) : new Slice(0, count);
    }
    if (operand.isArray()
        && operand.size() == 2
        && isWhole(operand.path(0))
        && isWhole(operand.path(1))
        && operand.path(1).intValue() > 0) {
      return new Slice(operand.path(0).intValue(), operand.path(1).intValue());
    }
    throw Problem.invalid(
        field, "$slice needs a whole number, or [where to begin, how many] with at least 1");
  }

  private static boolean isWhole(JsonNode operand) {
    return operand.isIntegralNumber()
        && operand.canConvertToInt()
        && operand.intValue() != Integer.MIN_VALUE;
  }

  private void add(FieldPath path, Part part, String field) {
    if (++paths > MAX_PATHS) {
      throw Problem.invalid(field, "a projection has at most " + MAX_PATHS + " paths");
    }
    Branch at = root;
    for (int i = 0; i < path.keys().size() - 1; i++) {
      Part next = at.children().computeIfAbsent(path.keys().get(i), _ -> new Branch());
      if (!(next instanceof Branch branch)) {
        throw collision(field);
      }
      at = branch;
    }
    if (at.children().putIfAbsent(path.keys().getLast(), part) != null) {
      throw collision(field);
    }
  }

  private static Problem collision(String field) {
    return Problem.invalid(field, "another path of the projection is above or below this one");
  }
}
