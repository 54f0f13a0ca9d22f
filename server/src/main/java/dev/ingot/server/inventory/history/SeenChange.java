package dev.ingot.server.inventory.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A change as it looks to somebody who sees a part of the document: what differs between the two
 * parts, whatever else has changed.
 *
 * @param first whether nothing was seen before
 * @param back what leads back, of what is seen; empty when nothing of it has changed
 */
public record SeenChange(boolean first, List<JsonDifference.Operation> back) {
  public SeenChange {
    back = List.copyOf(back);
  }

  /**
   * Looks at a change. The reads belong into one repeatable-read transaction.
   *
   * @param number of the change, in the node's history
   * @param prune leaves of a document what is seen
   * @return null when the change is no longer kept
   */
  public static @Nullable SeenChange of(
      Handle handle, String node, long number, UnaryOperator<ObjectNode> prune) {
    Timeline.Around around = Timeline.around(handle, node, number);
    if (around == null) {
      return null;
    }
    ObjectNode after = prune.apply(around.after());
    ObjectNode whole = around.before();
    ObjectNode before = whole == null ? JsonNodeFactory.instance.objectNode() : prune.apply(whole);
    Set<String> sections = new TreeSet<>(after.propertyNames());
    sections.addAll(before.propertyNames());
    List<JsonDifference.Operation> back = new ArrayList<>();
    for (String section : sections) {
      back.addAll(
          JsonDifference.between(
              section, after.get(section), before.get(section), JsonDifference.MOST_STORED));
    }
    return new SeenChange(before.isEmpty(), back);
  }

  /** What differs, each path once, in order. */
  public List<String> paths() {
    return back.stream().map(JsonDifference.Operation::path).distinct().toList();
  }

  /** What differs, without indexes. */
  List<String> shapes() {
    return back.stream().map(JsonDifference.Operation::shape).distinct().toList();
  }

  /** The sections in which something differs. */
  public Set<String> sections() {
    Set<String> sections = new TreeSet<>();
    back.forEach(operation -> sections.add(section(operation)));
    return sections;
  }

  /** What the differences in some of the sections mean, as far as they show it by themselves. */
  public ArrayNode meaning(Predicate<String> ofSection) {
    List<JsonDifference.Operation> some =
        back.stream().filter(operation -> ofSection.test(section(operation))).toList();
    return some.isEmpty()
        ? JsonNodeFactory.instance.arrayNode()
        : Meaning.of(false, some, List.of()).toJson();
  }

  private static String section(JsonDifference.Operation operation) {
    return operation.path().split("\\.", 2)[0];
  }
}
