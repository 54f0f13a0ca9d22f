package dev.ingot.server.workflow.expression;

import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * A condition or value: paths, literals, comparisons, {@code && || !} and four functions. {@code a
 * || b} is the first that is neither missing, null nor false. It has no loops, so it ends after as
 * many steps as it has parts; how long and deep it may be is bounded.
 */
public sealed interface Expression {
  /** The longest text of one. */
  int LONGEST = 2000;

  /** A value that stands there. */
  record Literal(JsonNode value) implements Expression {}

  /**
   * A path into what its first word stands for.
   *
   * @param keys names of fields and indexes of lists
   */
  record Path(String root, List<String> keys) implements Expression {
    @Override
    public String toString() {
      return keys.isEmpty() ? root : root + "." + String.join(".", keys);
    }
  }

  /** The opposite. */
  record Not(Expression of) implements Expression {}

  /** Two that are put together. */
  record Binary(Operator operator, Expression left, Expression right) implements Expression {}

  /** A function's value. */
  record Call(Function function, List<Expression> arguments) implements Expression {}

  /** What stands between two. */
  enum Operator {
    OR,
    AND,
    EQUAL,
    UNEQUAL,
    LESS,
    AT_MOST,
    GREATER,
    AT_LEAST,
    IN
  }

  /** What may be called. */
  enum Function {
    /** Whether the path leads to something other than null. */
    EXISTS(1),
    /** Of a text, list or object. */
    LENGTH(1),
    /** Whether a text has a part, or a list an element. */
    CONTAINS(2),
    /** Whether a text begins so. */
    STARTSWITH(2);

    final int arguments;

    Function(int arguments) {
      this.arguments = arguments;
    }
  }

  /**
   * Reads one.
   *
   * @throws ExpressionException saying where it is wrong
   */
  static Expression parse(String text) {
    return new ExpressionParser(text).parse();
  }

  /** Shows every path in it. */
  default void paths(Consumer<Path> seen) {
    switch (this) {
      case Literal _ -> {}
      case Path path -> seen.accept(path);
      case Not(Expression of) -> of.paths(seen);
      case Binary(Operator _, Expression left, Expression right) -> {
        left.paths(seen);
        right.paths(seen);
      }
      case Call(Function _, List<Expression> arguments) -> arguments.forEach(it -> it.paths(seen));
    }
  }

  /**
   * Its value.
   *
   * @throws ExpressionException if nothing stands for a path of it
   */
  default JsonNode value(Scope scope) {
    return new Evaluation(scope).value(this);
  }

  /** Whether its value is neither missing, null, false, zero nor empty. */
  default boolean isTrue(Scope scope) {
    return Evaluation.isTrue(new Evaluation(scope).value(this));
  }
}
