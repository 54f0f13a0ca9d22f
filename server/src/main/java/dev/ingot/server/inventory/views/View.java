package dev.ingot.server.inventory.views;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.ingot.server.inventory.definitions.Definition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A view as it is there now.
 *
 * @param definition without the name
 * @param origin {@code shipped}, {@code edited} (stored in the place of a shipped one) or {@code
 *     stored}
 * @param changed when it was stored, null for a shipped one
 */
record View(
    String name,
    @JsonIgnore ObjectNode source,
    String origin,
    @Nullable Instant changed,
    @Nullable String changedBy) {
  static final String SHIPPED = "shipped";

  static View shipped(String name, ObjectNode source) {
    return new View(name, source, SHIPPED, null, null);
  }

  String etag() {
    return Definition.etag(source);
  }

  boolean isShipped() {
    return origin.equals(SHIPPED);
  }

  ViewDefinition read() {
    return ViewDefinition.of(name, source);
  }

  /** As it is shown and can be loaded again. */
  public ObjectNode getDefinition() {
    ObjectNode definition = JsonNodeFactory.instance.objectNode().put("name", name);
    definition.setAll(source);
    return definition;
  }

  /** What it gives: {@code nodes} or {@code groups}. */
  public String getKind() {
    return source.has("pipeline") ? "groups" : "nodes";
  }
}
