package dev.ingot.server.inventory.classes;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.inventory.definitions.Definition;
import dev.ingot.server.inventory.definitions.Folder.State;
import dev.ingot.server.problem.Problem;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The rules that are stored. Each change of one has all nodes looked at again. */
final class ClassRules {
  private static final int MOST = 200;

  /** Counts are of now, while a change may still be on its way through the nodes. */
  private static final String SELECT =
      """
      SELECT r.*, (SELECT count(*) FROM node_in_class c WHERE c.class = r.name) AS nodes
      FROM node_class r\
      """;

  /**
   * A rule with what became of it.
   *
   * @param nodes how many are of the class
   * @param failure why it could not be evaluated when it last should have been
   */
  record Stored(
      String name,
      @JsonIgnore ClassRule rule,
      long nodes,
      @Nullable String failure,
      Instant changed,
      String changedBy) {
    public ObjectNode getDefinition() {
      return rule.shown();
    }

    public int getPriority() {
      return rule.priority();
    }

    String etag() {
      return Definition.etag(rule.definition());
    }
  }

  private static final RowMapper<Stored> MAPPER =
      (row, _) ->
          new Stored(
              row.getString("name"),
              ClassRule.of(
                  row.getString("name"), (ObjectNode) Json.read(row.getString("definition"))),
              row.getLong("nodes"),
              row.getString("failure"),
              row.getObject("changed", OffsetDateTime.class).toInstant(),
              row.getString("changed_by"));

  private final Audit audit;
  private final Outbox outbox;

  ClassRules(Audit audit, Outbox outbox) {
    this.audit = audit;
    this.outbox = outbox;
  }

  /** In the order in which they are tried. */
  List<Stored> all(Handle handle) {
    return handle.createQuery(SELECT + " ORDER BY r.priority, r.name").map(MAPPER).list();
  }

  /** The rules alone, in the order in which they are tried. */
  static List<ClassRule> tried(Handle handle) {
    return handle
        .createQuery("SELECT name, definition FROM node_class ORDER BY priority, name")
        .map(
            (row, _) ->
                ClassRule.of(
                    row.getString("name"), (ObjectNode) Json.read(row.getString("definition"))))
        .list();
  }

  Optional<Stored> find(Handle handle, String name) {
    return handle
        .createQuery(SELECT + " WHERE r.name = :name")
        .bind("name", name)
        .map(MAPPER)
        .findOne();
  }

  Stored require(Handle handle, String name) {
    return find(handle, name)
        .orElseThrow(
            () ->
                Problem.notFound(
                    "there is no class "
                        + (name.length() > 64 ? name.substring(0, 64) + "…" : name)));
  }

  /**
   * Stores a rule; one that is there already as it is writes nothing.
   *
   * @param precondition looks at what is there (null: nothing), and throws what speaks against it
   */
  State put(Handle handle, Principal who, ClassRule rule, Consumer<@Nullable Stored> precondition) {
    Sweep.lock(handle);
    Stored before = find(handle, rule.name()).orElse(null);
    precondition.accept(before);
    State state = state(before, rule);
    if (state == State.UNCHANGED) {
      return state;
    }
    if (before == null && tried(handle).size() >= MOST) {
      throw Problem.conflict("there are " + MOST + " classes already; delete some first");
    }
    handle
        .createUpdate(
            """
            INSERT INTO node_class (name, priority, definition, changed_by)
            VALUES (:name, :priority, :definition::json, :who)
            ON CONFLICT (name) DO UPDATE SET priority = excluded.priority,
              definition = excluded.definition, failure = NULL,
              changed = now(), changed_by = excluded.changed_by
            """)
        .bind("name", rule.name())
        .bind("priority", rule.priority())
        .bind("definition", Json.write(rule.definition()))
        .bind("who", who.name())
        .execute();
    wrote(
        handle,
        who,
        state == State.CREATED ? "created" : "changed",
        rule.name(),
        before == null ? null : before.rule().definition(),
        rule.definition());
    Sweep.begin(handle);
    return state;
  }

  /** What storing it would do. */
  static State state(@Nullable Stored before, ClassRule rule) {
    if (before == null) {
      return State.CREATED;
    }
    return Json.write(before.rule().definition()).equals(Json.write(rule.definition()))
        ? State.UNCHANGED
        : State.CHANGED;
  }

  void delete(Handle handle, Principal who, String name, Consumer<Stored> precondition) {
    Sweep.lock(handle);
    Stored before = require(handle, name);
    precondition.accept(before);
    handle.createUpdate("DELETE FROM node_class WHERE name = :name").bind("name", name).execute();
    wrote(handle, who, "deleted", name, before.rule().definition(), null);
    Sweep.begin(handle);
  }

  private void wrote(
      Handle handle,
      Principal who,
      String action,
      String name,
      @Nullable JsonNode before,
      @Nullable JsonNode after) {
    audit.record(
        handle, who, "class." + action.replaceFirst("d$", ""), "class:" + name, before, after);
    outbox.append(
        handle,
        new NewEvent(
            "class",
            action,
            Severity.INFORMATION,
            name,
            null,
            Json.MAPPER.createObjectNode().put("by", who.name())));
  }
}
