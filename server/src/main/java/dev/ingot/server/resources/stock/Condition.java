package dev.ingot.server.resources.stock;

import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * A condition over {@code r} with its parameters in order.
 *
 * @param text with a {@code ?} for each parameter; true or false, never null
 */
public record Condition(String text, List<Object> parameters) {
  public static final Condition TRUE = new Condition("true", List.of());

  public Condition {
    parameters = List.copyOf(parameters);
  }

  public static Condition of(String text, Object... parameters) {
    return new Condition(text, List.of(parameters));
  }

  static Condition joined(List<Condition> parts, String word) {
    List<Object> parameters = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (Condition part : parts) {
      texts.add(part.text);
      parameters.addAll(part.parameters);
    }
    return new Condition("(" + String.join(" " + word + " ", texts) + ")", parameters);
  }

  /** Both. */
  public Condition and(Condition other) {
    return equals(TRUE) ? other : other.equals(TRUE) ? this : joined(List.of(this, other), "AND");
  }

  public boolean isTrue() {
    return equals(TRUE);
  }

  /** Binds parameters in order. */
  public static <T extends SqlStatement<T>> T bound(T statement, List<Object> parameters) {
    for (int i = 0; i < parameters.size(); i++) {
      statement.bind(i, parameters.get(i));
    }
    return statement;
  }
}
