package dev.ingot.server.mercury;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which parts of a document are wanted, as Mongo has it: those that are named, or all but those.
 *
 * @param included paths; none: all but those excluded
 */
record Projection(List<String> included, List<String> excluded) {
  Projection {
    included = List.copyOf(included);
    excluded = List.copyOf(excluded);
  }

  /**
   * Reads it.
   *
   * @param said a list of paths, or a map of paths to 1 or of paths to 0; null: everything
   */
  static Projection of(@Nullable JsonNode said) {
    List<String> included = new ArrayList<>();
    List<String> excluded = new ArrayList<>();
    if (said instanceof ArrayNode list) {
      for (JsonNode each : list) {
        if (!each.isString()) {
          throw new Refused("the projection is no list of strings");
        }
        included.add(each.stringValue());
      }
    } else if (said instanceof ObjectNode map) {
      map.forEachEntry((path, value) -> (isWanted(value) ? included : excluded).add(path));
      if (!included.isEmpty()) {
        excluded.remove("_id"); // which Mongo lets one leave out beside what is wanted
      }
      if (!included.isEmpty() && !excluded.isEmpty()) {
        throw new Refused("the projection includes some paths and excludes others: do either");
      }
    } else if (said != null && !said.isNull()) {
      throw new Refused("the projection is neither a list of paths nor a map of them to 1 or 0");
    }
    return new Projection(included, excluded);
  }

  private static boolean isWanted(JsonNode value) {
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isNumber() && (value.doubleValue() == 0 || value.doubleValue() == 1)) {
      return value.doubleValue() == 1;
    }
    throw new Refused("the projection is a map of paths to 1, or of paths to 0");
  }

  /** Of a document the keys that the paths begin with, and its ids, without what is excluded. */
  ObjectNode of(ObjectNode document, String id) {
    if (included.isEmpty()) {
      return without(document, id);
    }
    Set<String> keys = new HashSet<>(Set.of(id, "_id"));
    included.forEach(
        path -> keys.add(path.contains(".") ? path.substring(0, path.indexOf('.')) : path));
    return document.deepCopy().retain(keys);
  }

  /** The document without what is excluded; its id stays. */
  ObjectNode without(ObjectNode document, String id) {
    if (excluded.isEmpty()) {
      return document;
    }
    ObjectNode rest = document.deepCopy();
    excluded.stream()
        .filter(path -> !path.equals(id) && !path.equals("_id"))
        .forEach(path -> remove(rest, path));
    return rest;
  }

  private static void remove(JsonNode from, String path) {
    int dot = path.indexOf('.');
    if (from instanceof ArrayNode list) {
      list.forEach(each -> remove(each, path));
    } else if (from instanceof ObjectNode object) {
      if (dot < 0) {
        object.remove(path);
      } else {
        remove(object.path(path.substring(0, dot)), path.substring(dot + 1));
      }
    }
  }
}
