package dev.ingot.server.inventory.query;

import dev.ingot.core.Json;
import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Documents and filters over few keys and values, so that they meet often. */
final class RandomQueries {
  private static final List<String> KEYS = List.of("a", "b", "c", "0", "1");
  private static final List<String> SCALARS =
      List.of(
          "null",
          "true",
          "false",
          "-1",
          "0",
          "1",
          "1.5",
          "10",
          "1e2",
          "\"\"",
          "\"1\"",
          "\"a\"",
          "\"b\"",
          "\"ab\"",
          "\"A b\\n\"",
          "\"é\"",
          "\"q\\\"\\\\\"");
  private static final List<String> EXPRESSIONS =
      List.of(
          "a",
          "^a",
          "b$",
          "^.b",
          "[^a]b",
          "a|b",
          "\\d",
          "\\bb\\b",
          "^$",
          "\\s",
          "(?i)AB",
          "^[a-c]+$",
          "a?b",
          "(a|b){2}",
          "\\\\",
          "^\\W",
          "(?=a)ab",
          "x*",
          "[\\]\\\\]",
          ".",
          "^..?$",
          "\\w$");

  private final RandomGenerator random;

  RandomQueries(RandomGenerator random) {
    this.random = random;
  }

  ObjectNode document() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    for (String key : KEYS.subList(0, 3)) {
      if (random.nextInt(8) > 0) {
        document.set(key, value(3));
      }
    }
    return document;
  }

  JsonNode filter(int depth) {
    ObjectNode filter = JsonNodeFactory.instance.objectNode();
    int size = random.nextInt(20) == 0 ? 0 : random.nextInt(3) == 0 ? 2 : 1;
    for (int i = 0; i < size; i++) {
      if (depth > 0 && random.nextInt(3) == 0) {
        ArrayNode parts = filter.putArray(one(List.of("$and", "$or", "$nor")));
        for (int j = 0; j <= random.nextInt(3); j++) {
          parts.add(filter(depth - 1));
        }
      } else {
        filter.set(path(), operand(depth));
      }
    }
    return filter;
  }

  private String path() {
    StringBuilder path = new StringBuilder(one(KEYS.subList(0, 3)));
    for (int i = random.nextInt(10) == 0 ? 3 : random.nextInt(3); i > 0; i--) {
      path.append('.').append(one(KEYS));
    }
    return path.toString();
  }

  private JsonNode operand(int depth) {
    return random.nextInt(3) == 0 ? value(1) : operators(depth);
  }

  private ObjectNode operators(int depth) {
    ObjectNode operators = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i <= random.nextInt(2); i++) {
      switch (random.nextInt(10)) {
        case 0 -> operators.set("$eq", value(2));
        case 1 -> operators.set("$ne", value(2));
        case 2, 3 -> operators.set(one(List.of("$gt", "$gte", "$lt", "$lte")), scalar());
        case 4 -> operators.set("$in", list());
        case 5 -> operators.set("$nin", list());
        case 6 -> operators.put("$exists", random.nextBoolean());
        case 7, 8 -> {
          String expression = one(EXPRESSIONS);
          operators.put("$regex", expression.replace("(?i)", ""));
          if (expression.startsWith("(?i)") || random.nextInt(3) == 0) {
            operators.put("$options", one(List.of("i", "m", "s", "is", "im")));
          }
        }
        default -> {
          if (depth > 0) {
            operators.set("$not", operators(depth - 1));
          } else {
            operators.set("$eq", scalar());
          }
        }
      }
    }
    return operators;
  }

  private ArrayNode list() {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(value(1));
    }
    return list;
  }

  private JsonNode value(int depth) {
    return switch (depth == 0 ? 2 : random.nextInt(depth > 1 ? 3 : 5)) {
      case 0 -> object(depth - 1);
      case 1 -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(value(depth - 1));
        }
        yield array;
      }
      default -> scalar();
    };
  }

  private ObjectNode object(int depth) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (int i = random.nextInt(4); i > 0; i--) {
      object.set(one(KEYS), value(depth));
    }
    return object;
  }

  private JsonNode scalar() {
    return Json.read(one(SCALARS));
  }

  private String one(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }
}
