package dev.ingot.server.inventory.views;

import dev.ingot.server.inventory.definitions.Definition;
import dev.ingot.server.inventory.definitions.DefinitionName;
import dev.ingot.server.problem.Problem;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A value that whoever runs the view may choose. It takes the place of {@code {"$parameter":
 * "name"}} as one text, number or boolean, after the question was read as JSON: it can never become
 * an operator or a path.
 *
 * @param preset what it is when nobody says, null when somebody must
 */
record ViewParameter(Type type, @Nullable JsonNode preset) {
  private static final int MOST = 20;
  private static final int LONGEST = 1000;
  private static final Set<String> FIELDS = Set.of("type", "default", "description");

  /** What a parameter's values are. */
  enum Type {
    TEXT("text"),
    NUMBER("number"),
    BOOLEAN("boolean");

    final String word;

    Type(String word) {
      this.word = word;
    }
  }

  static Map<String, ViewParameter> parse(JsonNode json) {
    if (!json.isObject() || json.size() > MOST) {
      throw Problem.invalid("parameters", "must be an object of at most " + MOST + " parameters");
    }
    Map<String, ViewParameter> parameters = new LinkedHashMap<>();
    json.forEachEntry(
        (name, value) -> {
          String field = "parameters." + name;
          ObjectNode given = Definition.object(value, field, FIELDS);
          Definition.text(given, "description", field);
          Type type = type(given, field);
          JsonNode preset = given.get("default");
          parameters.put(
              DefinitionName.checked(name, field),
              new ViewParameter(
                  type, preset == null ? null : read(type, preset, field + ".default")));
        });
    return parameters;
  }

  private static Type type(ObjectNode given, String field) {
    String word = Definition.text(given, "type", field);
    if (word == null) {
      return Type.TEXT;
    }
    for (Type type : Type.values()) {
      if (type.word.equals(word)) {
        return type;
      }
    }
    throw Problem.invalid(field + ".type", "must be text, number or boolean");
  }

  /** A value that somebody gives; the command line gives texts only. */
  JsonNode read(JsonNode given, String field) {
    return read(type, given, field);
  }

  private static JsonNode read(Type type, JsonNode given, String field) {
    return switch (type) {
      case TEXT -> {
        if (!given.isString() || given.stringValue().length() > LONGEST) {
          throw Problem.invalid(field, "must be a text of at most " + LONGEST + " characters");
        }
        yield given;
      }
      case NUMBER -> given.isNumber() ? given : number(given, field);
      case BOOLEAN -> {
        if (given.isBoolean()) {
          yield given;
        }
        if (given.isString() && List.of("true", "false").contains(given.stringValue())) {
          yield JsonNodeFactory.instance.booleanNode(given.stringValue().equals("true"));
        }
        throw Problem.invalid(field, "must be true or false");
      }
    };
  }

  private static JsonNode number(JsonNode given, String field) {
    if (given.isString() && given.stringValue().matches("-?[0-9]{1,30}(\\.[0-9]{1,30})?")) {
      return JsonNodeFactory.instance.numberNode(new BigDecimal(given.stringValue()));
    }
    throw Problem.invalid(field, "must be a number");
  }

  /** A value to check a question with, before anybody has chosen one. */
  JsonNode sample() {
    if (preset != null) {
      return preset;
    }
    return switch (type) {
      case TEXT -> JsonNodeFactory.instance.stringNode("x");
      case NUMBER -> JsonNodeFactory.instance.numberNode(1);
      case BOOLEAN -> JsonNodeFactory.instance.booleanNode(true);
    };
  }
}
