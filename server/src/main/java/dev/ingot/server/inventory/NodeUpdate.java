package dev.ingot.server.inventory;

import dev.ingot.protocol.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the reports of one node make of its document: worked out in memory, written in one go. */
final class NodeUpdate {
  final String nodeId;
  private final Map<String, SectionState> states = new TreeMap<>();
  private final Map<String, SectionState> touched = new LinkedHashMap<>();
  private final Map<String, Section> contents = new LinkedHashMap<>();
  private final List<JsonDifference.Operation> undo = new ArrayList<>();
  private final List<String> changedSections = new ArrayList<>();
  private ObjectNode document = JsonNodeFactory.instance.objectNode();
  private long revision;

  NodeUpdate(String nodeId, List<SectionState> states) {
    this.nodeId = nodeId;
    states.forEach(state -> this.states.put(state.name(), state));
  }

  /** Takes a report unless a newer one was taken. */
  void take(ArrivedSection arrived) {
    Section section = arrived.section();
    SectionState known = states.get(section.name());
    long sequence = arrived.report().sequence();
    if (known != null && known.hasSeen(arrived.incarnation(), sequence, arrived.epoch())) {
      return;
    }
    byte[] hash = arrived.contentHash();
    byte[] kept = known == null ? null : known.contentHash();
    SectionState next =
        new SectionState(
            section.name(),
            arrived.digest(),
            hash == null ? kept : hash,
            arrived.incarnation(),
            sequence,
            arrived.epoch(),
            hash != null,
            arrived.report().nodeTime(),
            section.failure());
    states.put(section.name(), next);
    touched.put(section.name(), next);
    if (hash != null && !Arrays.equals(hash, kept)) {
      contents.put(section.name(), section);
    }
  }

  /** Whether the document has to be written. */
  boolean isDocumentTouched() {
    return !contents.isEmpty();
  }

  /** Whether the content of a section is to be written. */
  boolean writes(String section) {
    return contents.containsKey(section);
  }

  /** Puts the new contents into the document that is stored. */
  void apply(@Nullable ObjectNode stored, long storedRevision) {
    document = stored == null ? document : stored;
    revision = storedRevision + 1;
    contents.forEach(
        (name, section) -> {
          JsonNode before = document.get(name);
          JsonNode after = section.content();
          List<JsonDifference.Operation> back = difference(section, after, before);
          if (!back.isEmpty()) {
            undo.addAll(back);
            changedSections.add(name);
          }
          document.set(name, after);
        });
  }

  /** Between what makes a change in both; of what is new nothing has to be compared. */
  private static List<JsonDifference.Operation> difference(
      Section section, @Nullable JsonNode from, @Nullable JsonNode to) {
    return from == null || to == null
        ? JsonDifference.between(section.name(), from, to)
        : JsonDifference.between(
            section.name(), section.classes().stable(from), section.classes().stable(to));
  }

  /** Sections of which something is to be written. */
  Iterable<SectionState> touched() {
    return touched.values();
  }

  ObjectNode document() {
    return document;
  }

  /** Of the document after the update. */
  long revision() {
    return revision;
  }

  /** Whether an identity or config field differs. */
  boolean isChange() {
    return !undo.isEmpty();
  }

  /** Whether the node had no document before. */
  boolean isFirst() {
    return revision == 1;
  }

  List<JsonDifference.Operation> undo() {
    return undo;
  }

  List<String> changedSections() {
    return changedSections;
  }
}
