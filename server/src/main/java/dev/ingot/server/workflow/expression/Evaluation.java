package dev.ingot.server.workflow.expression;

import dev.ingot.server.workflow.expression.Expression.Operator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The value of expressions and templates. What is under {@code options} may itself be templates;
 * what machines said never is. The work is bounded: so many parts, levels and characters.
 */
final class Evaluation {
  static final int MOST_CHARACTERS = 256 << 10;
  private static final int MOST_PARTS = 20_000;
  private static final int DEEPEST = 50;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Scope scope;
  private int parts;
  private int characters;
  private int depth;

  Evaluation(Scope scope) {
    this.scope = scope;
  }

  JsonNode value(Expression expression) {
    if (++parts > MOST_PARTS) {
      throw new ExpressionException("takes more than " + MOST_PARTS + " steps");
    }
    return switch (expression) {
      case Expression.Literal(JsonNode value) -> value;
      case Expression.Path path -> {
        JsonNode found = find(path);
        if (found == null) {
          throw new ExpressionException("nothing stands for " + path);
        }
        yield found;
      }
      case Expression.Not(Expression of) -> JSON.booleanNode(!isTrue(valueOrNull(of)));
      case Expression.Binary binary -> binary(binary);
      case Expression.Call(Expression.Function function, List<Expression> arguments) ->
          call(function, arguments);
    };
  }

  /** Null (JSON's) where nothing stands for a path. */
  private JsonNode valueOrNull(Expression expression) {
    if (expression instanceof Expression.Path path) {
      parts++;
      JsonNode found = find(path);
      return found == null ? JSON.nullNode() : found;
    }
    return value(expression);
  }

  private @Nullable JsonNode find(Expression.Path path) {
    JsonNode at = scope.value(path.root());
    for (String key : path.keys()) {
      if (at == null) {
        return null;
      }
      at = child(at, key);
    }
    if (at == null || at.isMissingNode()) {
      return null;
    }
    return path.root().equals("options") ? rendered(at) : at;
  }

  private static @Nullable JsonNode child(JsonNode of, String key) {
    if (of.isArray() && key.length() <= 9 && key.chars().allMatch(Character::isDigit)) {
      return of.get(Integer.parseInt(key));
    }
    return of.get(key);
  }

  private JsonNode binary(Expression.Binary binary) {
    if (binary.operator() == Operator.OR) {
      JsonNode left = valueOrNull(binary.left());
      return left.isNull() || (left.isBoolean() && !left.booleanValue())
          ? alternative(binary.right())
          : left;
    }
    if (binary.operator() == Operator.AND) {
      JsonNode left = valueOrNull(binary.left());
      return isTrue(left) ? valueOrNull(binary.right()) : JSON.booleanNode(false);
    }
    JsonNode left = valueOrNull(binary.left());
    JsonNode right = valueOrNull(binary.right());
    return JSON.booleanNode(
        switch (binary.operator()) {
          case OR, AND -> throw new IllegalStateException("handled above");
          case EQUAL -> same(left, right);
          case UNEQUAL -> !same(left, right);
          case LESS -> compare(left, right) < 0;
          case AT_MOST -> compare(left, right) <= 0;
          case GREATER -> compare(left, right) > 0;
          case AT_LEAST -> compare(left, right) >= 0;
          case IN -> contains(right, left);
        });
  }

  private JsonNode alternative(Expression expression) {
    return scope.knowsBareWords()
            && expression instanceof Expression.Path(String word, List<String> keys)
            && keys.isEmpty()
            && scope.value(word) == null
        ? JSON.stringNode(word)
        : value(expression);
  }

  private JsonNode call(Expression.Function function, List<Expression> arguments) {
    JsonNode first = valueOrNull(arguments.getFirst());
    return switch (function) {
      case EXISTS -> JSON.booleanNode(!first.isNull());
      case LENGTH ->
          JSON.numberNode(first.isString() ? first.stringValue().length() : first.size());
      case CONTAINS -> JSON.booleanNode(contains(first, valueOrNull(arguments.get(1))));
      case STARTSWITH ->
          JSON.booleanNode(text(first).startsWith(text(valueOrNull(arguments.get(1)))));
    };
  }

  private static boolean contains(JsonNode in, JsonNode what) {
    if (in.isArray()) {
      return in.valueStream().anyMatch(each -> same(each, what));
    }
    return in.isObject() ? in.has(text(what)) : in.isString() && text(in).contains(text(what));
  }

  private static boolean same(JsonNode left, JsonNode right) {
    if (left.isNumber() && right.isNumber()) {
      return left.decimalValue().compareTo(right.decimalValue()) == 0;
    }
    return left.equals(right);
  }

  private static int compare(JsonNode left, JsonNode right) {
    if (left.isNumber() && right.isNumber()) {
      return left.decimalValue().compareTo(right.decimalValue());
    }
    if (left.isString() && right.isString()) {
      return left.stringValue().compareTo(right.stringValue());
    }
    throw new ExpressionException(
        "only numbers, or texts, can be compared, not %s and %s"
            .formatted(kind(left), kind(right)));
  }

  private static String kind(JsonNode value) {
    return value.isNull() ? "nothing" : value.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  static boolean isTrue(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> false;
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> value.decimalValue().signum() != 0;
      case STRING -> !value.stringValue().isEmpty() && !value.stringValue().equals("false");
      case ARRAY, OBJECT, BINARY, POJO -> !value.isEmpty();
    };
  }

  static String text(JsonNode value) {
    return value.isString() ? value.stringValue() : value.isNull() ? "" : value.toString();
  }

  /** The same with every template in it rendered. */
  JsonNode rendered(JsonNode value) {
    if (++depth > DEEPEST) {
      throw new ExpressionException("refers to itself, or deeper than " + DEEPEST + " levels");
    }
    try {
      if (value.isString()) {
        return render(Template.parse(value.stringValue()));
      }
      if (value.isArray()) {
        var list = JSON.arrayNode();
        value.forEach(each -> list.add(rendered(each)));
        return list;
      }
      if (value.isObject()) {
        var object = JSON.objectNode();
        value.forEachEntry((name, each) -> object.set(name, rendered(each)));
        return object;
      }
      return value;
    } finally {
      depth--;
    }
  }

  /** A template that is one expression and nothing else keeps its value's type. */
  JsonNode render(Template template) {
    if (template.parts().size() == 1 && template.parts().getFirst() instanceof Template.Hole hole) {
      JsonNode value = value(hole.expression());
      grow(value.isString() ? value.stringValue().length() : size(value));
      return value;
    }
    StringBuilder text = new StringBuilder();
    write(template.parts(), text);
    return JSON.stringNode(text.toString());
  }

  private void write(List<Template.Part> parts, StringBuilder text) {
    for (Template.Part part : parts) {
      switch (part) {
        case Template.Text(String said) -> {
          grow(said.length());
          text.append(said);
        }
        case Template.Hole(Expression expression) -> {
          String said = text(value(expression));
          grow(said.length());
          text.append(said);
        }
        case Template.Section section -> section(section, text);
      }
    }
  }

  private void section(Template.Section section, StringBuilder text) {
    JsonNode of = valueOrNull(section.of());
    if (section.inverted()) {
      if (!isTrue(of)) {
        write(section.parts(), text);
      }
      return;
    }
    List<JsonNode> elements =
        of.isArray() ? of.valueStream().toList() : isTrue(of) ? List.of(of) : List.of();
    Scope outer = scope;
    for (JsonNode element : elements) {
      grow(0);
      scope =
          root -> {
            JsonNode own = root.equals("this") ? element : element.get(root);
            return own == null ? outer.value(root) : own;
          };
      try {
        write(section.parts(), text);
      } finally {
        scope = outer;
      }
    }
  }

  /** What a value takes at most: large ones are counted as they will be written. */
  private static int size(JsonNode value) {
    return value.isContainer() ? value.toString().length() : 16;
  }

  private void grow(int by) {
    characters += by;
    if (characters > MOST_CHARACTERS || ++parts > MOST_PARTS) {
      throw new ExpressionException("gives more than " + MOST_CHARACTERS + " characters");
    }
  }
}
