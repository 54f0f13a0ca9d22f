package dev.ingot.server.inventory;

import dev.ingot.protocol.FieldClasses;
import dev.ingot.server.inventory.history.JsonDifference;
import dev.ingot.server.inventory.history.JsonDifference.Operation;
import dev.ingot.server.inventory.history.SameJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What leads from a new document back to the one before, counters and readings aside. */
final class WayBack {
  private final Map<String, FieldClasses> classesBefore = new TreeMap<>();
  private final List<Operation> operations = new ArrayList<>();
  private final List<String> sections = new ArrayList<>();
  private @Nullable ObjectNode before;

  /** Takes the document before; null if there was none. */
  void from(@Nullable ObjectNode document) {
    before = document;
  }

  /** How the fields of a section were classed, before anybody says it in another way. */
  void remember(String section, Function<String, FieldClasses> classes) {
    classesBefore.computeIfAbsent(section, classes);
  }

  /**
   * A section is another now. Of what is new nothing has to be compared; where fields are classed
   * in another way than before, the section that was is kept whole.
   */
  void note(String name, @Nullable JsonNode was, @Nullable JsonNode now, FieldClasses present) {
    List<Operation> back = operations(name, was, now, present);
    if (!back.isEmpty()) {
      operations.addAll(back);
      sections.add(name);
    }
  }

  private List<Operation> operations(
      String name, @Nullable JsonNode was, @Nullable JsonNode now, FieldClasses present) {
    if (was == null) {
      return JsonDifference.between(name, now, null, JsonDifference.MOST_STORED);
    }
    FieldClasses old = classesBefore.getOrDefault(name, FieldClasses.ALL_CONFIG);
    JsonNode stable = old.stable(was);
    if (now == null) {
      return JsonDifference.between(name, null, stable, JsonDifference.MOST_STORED);
    }
    boolean classedAnew =
        !Objects.equals(KeptClasses.text(old), KeptClasses.text(present))
            && !SameJson.same(present.stable(was), stable);
    return JsonDifference.between(
        name, present.stable(now), stable, classedAnew ? 0 : JsonDifference.MOST_STORED);
  }

  /** The document before without what makes no change: what the ways back lead to. */
  ObjectNode stableBefore(Function<String, FieldClasses> present) {
    ObjectNode stable = JsonNodeFactory.instance.objectNode();
    if (before != null) {
      before.forEachEntry(
          (name, content) -> {
            FieldClasses known = classesBefore.get(name);
            stable.set(name, (known == null ? present.apply(name) : known).stable(content));
          });
    }
    return stable;
  }

  /** The document before; null if there was none. */
  @Nullable ObjectNode before() {
    return before;
  }

  List<Operation> operations() {
    return operations;
  }

  /** Names of the sections of which an identity or config field differs. */
  List<String> sections() {
    return sections;
  }
}
