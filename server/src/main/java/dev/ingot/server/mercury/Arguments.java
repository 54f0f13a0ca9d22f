package dev.ingot.server.mercury;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Arguments of a call as Python has them: the first ones by their place, others by name. */
final class Arguments {
  private final ObjectNode byName = JsonNodeFactory.instance.objectNode();

  /**
   * @param names of the parameters, in their order
   * @param args those by place: an array, or nothing
   * @param kwargs those by name: an object, or nothing
   * @throws Refused if one is too many, or there twice, or of no such name
   */
  Arguments(List<String> names, @Nullable JsonNode args, @Nullable JsonNode kwargs) {
    if (args != null && !args.isNull() && !args.isArray()) {
      throw new Refused("args is not a list");
    }
    if (kwargs != null && !kwargs.isNull() && !kwargs.isObject()) {
      throw new Refused("kwargs is not a map");
    }
    if (args != null) {
      if (args.size() > names.size()) {
        throw new Refused(
            "%d arguments, at most %d are known: %s"
                .formatted(args.size(), names.size(), String.join(", ", names)));
      }
      for (int i = 0; i < args.size(); i++) {
        byName.set(names.get(i), args.get(i));
      }
    }
    if (kwargs != null) {
      List<String> unknown = new ArrayList<>();
      kwargs.forEachEntry(
          (name, value) -> {
            if (!names.contains(name) || byName.has(name)) {
              unknown.add(name);
            } else {
              byName.set(name, value);
            }
          });
      if (!unknown.isEmpty()) {
        throw new Refused(
            "unknown or repeated arguments %s; there are %s"
                .formatted(Wording.shown(String.join(", ", unknown)), String.join(", ", names)));
      }
    }
  }

  /** Null if it was not given, or as None. */
  @Nullable JsonNode value(String name) {
    JsonNode value = byName.get(name);
    return value == null || value.isNull() ? null : value;
  }

  ObjectNode object(String name) {
    if (value(name) instanceof ObjectNode object) {
      return object;
    }
    throw new Refused(name + " is missing, or not a map");
  }

  /** An object; an empty one if it was not given. */
  ObjectNode objectOrEmpty(String name) {
    return value(name) == null ? JsonNodeFactory.instance.objectNode() : object(name);
  }

  String text(String name) {
    JsonNode value = value(name);
    if (value == null || !value.isString() || value.stringValue().isBlank()) {
      throw new Refused(name + " is missing, or not a string");
    }
    return value.stringValue();
  }

  @Nullable String textOrNull(String name) {
    return value(name) == null ? null : text(name);
  }

  int number(String name, int otherwise) {
    JsonNode value = value(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new Refused(name + " is not a whole number");
    }
    return value.intValue();
  }
}
