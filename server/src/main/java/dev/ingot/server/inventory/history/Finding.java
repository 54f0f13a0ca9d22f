package dev.ingot.server.inventory.history;

import dev.ingot.server.events.Severity;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One thing that a change means.
 *
 * @param what for people, without a full stop
 * @param path where in the document, without indexes
 * @param part the part concerned, null if it is about none
 * @param from where the part was, null unless it moved
 * @param to where the part is, null unless it moved
 */
record Finding(
    Change change,
    Severity severity,
    String what,
    String path,
    @Nullable Part part,
    @Nullable Place from,
    @Nullable Place to) {
  static final Comparator<Finding> WORST_FIRST =
      Comparator.comparing(Finding::severity)
          .thenComparing(Finding::change, Comparator.<Change>naturalOrder())
          .reversed();

  /** Where a part is: null for a node or slot that is not known. */
  record Place(@Nullable String node, @Nullable String hostname, @Nullable String slot) {
    ObjectNode toJson() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("node", node)
          .put("hostname", hostname)
          .put("slot", slot);
    }

    /** As a sentence names it. */
    String words() {
      String id = node == null ? "" : node;
      String machine = hostname == null ? (id.length() > 12 ? id.substring(0, 12) : id) : hostname;
      return slot == null || slot.isEmpty() ? machine : machine + " slot " + slot;
    }
  }

  static Finding of(Change change, String what, String path) {
    return new Finding(change, usual(change), what, path, null, null, null);
  }

  static Finding of(Change change, String what, Part part) {
    return new Finding(change, usual(change), what, part.path(), part, null, null);
  }

  /** How much a change of that meaning matters by itself. */
  static Severity usual(Change change) {
    return switch (change) {
      case INFORMATIONAL, MOVED -> Severity.INFORMATION;
      case DEGRADED, LOST -> Severity.WARNING;
    };
  }

  Finding critical() {
    return new Finding(change, Severity.CRITICAL, what, path, part, from, to);
  }

  Finding about(Part concerned) {
    return new Finding(change, severity, what, path, concerned, from, to);
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("change", change.word()).put("what", what).put("path", path);
    if (part != null) {
      json.put("kind", part.kind())
          .put("serial", part.serial())
          .put("slot", part.place())
          .put("model", part.model());
    }
    if (from != null) {
      json.set("from", from.toJson());
    }
    if (to != null) {
      json.set("to", to.toJson());
    }
    return json;
  }
}
