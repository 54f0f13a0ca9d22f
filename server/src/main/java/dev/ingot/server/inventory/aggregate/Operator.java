package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.problem.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.NullNode;

/** The operators of expressions. */
enum Operator {
  SUM("$sum", count -> count > 0) {
    @Override
    JsonNode apply(List<JsonNode> values, String field) {
      return total(values).sum();
    }
  },
  AVERAGE("$avg", count -> count > 0) {
    @Override
    JsonNode apply(List<JsonNode> values, String field) {
      return total(values).average();
    }
  },
  LEAST("$min", count -> count > 0) {
    @Override
    JsonNode apply(List<JsonNode> values, String field) {
      return extreme(values, -1);
    }
  },
  GREATEST("$max", count -> count > 0) {
    @Override
    JsonNode apply(List<JsonNode> values, String field) {
      return extreme(values, 1);
    }
  },
  FIRST("$first", count -> count == 1) {
    @Override
    JsonNode apply(List<JsonNode> values, String field) {
      return element(this, values.getFirst(), 0, field);
    }
  },
  LAST("$last", count -> count == 1) {
    @Override
    JsonNode apply(List<JsonNode> values, String field) {
      return element(this, values.getFirst(), -1, field);
    }
  },
  ELEMENT("$arrayElemAt", count -> count == 2) {
    @Override
    JsonNode apply(List<JsonNode> values, String field) {
      JsonNode index = values.getLast();
      if (isNothing(index)) {
        return NullNode.getInstance();
      }
      if (!index.isNumber()
          || index.doubleValue() != Math.rint(index.doubleValue())
          || Math.abs(index.doubleValue()) > Integer.MAX_VALUE) {
        throw Problem.invalid(field, word + " needs a whole number as its index");
      }
      return element(this, values.getFirst(), (int) index.doubleValue(), field);
    }
  },
  SIZE("$size", count -> count == 1) {
    @Override
    JsonNode apply(List<JsonNode> values, String field) {
      JsonNode array = values.getFirst();
      if (!array.isArray()) {
        throw mismatch(this, "an array", array, field);
      }
      return JsonNodeFactory.instance.numberNode(array.size());
    }
  },
  IF_NULL("$ifNull", count -> count > 1) {
    @Override
    JsonNode apply(List<JsonNode> values, String field) {
      return values.stream()
          .filter(value -> !isNothing(value))
          .findFirst()
          .orElse(values.getLast());
    }
  },
  ADD("$add", count -> count > 0) {
    @Override
    JsonNode apply(List<JsonNode> values, String field) {
      return Arithmetic.ADD.of(values, word, field);
    }
  },
  SUBTRACT("$subtract", count -> count == 2) {
    @Override
    JsonNode apply(List<JsonNode> values, String field) {
      return Arithmetic.SUBTRACT.of(values, word, field);
    }
  },
  MULTIPLY("$multiply", count -> count > 0) {
    @Override
    JsonNode apply(List<JsonNode> values, String field) {
      return Arithmetic.MULTIPLY.of(values, word, field);
    }
  },
  DIVIDE("$divide", count -> count == 2) {
    @Override
    JsonNode apply(List<JsonNode> values, String field) {
      return Arithmetic.DIVIDE.of(values, word, field);
    }
  },
  CONCATENATE("$concat", count -> count > 0) {
    @Override
    JsonNode apply(List<JsonNode> values, String field) {
      StringBuilder text = new StringBuilder();
      for (JsonNode value : values) {
        if (isNothing(value)) {
          return NullNode.getInstance();
        }
        if (!value.isString()) {
          throw mismatch(this, "texts", value, field);
        }
        text.append(value.stringValue());
      }
      return JsonNodeFactory.instance.stringNode(text.toString());
    }
  };

  final String word;
  private final IntPredicate arity;

  Operator(String word, IntPredicate arity) {
    this.word = word;
    this.arity = arity;
  }

  abstract JsonNode apply(List<JsonNode> values, String field);

  boolean takes(int arguments) {
    return arity.test(arguments);
  }

  static List<String> words() {
    return Arrays.stream(values()).map(operator -> operator.word).toList();
  }

  static boolean isNothing(JsonNode value) {
    return value.isNull() || value.isMissingNode();
  }

  static Problem mismatch(Operator operator, String needed, JsonNode value, String field) {
    return mismatch(operator.word, needed, value, field);
  }

  static Problem mismatch(String word, String needed, JsonNode value, String field) {
    String got =
        value.isMissingNode()
            ? "nothing"
            : value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    return Problem.invalid(
        field,
        word
            + " needs "
            + needed
            + " and finds "
            + got
            + " in a document; $ifNull gives what is missing a value");
  }

  /** One array is looked into, of several values each counts as it stands. */
  private static Iterable<JsonNode> operands(List<JsonNode> values) {
    return values.size() == 1 && values.getFirst().isArray() ? values.getFirst() : values;
  }

  private static Numbers total(List<JsonNode> values) {
    Numbers numbers = new Numbers();
    operands(values).forEach(numbers::add);
    return numbers;
  }

  private static JsonNode extreme(List<JsonNode> values, int sign) {
    JsonNode found = NullNode.getInstance();
    for (JsonNode value : operands(values)) {
      if (!isNothing(value)
          && (found.isNull() || ValueOrder.INSTANCE.compare(value, found) * sign > 0)) {
        found = value;
      }
    }
    return found;
  }

  private static JsonNode element(Operator operator, JsonNode array, int index, String field) {
    if (isNothing(array)) {
      return NullNode.getInstance();
    }
    if (!array.isArray()) {
      throw mismatch(operator, "an array", array, field);
    }
    int place = index < 0 ? array.size() + index : index;
    return place < 0 || place >= array.size() ? MissingNode.getInstance() : array.path(place);
  }
}
