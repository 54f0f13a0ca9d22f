package dev.ingot.server.inventory.history;

import dev.ingot.server.events.Severity;
import dev.ingot.server.inventory.history.JsonDifference.Operation;
import dev.ingot.server.inventory.history.JsonDifference.Owner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a change of a document means: its findings, the worst first.
 *
 * @param change the worst of them
 */
record Meaning(Change change, Severity severity, List<Finding> findings, int more) {
  private static final int MOST = 20;

  /**
   * Of all findings.
   *
   * @param undo the operations that lead back
   */
  static Meaning of(boolean first, List<Operation> undo, List<Finding> ofParts) {
    List<Finding> all = new ArrayList<>(ofParts);
    if (first) {
      all.add(
          Finding.of(Change.INFORMATIONAL, "first seen, with " + undo.size() + " sections", ""));
    } else {
      undo.forEach(operation -> addTo(all, operation));
    }
    all.sort(Finding.WORST_FIRST);
    Change change =
        all.stream()
            .map(Finding::change)
            .max(Comparator.naturalOrder())
            .orElse(Change.INFORMATIONAL);
    Severity severity =
        all.stream()
            .map(Finding::severity)
            .max(Comparator.naturalOrder())
            .orElse(Severity.INFORMATION);
    int kept = Math.min(MOST, all.size());
    return new Meaning(change, severity, List.copyOf(all.subList(0, kept)), all.size() - kept);
  }

  private static void addTo(List<Finding> findings, Operation back) {
    JsonNode before = back.value();
    JsonNode after = back.was();
    if (back.shape().equals(back.path())
        && back.shape().indexOf('.') < 0
        && !back.word().equals("replace")) {
      String what =
          "section " + back.path() + (before == null ? " is new" : " is no longer reported");
      findings.add(Finding.of(Change.INFORMATIONAL, what, back.path()));
      return;
    }
    Part concerned = concerned(back);
    if (saidByParts(back, before, after)) {
      return;
    }
    Finding finding =
        FieldRules.of(back.shape(), before, after)
            .finding(Wording.of(back, before, after), back.shape());
    findings.add(concerned == null ? finding : finding.about(concerned));
  }

  private static @Nullable Part concerned(Operation back) {
    Owner owner = back.owner();
    return owner == null ? null : Wording.part(back, owner.from());
  }

  /** Whether it is a whole part that came or went, or the change of one for another. */
  private static boolean saidByParts(
      Operation back, @Nullable JsonNode before, @Nullable JsonNode after) {
    Owner owner = back.owner();
    if (owner == null) {
      return false;
    }
    if (owner.from() == null || owner.to() == null) {
      return Objects.equals(back.value(), owner.to())
          && Wording.part(back, element(before, after)) != null;
    }
    Part now = Wording.part(back, owner.from());
    Part was = Wording.part(back, owner.to());
    if (now == null || was == null) {
      return !Objects.equals(now, was);
    }
    if (was.slot() != null
        && now.slot() != null
        && !was.slot().equals(now.slot())
        && isSlot(back)) {
      return true;
    }
    boolean another =
        was.serial() != null && now.serial() != null && !was.serial().equals(now.serial());
    return another || (owner.list().kind().equals("pci") && !Objects.equals(was.id(), now.id()));
  }

  private static boolean isSlot(Operation back) {
    Owner owner = back.owner();
    return owner != null
        && owner.list().slots().stream()
            .flatMap(key -> key.fields().stream())
            .anyMatch(field -> back.shape().endsWith("." + field));
  }

  private static @Nullable ObjectNode element(@Nullable JsonNode before, @Nullable JsonNode after) {
    return (before == null ? after : before) instanceof ObjectNode object ? object : null;
  }

  ArrayNode toJson() {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    findings.forEach(finding -> array.add(finding.toJson()));
    return array;
  }
}
