package dev.ingot.server.inventory.history;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.history.Finding.Place;
import dev.ingot.server.inventory.history.JsonDifference.Operation;
import dev.ingot.server.inventory.history.Timeline.Past;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The difference between two documents: of one node at two times, or of two nodes. */
final class DocumentDiff {
  private static final int MOST = 1000;

  private DocumentDiff() {}

  /** Says where else the parts that changed are. */
  interface Elsewhere {
    Whereabouts of(List<PartChange> changes);
  }

  static ObjectNode of(Past from, Past to, Elsewhere elsewhere) {
    boolean sameNode = from.node().equals(to.node());
    ObjectNode after = arranged(from.document(), to.document());
    List<Operation> there = operations(from.document(), after);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.set("from", side(from));
    answer.set("to", side(to));
    if (sameNode) {
      Meaning meaning = meaning(from, after, to, elsewhere);
      answer.put("change", there.isEmpty() ? null : meaning.change().word());
      answer.set("what", meaning.toJson());
      answer.put("moreWhat", meaning.more());
    }
    ArrayNode changes = answer.putArray("changes");
    for (Operation operation : there.subList(0, Math.min(MOST, there.size()))) {
      ObjectNode change = changes.addObject();
      change.put("path", operation.path()).put("op", operation.word());
      if (operation.was() != null) {
        change.set("before", operation.was());
      }
      if (operation.value() != null) {
        change.set("after", operation.value());
      }
      change.put("what", Wording.of(operation, operation.was(), operation.value()));
    }
    answer.put("more", Math.max(0, there.size() - MOST));
    return answer;
  }

  private static ObjectNode side(Past past) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("node", past.node())
        .putPOJO("asOf", past.asOf())
        .putPOJO("recorded", past.recorded());
  }

  private static ObjectNode arranged(ObjectNode from, ObjectNode to) {
    ObjectNode arranged = Json.MAPPER.createObjectNode();
    to.forEachEntry(
        (name, content) -> arranged.set(name, Arrangement.of(name, from.get(name), content)));
    return arranged;
  }

  private static List<Operation> operations(ObjectNode from, ObjectNode to) {
    TreeSet<String> names = new TreeSet<>(from.propertyNames());
    names.addAll(to.propertyNames());
    List<Operation> operations = new ArrayList<>();
    for (String name : names) {
      operations.addAll(
          JsonDifference.between(name, from.get(name), to.get(name), Integer.MAX_VALUE));
    }
    return operations;
  }

  private static Meaning meaning(Past from, ObjectNode after, Past to, Elsewhere elsewhere) {
    Place self = new Place(to.node(), null, null);
    List<Finding> parts = new ArrayList<>();
    List<PartChange> changes = List.copyOf(PartChanges.between(from.document(), after));
    Whereabouts known = elsewhere.of(changes);
    for (PartChange change : changes) {
      Finding finding = PartMeaning.of(change, self, known.of(change.part()));
      if (finding != null) {
        parts.add(finding);
      }
    }
    return Meaning.of(false, operations(after, from.document()), parts);
  }
}
