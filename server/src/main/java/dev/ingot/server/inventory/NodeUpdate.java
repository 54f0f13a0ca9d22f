package dev.ingot.server.inventory;

import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Section;
import dev.ingot.server.inventory.DocumentTables.Stored;
import dev.ingot.server.inventory.history.Arrangement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one source's writing makes of a node's document: worked out in memory, written in one go. A
 * section is served whole, from the first source in the order of {@link Precedence} that has it.
 */
final class NodeUpdate {
  final String nodeId;

  final Source source;

  private final Precedence precedence;
  private final Map<String, Map<Source, SectionState>> states = new TreeMap<>();
  private final Map<SectionKey, SectionState> touched = new LinkedHashMap<>();
  private final Map<String, Section> contents = new LinkedHashMap<>();
  private final Map<String, SectionState> removed = new LinkedHashMap<>();

  /** Sections whose content is served from now on, or aside. */
  final Map<SectionKey, Aside> asides = new LinkedHashMap<>();

  /** Sources that began or ceased to disagree with what is served. */
  final List<Dispute> disputes = new ArrayList<>();

  private final Set<String> servedAnew = new LinkedHashSet<>();

  final WayBack wayBack = new WayBack();

  private final DocumentText texts = new DocumentText();
  private ObjectNode document = JsonNodeFactory.instance.objectNode();
  private Map<SectionKey, JsonNode> kept = Map.of();
  private long revision;
  private long changes;
  private Instant changed = Instant.MIN;
  private boolean loaded;
  private @Nullable Stored stored;

  /** {@link DocumentCommit#update} makes it. */
  NodeUpdate(String nodeId, Source source, Precedence precedence, List<SectionState> states) {
    this.nodeId = nodeId;
    this.source = source;
    this.precedence = precedence;
    states.forEach(this::keep);
  }

  private void keep(SectionState state) {
    states
        .computeIfAbsent(state.name(), _ -> new EnumMap<>(Source.class))
        .put(state.source(), state);
  }

  private @Nullable SectionState state(String name) {
    return states.getOrDefault(name, Map.of()).get(source);
  }

  /** Takes a report unless a newer one was taken. */
  void take(ArrivedSection arrived) {
    Section section = arrived.section();
    SectionState known = state(section.name());
    long sequence = arrived.report().sequence();
    if (known != null && known.hasSeen(arrived.incarnation(), sequence, arrived.epoch())) {
      return;
    }
    SectionState next = SectionState.reported(arrived, known);
    touch(next);
    if (next.isAnother(known)) {
      contents.put(section.name(), section);
      texts.remember(section.content(), arrived.json());
    }
  }

  /**
   * The source says this of a section, whatever it said before.
   *
   * @param hash of the content
   */
  void put(Section section, byte[] hash) {
    SectionState known = state(section.name());
    if (known != null && Arrays.equals(hash, known.contentHash())) {
      return;
    }
    touch(SectionState.put(section, source, hash, known));
    contents.put(section.name(), section);
  }

  /** The source has the section no longer; nothing happens if it had none. */
  void remove(String name) {
    rememberClasses(name);
    Map<Source, SectionState> bySource = states.get(name);
    SectionState known = bySource == null ? null : bySource.get(source);
    if (known != null) {
      removed.put(name, known);
    }
  }

  /** Names of the sections that the source has no longer. */
  Set<String> removed() {
    return removed.keySet();
  }

  /** Names of the sections that the source has. */
  List<String> sections() {
    return states.values().stream()
        .map(bySource -> bySource.get(source))
        .filter(Objects::nonNull)
        .map(SectionState::name)
        .toList();
  }

  /** What the source said before, once it is loaded and until {@link #apply}. */
  ObjectNode said() {
    ObjectNode said = JsonNodeFactory.instance.objectNode();
    states.forEach(
        (name, bySource) -> {
          SectionState state = bySource.get(source);
          JsonNode content =
              state == null || !state.hasContent()
                  ? null
                  : state.aside() ? kept.get(state.key()) : document.get(name);
          if (content != null) {
            said.set(name, content);
          }
        });
    return said;
  }

  /** Names of the sections whose content is new. */
  Set<String> written() {
    return contents.keySet();
  }

  ObjectNode writtenContents() {
    ObjectNode written = JsonNodeFactory.instance.objectNode();
    contents.forEach((name, section) -> written.set(name, section.content()));
    return written;
  }

  /** Of the sections that were written those that are not served. */
  List<OverRuled> overruled() {
    List<OverRuled> overruled = new ArrayList<>();
    for (String name : contents.keySet()) {
      Aside aside = asides.get(new SectionKey(name, source));
      Source served = served(name);
      if (aside != null && aside.aside() && served != null) {
        overruled.add(new OverRuled(name, served, aside.differs()));
      }
    }
    return overruled;
  }

  private void touch(SectionState state) {
    rememberClasses(state.name());
    keep(state);
    touched.put(state.key(), state);
  }

  /** Whether the content of a section, served or not, is to be written. */
  boolean isContentTouched() {
    return !contents.isEmpty() || !removed.isEmpty();
  }

  /** Whether any content stands aside, so that it must be known before {@link #apply}. */
  boolean hasAsides() {
    return states.values().stream()
        .anyMatch(bySource -> bySource.values().stream().anyMatch(SectionState::aside));
  }

  boolean isLoaded() {
    return loaded;
  }

  /**
   * Takes what is stored.
   *
   * @param stored null if the node has no document
   * @param ended how many changes its history has if it has none
   * @param kept what stands aside
   */
  void load(@Nullable Stored stored, long ended, Map<SectionKey, JsonNode> kept) {
    wayBack.from(stored == null ? null : stored.document());
    document = JsonNodeFactory.instance.objectNode();
    changes = ended;
    if (stored != null) {
      stored.document().forEachEntry(document::set);
      revision = stored.revision();
      changes = stored.changes();
    }
    this.stored = stored;
    this.kept = kept;
    loaded = true;
  }

  /** Puts the new contents where they belong: into the document, or aside. */
  void apply() {
    contents.keySet().forEach(this::settle);
    removed.forEach(
        (name, gone) -> {
          states.getOrDefault(name, new EnumMap<>(Source.class)).remove(source);
          settle(name);
          if (gone.differs()) {
            disputes.add(new Dispute(gone.key(), served(name), List.of()));
          }
        });
    changes += isChange() ? 1 : 0;
    revision += isAnother() ? 1 : 0;
  }

  /** Whether anything is another now, be it served or aside; parts in another order are not. */
  boolean isAnother() {
    return isDocumentWritten() || !asides.isEmpty() || !removed.isEmpty();
  }

  /** Whose section is served after {@link #apply}. */
  @Nullable Source served(String name) {
    return precedence.first(
        states.getOrDefault(name, Map.of()).values().stream()
            .filter(SectionState::hasContent)
            .map(SectionState::source)
            .toList());
  }

  private void settle(String name) {
    Map<Source, SectionState> bySource = states.getOrDefault(name, Map.of());
    JsonNode before = document.get(name);
    Map<Source, JsonNode> after = new EnumMap<>(Source.class);
    bySource.forEach(
        (from, state) -> {
          JsonNode content = content(name, from, state, before);
          if (content != null) {
            after.put(from, content);
          }
        });
    Source first = precedence.first(after.keySet());
    JsonNode content = first == null ? null : after.get(first);
    JsonNode served = content == null ? null : Arrangement.of(name, before, content);
    FieldClasses classes = classes(name);
    if (!Objects.equals(served, before)) {
      serve(name, before, served);
    }
    bySource.forEach(
        (from, state) -> {
          JsonNode said = after.get(from);
          if (said != null && served != null && from != first) {
            setAside(state, said, served, first, classes);
          } else if (state.aside()) {
            asides.put(state.key(), new Aside(false, null, false));
            if (state.differs()) {
              disputes.add(new Dispute(state.key(), first, List.of()));
            }
          }
        });
  }

  private void setAside(
      SectionState state,
      JsonNode content,
      JsonNode served,
      @Nullable Source first,
      FieldClasses classes) {
    List<Disagreement> paths = Disagreement.between(state.name(), content, served, classes);
    boolean differs = !paths.isEmpty();
    boolean kept =
        state.aside() && !(state.source() == source && contents.containsKey(state.name()));
    if (!kept || differs != state.differs()) {
      asides.put(state.key(), new Aside(true, kept ? null : content, differs));
    }
    if (differs != state.differs()) {
      disputes.add(new Dispute(state.key(), first, paths));
    }
  }

  private @Nullable JsonNode content(
      String name, Source from, SectionState state, @Nullable JsonNode before) {
    Section section = from == source ? contents.get(name) : null;
    if (section != null) {
      return section.content();
    }
    if (!state.hasContent()) {
      return null;
    }
    return state.aside() ? kept.get(state.key()) : before;
  }

  private void serve(String name, @Nullable JsonNode before, @Nullable JsonNode after) {
    servedAnew.add(name);
    wayBack.note(name, before, after, classes(name));
    if (after == null) {
      document.remove(name);
    } else {
      document.set(name, after);
    }
  }

  /** Of what is served, as it is said now or kept. */
  private FieldClasses classes(String name) {
    Section section = contents.get(name);
    return section == null
        ? keptClasses(states.getOrDefault(name, Map.of()).get(served(name)))
        : section.classes();
  }

  /** Of what was served, perhaps by another precedence: the stored document is of that. */
  private FieldClasses storedClasses(String name) {
    return keptClasses(
        states.getOrDefault(name, Map.of()).values().stream()
            .filter(SectionState::isServed)
            .findFirst()
            .orElse(null));
  }

  private static FieldClasses keptClasses(@Nullable SectionState state) {
    return KeptClasses.of(state == null ? null : state.classes());
  }

  private void rememberClasses(String name) {
    if (states.containsKey(name)) {
      wayBack.remember(name, this::storedClasses);
    }
  }

  /** The document before without what makes no change. */
  ObjectNode stableBefore() {
    return wayBack.stableBefore(this::storedClasses);
  }

  /** The change's number in the node's history. */
  long number() {
    return changes;
  }

  /** When the document last changed, by the database's clock; known once it is written. */
  Instant changed() {
    return changed;
  }

  void changed(Instant time) {
    changed = time;
  }

  /** Sections of which something is to be written. */
  Iterable<SectionState> touched() {
    return touched.values();
  }

  boolean isDocumentWritten() {
    return !servedAnew.isEmpty();
  }

  /** Sections that are served otherwise than before, or no longer. */
  Set<String> servedAnew() {
    return servedAnew;
  }

  /** What is stored; null if the node has no document. */
  @Nullable Stored stored() {
    return stored;
  }

  ObjectNode document() {
    return document;
  }

  String text() {
    return texts.of(document);
  }

  /** Of what is served anew alone. */
  String servedText() {
    return texts.of(document, servedAnew);
  }

  long revision() {
    return revision;
  }

  /** Whether an identity or config field differs. */
  boolean isChange() {
    return !wayBack.operations().isEmpty();
  }
}
