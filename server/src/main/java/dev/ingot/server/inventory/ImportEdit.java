package dev.ingot.server.inventory;

import dev.ingot.server.inventory.ImportSections.Prepared;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** What somebody does to what the source {@code import} says of a node. */
sealed interface ImportEdit {
  /**
   * These sections, whole.
   *
   * @param keep whether sections that are not named stay
   */
  record Replace(Map<String, Prepared> sections, boolean keep) implements ImportEdit {}

  /** One section less. */
  record Remove(String section) implements ImportEdit {}

  /** A JSON Merge Patch, RFC 7396. */
  record Patch(ObjectNode patch) implements ImportEdit {}
}
