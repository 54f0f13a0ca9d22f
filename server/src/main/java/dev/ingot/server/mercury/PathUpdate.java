package dev.ingot.server.mercury;

import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Updates of single paths, {@code dmi.sys_vendor}, as Mongo's {@code $set} has them. */
final class PathUpdate {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern INDEX = Pattern.compile("[0-9]{1,4}");
  private static final int DEEPEST = 32;

  private PathUpdate() {}

  /**
   * The update with whole sections in the place of paths.
   *
   * @param known what a section is now; null if it is not there
   */
  static ObjectNode expanded(ObjectNode update, Function<String, @Nullable JsonNode> known) {
    ObjectNode expanded = NODES.objectNode();
    update.forEachEntry(
        (path, value) -> {
          if (!path.contains(".")) {
            expanded.set(path, value);
          }
        });
    update.forEachEntry(
        (path, value) -> {
          String[] keys = path.split("\\.", -1);
          if (keys.length == 1) {
            return;
          }
          if (keys.length > DEEPEST) {
            throw new Refused("a path is deeper than " + DEEPEST);
          }
          JsonNode section = expanded.get(keys[0]);
          if (section == null) {
            JsonNode stored = known.apply(keys[0]);
            section = stored == null ? NODES.objectNode() : stored.deepCopy();
          }
          set(section, keys, value, path);
          expanded.set(keys[0], section);
        });
    return expanded;
  }

  private static void set(JsonNode section, String[] keys, JsonNode value, String path) {
    JsonNode at = section;
    for (int i = 1; i < keys.length; i++) {
      boolean last = i == keys.length - 1;
      JsonNode next;
      if (at instanceof ObjectNode object && !keys[i].isEmpty()) {
        if (last) {
          object.set(keys[i], value);
          return;
        }
        next = object.get(keys[i]);
        if (next == null || next.isNull()) {
          next = object.putObject(keys[i]);
        }
      } else if (at instanceof ArrayNode array
          && INDEX.matcher(keys[i]).matches()
          && Integer.parseInt(keys[i]) < array.size()) {
        int index = Integer.parseInt(keys[i]);
        if (last) {
          array.set(index, value);
          return;
        }
        next = array.get(index);
      } else {
        throw new Refused(Wording.shown(path) + " is no place in what is stored");
      }
      at = next;
    }
  }
}
