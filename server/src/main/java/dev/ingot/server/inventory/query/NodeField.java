package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.filter.FieldPath;
import java.util.List;

/** Fields that stand beside the document: {@code node.…}, and {@code mercury_id}, the node's id. */
final class NodeField {
  private static final String PREFIX = "node";
  private static final String MERCURY_ID = "mercury_id";

  private NodeField() {}

  static boolean is(FieldPath path) {
    return path.first().equals(PREFIX) || path.first().equals(MERCURY_ID);
  }

  static boolean isId(FieldPath path) {
    List<String> keys = path.keys();
    return keys.equals(List.of(MERCURY_ID)) || keys.equals(List.of(PREFIX, "id"));
  }
}
