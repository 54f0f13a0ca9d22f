package dev.ingot.server.inventory;

import dev.ingot.server.problem.Problem;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON Merge Patch, RFC 7396 section 2, on what the source {@code import} says. Beyond the RFC:
 * whoever takes away what only an observing source says is told that this cannot be.
 */
final class MergePatch {
  private MergePatch() {}

  /**
   * What comes of the patch; the arguments stay as they are.
   *
   * @param served the document as it is served, to know what others have observed
   */
  static ObjectNode apply(ObjectNode said, ObjectNode patch, ObjectNode served) {
    return patched("", said, patch, served);
  }

  private static ObjectNode patched(
      String path, @Nullable JsonNode target, ObjectNode patch, @Nullable JsonNode served) {
    ObjectNode result =
        target instanceof ObjectNode object
            ? JsonNodeFactory.instance.objectNode().setAll(object)
            : JsonNodeFactory.instance.objectNode();
    patch.forEachEntry(
        (key, value) -> {
          String below = path.isEmpty() ? key : path + "." + key;
          JsonNode shown = served instanceof ObjectNode object ? object.get(key) : null;
          if (value.isNull()) {
            if (result.remove(key) == null && shown != null) {
              throw observed(below);
            }
          } else if (value instanceof ObjectNode nested) {
            result.set(key, patched(below, result.get(key), nested, shown));
          } else {
            result.set(key, value);
          }
        });
    return result;
  }

  private static Problem observed(String path) {
    return new Problem(
        Problem.Kind.CONFLICT,
        "is observed by the machine and cannot be taken away by hand: only what the source import"
            + " says can be edited",
        path,
        null);
  }
}
