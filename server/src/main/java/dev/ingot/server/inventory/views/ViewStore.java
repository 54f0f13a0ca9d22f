package dev.ingot.server.inventory.views;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.inventory.definitions.Folder.State;
import dev.ingot.server.problem.Problem;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The views that are stored, over those that are shipped. */
final class ViewStore {
  private static final int MOST = 1000;

  private final ShippedViews shipped;
  private final Audit audit;
  private final Outbox outbox;
  private final RowMapper<View> mapper;

  ViewStore(ShippedViews shipped, Audit audit, Outbox outbox) {
    this.shipped = shipped;
    this.audit = audit;
    this.outbox = outbox;
    this.mapper =
        (row, _) ->
            new View(
                row.getString("name"),
                (ObjectNode) Json.read(row.getString("definition")),
                shipped.find(row.getString("name")) == null ? "stored" : "edited",
                row.getObject("changed", OffsetDateTime.class).toInstant(),
                row.getString("changed_by"));
  }

  /** All of them by name; there are never many. */
  List<View> all(Handle handle) {
    Map<String, View> views = new TreeMap<>();
    shipped.all().forEach((name, source) -> views.put(name, View.shipped(name, source)));
    handle
        .createQuery("SELECT * FROM inventory_view")
        .map(mapper)
        .forEach(view -> views.put(view.name(), view));
    return List.copyOf(views.values());
  }

  Optional<View> find(Handle handle, String name) {
    return find(handle, name, "");
  }

  private Optional<View> find(Handle handle, String name, String lock) {
    Optional<View> stored =
        handle
            .createQuery("SELECT * FROM inventory_view WHERE name = :name" + lock)
            .bind("name", name)
            .map(mapper)
            .findOne();
    ObjectNode source = shipped.find(name);
    return stored.isPresent() || source == null ? stored : Optional.of(View.shipped(name, source));
  }

  View require(Handle handle, String name) {
    return find(handle, name).orElseThrow(() -> missing(name));
  }

  private static Problem missing(String name) {
    return Problem.notFound(
        "there is no view " + (name.length() > 64 ? name.substring(0, 64) + "…" : name));
  }

  /**
   * Stores a view; one that is there already as it is writes nothing.
   *
   * @param precondition looks at what is there (null: nothing), and throws what speaks against it
   */
  State put(
      Handle handle, Principal who, ViewDefinition view, Consumer<@Nullable View> precondition) {
    // Two that make the same view wait here for each other.
    handle.execute("LOCK TABLE inventory_view IN SHARE ROW EXCLUSIVE MODE");
    View before = find(handle, view.name()).orElse(null);
    precondition.accept(before);
    State state = state(before, view);
    if (state == State.UNCHANGED) {
      return state;
    }
    boolean isNewRow = before == null || before.isShipped();
    if (isNewRow && count(handle) >= MOST) {
      throw Problem.conflict("there are " + MOST + " views already; delete some first");
    }
    handle
        .createUpdate(
            """
            INSERT INTO inventory_view (name, definition, changed_by)
            VALUES (:name, :definition::json, :who)
            ON CONFLICT (name) DO UPDATE SET definition = excluded.definition,
              changed = now(), changed_by = excluded.changed_by
            """)
        .bind("name", view.name())
        .bind("definition", Json.write(view.source()))
        .bind("who", who.name())
        .execute();
    String action = state == State.CREATED ? "created" : "changed";
    wrote(handle, who, action, view.name(), before == null ? null : before.source(), view.source());
    return state;
  }

  /** What storing it would do. */
  State state(@Nullable View before, ViewDefinition view) {
    if (before == null) {
      return State.CREATED;
    }
    // As texts: the order of a sort's keys counts.
    return Json.write(before.source()).equals(Json.write(view.source()))
        ? State.UNCHANGED
        : State.CHANGED;
  }

  private static long count(Handle handle) {
    return handle.createQuery("SELECT count(*) FROM inventory_view").mapTo(Long.class).one();
  }

  /** Deletes a stored view; a shipped one of that name comes back. */
  void delete(Handle handle, Principal who, String name, Consumer<View> precondition) {
    View before = find(handle, name, " FOR UPDATE").orElseThrow(() -> missing(name));
    if (before.isShipped()) {
      throw Problem.conflict(
          "the view "
              + name
              + " comes with the server: it can be changed, and deleting the change brings it"
              + " back");
    }
    precondition.accept(before);
    handle
        .createUpdate("DELETE FROM inventory_view WHERE name = :name")
        .bind("name", name)
        .execute();
    wrote(handle, who, "deleted", name, before.source(), shipped.find(name));
  }

  private void wrote(
      Handle handle,
      Principal who,
      String action,
      String name,
      @Nullable JsonNode before,
      @Nullable JsonNode after) {
    audit.record(
        handle, who, "view." + action.replaceFirst("d$", ""), "view:" + name, before, after);
    outbox.append(
        handle,
        new NewEvent(
            "view",
            action,
            Severity.INFORMATION,
            name,
            null,
            Json.MAPPER.createObjectNode().put("by", who.name())));
  }
}
