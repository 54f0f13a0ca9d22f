package dev.ingot.server.resources.kind;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.inventory.definitions.Definition;
import dev.ingot.server.inventory.definitions.Folder.State;
import dev.ingot.server.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The kinds that there are: three are shipped, others are declared. A stored definition takes the
 * place of a shipped one of its name; deleting it brings the shipped one back.
 */
public final class Kinds {
  private static final List<String> SHIPPED =
      List.of("machines", "public-addresses", "private-addresses");
  private static final int MOST = 100;

  private final Map<String, Kind> shipped = new TreeMap<>();

  /** Definitions that were read before, by their text: they are asked for by every request. */
  private final Map<String, Kind> known = new ConcurrentHashMap<>();

  private final Map<String, Kind> remembered = new ConcurrentHashMap<>();
  private final Audit audit;
  private final Consumer<Kind> reclaims;
  private final BiConsumer<Handle, Kind> changed;

  /**
   * @param reclaims throws if what a kind says must run before one is free is unknown
   * @param changed brings the resources of a kind in line with its new definition, or throws
   */
  public Kinds(Audit audit, Consumer<Kind> reclaims, BiConsumer<Handle, Kind> changed) {
    this.audit = audit;
    this.reclaims = reclaims;
    this.changed = changed;
    for (String name : SHIPPED) {
      shipped.put(name, KindParser.parse(name, read(name), true));
    }
  }

  private static JsonNode read(String name) {
    try (InputStream in = Kinds.class.getResourceAsStream(name + ".json")) {
      if (in == null) {
        throw new IllegalStateException("the shipped kind " + name + " is missing");
      }
      return Json.read(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All of them by name. */
  public List<Kind> all(Handle handle) {
    Map<String, Kind> all = new TreeMap<>(shipped);
    handle
        .createQuery("SELECT name, definition::text AS definition FROM resource_kind")
        .map((row, _) -> parsed(row.getString("name"), row.getString("definition")))
        .forEach(kind -> all.put(kind.name(), kind));
    return List.copyOf(all.values());
  }

  public Kind require(Handle handle, String name) {
    return find(handle, name)
        .orElseThrow(
            () -> {
              List<String> names = all(handle).stream().map(Kind::name).toList();
              return Problem.notFound(
                  "no kind of resources %s; there are %s"
                      .formatted(
                          name.length() > 64 ? name.substring(0, 64) + "…" : name,
                          String.join(", ", names)));
            });
  }

  /**
   * The same from memory, for what is asked very often: an old definition is forgotten within a
   * second.
   */
  public Kind remembered(Jdbi jdbi, String name) {
    Kind kind = remembered.get(name);
    return kind != null ? kind : jdbi.withHandle(handle -> remembered(handle, name));
  }

  /** The same for who has a handle already. */
  public Kind remembered(Handle handle, String name) {
    Kind kind = remembered.get(name);
    if (kind == null) {
      kind = require(handle, name);
      remembered.put(name, kind);
    }
    return kind;
  }

  /** Asks the database anew. */
  public void forget() {
    remembered.clear();
  }

  public Optional<Kind> find(Handle handle, String name) {
    return handle
        .createQuery("SELECT definition::text FROM resource_kind WHERE name = :name")
        .bind("name", name)
        .mapTo(String.class)
        .findOne()
        .map(text -> parsed(name, text))
        .or(() -> Optional.ofNullable(shipped.get(name)));
  }

  private Kind parsed(String name, String text) {
    if (known.size() > 10 * MOST) {
      known.clear();
    }
    return known.computeIfAbsent(
        name + " " + text, _ -> KindParser.parse(name, Json.read(text), false));
  }

  /** Reads a definition without storing it. */
  public Kind parse(String name, JsonNode json) {
    Kind kind = KindParser.parse(name, json, false);
    reclaims.accept(kind);
    return kind;
  }

  public static State state(@Nullable Kind before, Kind kind) {
    return before == null
        ? State.CREATED
        : before.definition().equals(kind.definition()) ? State.UNCHANGED : State.CHANGED;
  }

  /** Stores it in the place of the one of that name. */
  public State put(Handle handle, Principal who, Kind kind, Consumer<@Nullable Kind> precondition) {
    handle.execute("LOCK TABLE resource_kind IN SHARE ROW EXCLUSIVE MODE");
    Kind before = find(handle, kind.name()).orElse(null);
    precondition.accept(before);
    State state = state(before, kind);
    if (state == State.UNCHANGED) {
      return state;
    }
    if (before == null && all(handle).size() >= MOST) {
      throw Problem.conflict("there are " + MOST + " kinds, and no more can be declared");
    }
    if (before != null && (!before.key().equals(kind.key()) || before.form() != kind.form())) {
      requireNone(handle, kind.name(), "its key cannot change while there are some of it");
    }
    handle
        .createUpdate(
            "INSERT INTO resource_kind (name, definition, changed_by)"
                + " VALUES (:name, :definition::jsonb, :by) ON CONFLICT (name) DO UPDATE"
                + " SET definition = excluded.definition, changed = now(),"
                + " changed_by = excluded.changed_by")
        .bind("name", kind.name())
        .bind("definition", Json.write(kind.definition()))
        .bind("by", who.name())
        .execute();
    changed.accept(handle, kind);
    handle.afterCommit(this::forget);
    audit.record(handle, who, "resource-kind.put", target(kind), shown(before), shown(kind));
    return state;
  }

  /** Deletes a declared kind of which there are none; a changed shipped one is as shipped again. */
  public void delete(Handle handle, Principal who, String name, Consumer<Kind> precondition) {
    handle.execute("LOCK TABLE resource_kind IN SHARE ROW EXCLUSIVE MODE");
    Kind before = require(handle, name);
    precondition.accept(before);
    if (before.shipped()) {
      throw Problem.conflict(name + " come with the server and cannot be deleted");
    }
    Kind after = shipped.get(name);
    if (after == null || !after.key().equals(before.key()) || after.form() != before.form()) {
      requireNone(handle, name, "a kind is deleted when there are none of it");
    }
    handle
        .createUpdate("DELETE FROM resource_kind WHERE name = :name")
        .bind("name", name)
        .execute();
    if (after != null) {
      changed.accept(handle, after);
    }
    handle.afterCommit(this::forget);
    audit.record(handle, who, "resource-kind.delete", target(before), shown(before), shown(after));
  }

  private static void requireNone(Handle handle, String kind, String rule) {
    boolean some =
        handle
            .createQuery(
                "SELECT EXISTS (SELECT FROM resource WHERE kind = :kind)"
                    + " OR EXISTS (SELECT FROM address_network WHERE kind = :kind)")
            .bind("kind", kind)
            .mapTo(Boolean.class)
            .one();
    if (some) {
      throw Problem.conflict("there are " + kind + ": " + rule);
    }
  }

  public static String etag(Kind kind) {
    return Definition.etag(kind.definition());
  }

  private static String target(Kind kind) {
    return "resource-kind:" + kind.name();
  }

  private static @Nullable ObjectNode shown(@Nullable Kind kind) {
    return kind == null ? null : kind.definition();
  }
}
