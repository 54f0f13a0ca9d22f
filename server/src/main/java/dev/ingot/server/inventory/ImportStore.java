package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Section;
import dev.ingot.server.access.Audit;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.inventory.ImportSections.Prepared;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the source {@code import}, for people and their programs, in the caller's transaction and
 * by the same steps as what agents report.
 */
final class ImportStore {
  /** The largest document that is served. */
  static final int LARGEST_DOCUMENT = 16 << 20;

  /** Contents up to this size stand in the audit. */
  private static final int AUDITED = 16 << 10;

  private final DocumentTables tables;
  private final DocumentCommit commit;
  private final ImportedNodes nodes;
  private final Audit audit;

  ImportStore(DocumentTables tables, DocumentCommit commit, Outbox outbox, Audit audit) {
    this.tables = tables;
    this.commit = commit;
    this.nodes = new ImportedNodes(outbox, audit);
    this.audit = audit;
  }

  /** Looks at the node before it is written, its row locked; throws to refuse. */
  interface Precondition {
    /**
     * @param revision of the document, 0 if there is none
     */
    void check(String nodeId, long revision, ObjectNode document);
  }

  /**
   * What was written of one node.
   *
   * @param created whether the node is new
   * @param revision of the document from now on
   * @param written sections whose content is new
   * @param removed sections that import has no longer
   * @param aside of the written ones those that are not served, with whose is
   */
  record Written(
      String id,
      boolean created,
      long revision,
      List<String> written,
      List<String> removed,
      List<OverRuled> aside) {
    boolean isChange() {
      return !written.isEmpty() || !removed.isEmpty();
    }

    /** One word for it. */
    String status() {
      return created ? "created" : isChange() ? "changed" : "unchanged";
    }
  }

  /**
   * What somebody asks to be written of one node.
   *
   * @param precondition null for none
   */
  record Ask(PathAccess access, ImportEdit edit, @Nullable Precondition precondition) {
    /** Of a patch what it makes depends on what is there. */
    private boolean reads() {
      return precondition != null || edit instanceof ImportEdit.Patch;
    }
  }

  /** What became of asks: what was written, or why not; a node that there is not has neither. */
  record Outcomes(Map<String, Written> written, Map<String, Problem> refused) {}

  /** Writes one edit. */
  Written write(
      Handle handle,
      PathAccess access,
      String id,
      boolean known,
      ImportEdit edit,
      @Nullable Precondition precondition) {
    TreeMap<String, ImportEdit> edits = new TreeMap<>(Map.of(id, edit));
    Set<String> created = known ? Set.of() : nodes.make(handle, access.principal(), List.of(id));
    return written(handle, access, edits, created, precondition).getFirst();
  }

  /** Makes the nodes that there are not and locks all, in the order of their ids. */
  Set<String> prepare(
      Handle handle, PathAccess access, TreeSet<String> ids, TreeSet<String> unknown) {
    Set<String> created = nodes.make(handle, access.principal(), unknown);
    tables.lock(handle, ids);
    return created;
  }

  /**
   * Writes the edits of nodes that are locked, each in its turn.
   *
   * @throws Problem if one cannot be
   */
  List<Written> written(
      Handle handle,
      PathAccess access,
      TreeMap<String, ImportEdit> edits,
      Set<String> created,
      @Nullable Precondition precondition) {
    TreeMap<String, Ask> asks = new TreeMap<>();
    edits.forEach((id, edit) -> asks.put(id, new Ask(access, edit, precondition)));
    Outcomes outcomes = written(handle, asks, created, true);
    List<Written> written = new ArrayList<>();
    for (String id : edits.keySet()) {
      Written one = outcomes.written.get(id);
      if (one == null) {
        throw Problem.notFound("no node has the id " + id);
      }
      written.add(one);
    }
    return written;
  }

  /**
   * Writes what is asked, each of a node of its own.
   *
   * @param whole whether nothing is written when one is refused, whose problem is thrown
   */
  Outcomes written(Handle handle, TreeMap<String, Ask> asks, Set<String> created, boolean whole) {
    boolean read = asks.values().stream().anyMatch(Ask::reads);
    KnownNodes known = KnownNodes.read(handle, asks.keySet(), names(asks.values()), read);
    List<NodeUpdate> updates = new ArrayList<>();
    for (String id : known.there()) {
      updates.add(commit.update(id, Source.IMPORT, known.states(id)));
    }
    if (read) {
      commit.load(handle, updates, known.documents());
    }
    Map<String, Problem> refused = new TreeMap<>();
    each(updates, asks, refused, whole, (update, ask) -> take(update, ask, known.classes()));
    List<NodeUpdate> touched = updates.stream().filter(NodeUpdate::isContentTouched).toList();
    commit.load(handle, touched);
    Map<String, ObjectNode> before = new LinkedHashMap<>();
    touched.forEach(update -> before.put(update.nodeId, update.said()));
    each(updates, asks, refused, whole, ImportStore::checkGrants);
    commit.write(handle, updates);
    record(handle, updates, asks, before);
    Map<String, Long> revisions =
        tables.revisions(
            handle,
            updates.stream()
                .filter(update -> !update.isContentTouched())
                .map(update -> update.nodeId)
                .toList());
    Map<String, Written> written = new TreeMap<>();
    updates.forEach(update -> written.put(update.nodeId, result(update, created, revisions)));
    return new Outcomes(written, refused);
  }

  private interface Step {
    void of(NodeUpdate update, Ask ask);
  }

  /** Takes a step for each update; those whose ask is refused leave the list. */
  private static void each(
      List<NodeUpdate> updates,
      Map<String, Ask> asks,
      Map<String, Problem> refused,
      boolean whole,
      Step step) {
    for (NodeUpdate update : List.copyOf(updates)) {
      Ask ask = Objects.requireNonNull(asks.get(update.nodeId));
      try {
        step.of(update, ask);
      } catch (Problem e) {
        if (whole) {
          throw e;
        }
        refused.put(update.nodeId, e);
        updates.remove(update);
      }
    }
  }

  private static void checkGrants(NodeUpdate update, Ask ask) {
    if (ask.access.principal().isRestricted() && update.isContentTouched()) {
      WriteGrants.check(ask.access, update);
    }
  }

  private void record(
      Handle handle,
      List<NodeUpdate> updates,
      Map<String, Ask> asks,
      Map<String, ObjectNode> before) {
    List<Audit.Write> writes = new ArrayList<>();
    for (NodeUpdate update : updates) {
      Ask ask = asks.get(update.nodeId);
      if (ask != null && update.isContentTouched()) {
        ObjectNode said = before.getOrDefault(update.nodeId, Json.MAPPER.createObjectNode());
        writes.add(
            new Audit.Write(
                ask.access.principal(),
                "inventory.import",
                "node:" + update.nodeId,
                audited(said, update),
                audited(update.writtenContents(), update)));
      }
    }
    audit.recordAll(handle, writes);
  }

  private static Written result(
      NodeUpdate update, Set<String> created, Map<String, Long> revisions) {
    return new Written(
        update.nodeId,
        created.contains(update.nodeId),
        update.isContentTouched() ? update.revision() : revisions.getOrDefault(update.nodeId, 0L),
        List.copyOf(update.written()),
        List.copyOf(update.removed()),
        update.overruled());
  }

  /** The sections that the edits name. */
  private static Set<String> names(Collection<Ask> asks) {
    Set<String> names = new TreeSet<>();
    for (Ask ask : asks) {
      switch (ask.edit) {
        case ImportEdit.Replace replace -> names.addAll(replace.sections().keySet());
        case ImportEdit.Patch patch -> names.addAll(patch.patch().propertyNames());
        case ImportEdit.Remove remove -> names.add(remove.section());
      }
    }
    return names;
  }

  private static void take(NodeUpdate update, Ask ask, Map<String, FieldClasses> classes) {
    PathAccess access = ask.access;
    if (access.principal().isRestricted()) {
      WriteGrants.check(access, ask.edit);
    }
    if (ask.precondition != null) {
      ask.precondition.check(update.nodeId, update.revision(), update.document());
    }
    switch (ask.edit) {
      case ImportEdit.Replace(var sections, var keep) ->
          replace(update, sections, keep, classes, access);
      case ImportEdit.Remove(var section) -> remove(update, section, access);
      case ImportEdit.Patch(var patch) ->
          replace(
              update,
              ImportSections.of(
                  MergePatch.apply(update.said(), patch, access.prune(update.document()))),
              false,
              classes,
              access);
    }
  }

  private static void replace(
      NodeUpdate update,
      Map<String, Prepared> sections,
      boolean keep,
      Map<String, FieldClasses> classes,
      PathAccess access) {
    Set<String> names = new TreeSet<>(update.sections());
    if (!keep) {
      for (String name : names) {
        // What somebody cannot see whole is not taken away by not being named.
        if (!sections.containsKey(name) && access.may(List.of(name))) {
          update.remove(name);
        }
      }
    }
    names.addAll(sections.keySet());
    if (names.size() > ImportSections.MOST) {
      throw Problem.invalid(
          sections.keySet().iterator().next(),
          "is one section too many: a source has at most " + ImportSections.MOST + " of a node");
    }
    sections.forEach(
        (name, section) ->
            update.put(
                new Section(
                    name,
                    section.content(),
                    null,
                    SectionClasses.ofImport(classes, name, section.content())),
                section.hash()));
  }

  private static void remove(NodeUpdate update, String section, PathAccess access) {
    boolean seen = access.mayReadSome(List.of(section));
    if (!seen || !update.sections().contains(section)) {
      Source other = seen ? update.served(section) : null;
      if (other == null) {
        throw Problem.notFound("node " + update.nodeId + " has no section " + section);
      }
      throw new Problem(
          Problem.Kind.CONFLICT,
          "the section is what the source "
              + other.word()
              + " observed, and cannot be taken away by hand: only what the source import says can"
              + " be edited",
          section,
          null);
    }
    update.remove(section);
  }

  /** Of the sections that differ what was said or is said of them; of large ones the names. */
  private static @Nullable JsonNode audited(ObjectNode said, NodeUpdate update) {
    ObjectNode shown = Json.MAPPER.createObjectNode();
    List<String> names = new ArrayList<>(update.written());
    names.addAll(update.removed());
    for (String name : names) {
      JsonNode content = said.get(name);
      if (content != null) {
        shown.set(name, content);
      }
    }
    if (shown.isEmpty()) {
      return null;
    }
    int size = Json.bytes(shown).length;
    if (size <= AUDITED) {
      return shown;
    }
    ObjectNode summary = Json.MAPPER.createObjectNode();
    shown.propertyNames().forEach(summary.putArray("sections")::add);
    return summary.put("bytes", size);
  }
}
