package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClass;
import dev.ingot.protocol.FieldClasses;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A section's field classes as they are kept beside it: only what tells counters and readings from
 * the rest, so that most sections need none.
 */
public final class KeptClasses {
  private KeptClasses() {}

  /** Null when every field makes a change. */
  static @Nullable String text(FieldClasses classes) {
    List<String[]> quiet =
        classes.byPattern().entrySet().stream()
            .filter(entry -> !entry.getValue().makesAChange())
            .map(entry -> entry.getKey().split("\\.", -1))
            .toList();
    if (quiet.isEmpty()) {
      return null;
    }
    TreeMap<String, FieldClass> kept = new TreeMap<>();
    classes
        .byPattern()
        .forEach(
            (pattern, fieldClass) -> {
              if (!fieldClass.makesAChange() || excepts(pattern.split("\\.", -1), quiet)) {
                kept.put(pattern, fieldClass);
              }
            });
    return Json.write(kept);
  }

  /** Whether the pattern is an exception below one of the others, or beside its star. */
  private static boolean excepts(String[] pattern, List<String[]> others) {
    return others.stream().anyMatch(other -> covers(other, pattern));
  }

  private static boolean covers(String[] above, String[] pattern) {
    if (above.length > pattern.length) {
      return false;
    }
    for (int i = 0; i < above.length; i++) {
      if (!above[i].equals("*") && !pattern[i].equals("*") && !above[i].equals(pattern[i])) {
        return false;
      }
    }
    return true;
  }

  /** Reads {@link #text}. */
  public static FieldClasses of(@Nullable String text) {
    if (text == null) {
      return FieldClasses.ALL_CONFIG;
    }
    TreeMap<String, FieldClass> classes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : Json.read(text).properties()) {
      classes.put(entry.getKey(), Json.MAPPER.convertValue(entry.getValue(), FieldClass.class));
    }
    return new FieldClasses(classes);
  }
}
