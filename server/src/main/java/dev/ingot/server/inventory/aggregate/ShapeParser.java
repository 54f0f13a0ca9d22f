package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a {@code $project}. The id ({@code mercury_id} of documents, {@code _id} of groups) is kept
 * unless it is excluded.
 */
final class ShapeParser {
  private static final int MAX_PATHS = 200;
  private static final List<String> IDS = List.of("_id", "mercury_id");

  private final ExpressionParser expressions;
  private final Shape.Branch root = new Shape.Branch();
  private @Nullable Boolean including;
  private @Nullable Boolean withId;
  private int paths;

  ShapeParser(ExpressionParser expressions) {
    this.expressions = expressions;
  }

  /**
   * @param id the id's name at this place of the pipeline
   */
  Shape parse(JsonNode json, String id, String place) {
    if (!json.isObject() || json.isEmpty()) {
      throw Problem.invalid(place, "$project is an object of paths, e.g. {\"dmi.sys_vendor\": 1}");
    }
    fields(json, "", place);
    if (including == null) {
      including = withId;
    }
    boolean keeps = Boolean.TRUE.equals(including);
    if (keeps && !Boolean.FALSE.equals(withId)) {
      root.parts().putIfAbsent(id, Shape.Leaf.HERE);
    }
    if (Boolean.FALSE.equals(withId)) {
      IDS.forEach(name -> drop(name, keeps));
    }
    return new Shape(root, keeps);
  }

  private void drop(String name, boolean keeps) {
    if (!keeps) {
      root.parts().put(name, Shape.Leaf.HERE);
    } else if (root.parts().get(name) == Shape.Leaf.HERE) {
      root.parts().remove(name);
    }
  }

  private void fields(JsonNode json, String prefix, String place) {
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String name = prefix + entry.getKey();
      field(FieldPath.parse(name, place + "." + name), entry.getValue(), place + "." + name, place);
    }
  }

  private void field(FieldPath path, JsonNode value, String field, String place) {
    if (++paths > MAX_PATHS) {
      throw Problem.invalid(field, "$project takes at most " + MAX_PATHS + " paths");
    }
    boolean isId = path.keys().size() == 1 && IDS.contains(path.first());
    if (value.isBoolean() || value.isNumber()) {
      boolean keep = value.isBoolean() ? value.booleanValue() : value.doubleValue() != 0;
      if (isId) {
        withId = keep;
        if (keep) {
          root.parts().put(path.first(), Shape.Leaf.HERE);
        }
      } else {
        mode(keep, field);
        add(path, Shape.Leaf.HERE, field);
      }
    } else if (value.isObject() && !ExpressionParser.isOperator(value)) {
      if (value.isEmpty()) {
        throw Problem.invalid(field, "an empty object says nothing; {\"$literal\": {}} is one");
      }
      fields(value, path + ".", place);
    } else {
      mode(true, field);
      add(path, new Shape.Computed(expressions.parse(value, field)), field);
    }
  }

  private void mode(boolean keep, String field) {
    if (including != null && including != keep) {
      throw Problem.invalid(field, "fields are either all included or all excluded");
    }
    including = keep;
  }

  private void add(FieldPath path, Shape.Part part, String field) {
    Shape.Branch at = root;
    List<String> keys = path.keys();
    for (String key : keys.subList(0, keys.size() - 1)) {
      Shape.Part next = at.parts().computeIfAbsent(key, _ -> new Shape.Branch());
      if (!(next instanceof Shape.Branch branch)) {
        throw collision(field);
      }
      at = branch;
    }
    if (at.parts().putIfAbsent(keys.getLast(), part) != null) {
      throw collision(field);
    }
  }

  private static Problem collision(String field) {
    return Problem.invalid(field, "another path of the $project is above or below this one");
  }
}
