package dev.ingot.agent.parse;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An object under construction: what is not known is left out, order is kept. */
public final class Fields {
  private final ObjectNode node = JsonNodeFactory.instance.objectNode();

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  public Fields put(String name, @Nullable String value) {
    // PostgreSQL stores no NUL.
    String text = value == null ? "" : value.replace("\0", "");
    if (!text.isEmpty()) {
      node.put(name, text);
    }
    return this;
  }

  public Fields put(String name, @Nullable Long value) {
    if (value != null) {
      node.put(name, value.longValue());
    }
    return this;
  }

  public Fields put(String name, @Nullable Boolean value) {
    if (value != null) {
      node.put(name, value.booleanValue());
    }
    return this;
  }

  public Fields put(String name, @Nullable Double value) {
    if (value != null) {
      node.put(name, value.doubleValue());
    }
    return this;
  }

  public Fields put(String name, JsonNode value) {
    node.set(name, value);
    return this;
  }

  /** A list or object, left out when empty. */
  public Fields putUnlessEmpty(String name, JsonNode value) {
    if (!value.isEmpty()) {
      node.set(name, value);
    }
    return this;
  }

  public Fields put(String name, List<String> values) {
    ArrayNode array = node.putArray(name);
    values.forEach(array::add);
    return this;
  }

  /** All fields of another. */
  public Fields putAll(Fields other) {
    node.setAll(other.node);
    return this;
  }

  /** The same without a field. */
  public Fields without(String name) {
    node.remove(name);
    return this;
  }

  public boolean has(String name) {
    return node.has(name);
  }

  public boolean isEmpty() {
    return node.isEmpty();
  }

  public ObjectNode node() {
    return node;
  }
}
