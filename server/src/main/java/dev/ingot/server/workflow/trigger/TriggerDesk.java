package dev.ingot.server.workflow.trigger;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.http.Requests;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.DatabaseClock;
import dev.ingot.server.workflow.fleet.FleetDesk;
import dev.ingot.server.workflow.run.RunDoor;
import java.time.Instant;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What people do with triggers; each thing is audited. */
final class TriggerDesk {
  private static final int MOST = 500;

  private final RunDoor runs;
  private final FleetDesk fleets;
  private final FirstMatches matches;
  private final Audit audit;
  private final Outbox outbox;

  TriggerDesk(RunDoor runs, FleetDesk fleets, FirstMatches matches, Audit audit, Outbox outbox) {
    this.runs = runs;
    this.fleets = fleets;
    this.matches = matches;
    this.audit = audit;
    this.outbox = outbox;
  }

  /**
   * One as it is shown.
   *
   * @param next of a schedule when next
   * @param begun how often it began something, as far as that is kept
   * @param leftOut how often it did not though it was asked
   * @param trouble why the last time, until it succeeds again
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record View(
      String name,
      String kind,
      String workflow,
      boolean enabled,
      @Nullable Instant next,
      @Nullable Instant last,
      long begun,
      long leftOut,
      @Nullable String trouble,
      int revision,
      Instant changed,
      String changedBy,
      JsonNode definition) {}

  static View view(Handle handle, Trigger trigger) {
    record Told(@Nullable Instant last, long begun) {}
    Told told =
        handle
            .createQuery(
                "SELECT max(time) AS last, count(*) AS begun FROM trigger_shot"
                    + " WHERE trigger = :trigger AND refusal IS NULL")
            .bind("trigger", trigger.name())
            .map((row, _) -> new Told(TriggerTable.time(row, "last"), row.getLong("begun")))
            .one();
    boolean tells = trigger.enabled() && trigger.definition().schedule() != null;
    return new View(
        trigger.name(),
        trigger.definition().kind(),
        trigger.definition().workflow(),
        trigger.enabled(),
        tells ? trigger.next() : null,
        told.last(),
        told.begun(),
        trigger.leftOut(),
        trigger.trouble(),
        trigger.revision(),
        trigger.changed(),
        trigger.changedBy(),
        Json.read(trigger.text()));
  }

  static Trigger require(Handle handle, String name, boolean lock) {
    return TriggerTable.find(handle, name, lock)
        .orElseThrow(
            () ->
                Problem.notFound(
                    "there is no trigger " + (name.length() > 64 ? name.substring(0, 64) : name)));
  }

  /** Stores it; whether it is new. */
  boolean put(
      Handle handle, Principal who, String name, JsonNode body, @Nullable Integer expected) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
      throw Problem.invalid(
          "name", "is 1 to 64 letters, digits, dots, dashes and underscores, and begins with one");
    }
    TriggerDefinition definition = Requests.body(body, TriggerDefinition.class);
    definition.check();
    checkWork(handle, definition);
    Trigger before = TriggerTable.find(handle, name, true).orElse(null);
    if (expected != null && (before == null ? 0 : before.revision()) != expected) {
      throw Problem.preconditionFailed("it has changed since it was read");
    }
    if (before == null && count(handle, null) >= MOST) {
      throw Problem.conflict("there are " + MOST + " triggers already");
    }
    boolean counting = count(handle, "schedule") > 0;
    boolean anew =
        before == null
            || !before.definition().kind().equals(definition.kind())
            || !Objects.equals(before.definition().nodes(), definition.nodes())
            || !Objects.equals(before.definition().event(), definition.event())
            || (definition.isEnabled() && !before.enabled());
    Instant now = DatabaseClock.now(handle);
    Instant next = null;
    if (definition.schedule() != null) {
      next = definition.schedule().next(now).orElse(null);
    } else if (definition.nodes() != null) {
      next = now;
    }
    TriggerTable.put(handle, name, Json.write(body), definition, who.name(), next, anew);
    if (definition.nodes() != null
        && (before == null || !Objects.equals(before.definition().nodes(), definition.nodes()))) {
      FirstMatches.forget(handle, name);
      if (definition.existing() == null || !definition.existing()) {
        FirstMatches.remember(handle, name, matches.all(handle, definition.nodes()));
      }
    }
    if (!counting && definition.schedule() == null) {
      // Nobody has read events until now: they are read from here on.
      handle.execute("UPDATE trigger_cursor SET position = (SELECT last FROM event_position)");
    }
    told(handle, who, "put", name, before == null ? null : Json.read(before.text()), body);
    return before == null;
  }

  /** How many there are; of those that follow events where a kind is to be left out. */
  private static int count(Handle handle, @Nullable String but) {
    return handle
        .createQuery(
            "SELECT count(*) FROM trigger WHERE :but::text IS NULL OR (enabled AND kind <> :but)")
        .bind("but", but)
        .mapTo(Integer.class)
        .one();
  }

  private void checkWork(Handle handle, TriggerDefinition definition) {
    if (definition.event() != null && definition.event().nodes() != null) {
      matches.check(handle, definition.event().nodes(), "event.nodes");
    }
    if (definition.nodes() != null) {
      matches.check(handle, definition.nodes(), "nodes");
    }
    JsonNode inputs = definition.inputs();
    boolean open = inputs != null && Json.write(inputs).contains("{{");
    if (inputs != null && !inputs.isNull() && !inputs.isObject()) {
      throw Problem.invalid("inputs", "must be an object");
    }
    try {
      if (definition.on() != null) {
        runs.exists(handle, definition.workflow(), definition.version());
        FleetDesk.Asked asked =
            definition.asked(definition.on(), inputs == null ? RunDoor.nothing() : inputs);
        fleets.check(handle, asked, !open);
      } else if (open) {
        runs.exists(handle, definition.workflow(), definition.version());
      } else {
        RunDoor.Checked checked =
            runs.check(
                handle,
                definition.workflow(),
                definition.version(),
                inputs == null || inputs.isNull() ? RunDoor.nothing() : inputs,
                definition.options() == null ? RunDoor.nothing() : definition.options());
        assert checked.version() > 0;
      }
    } catch (Problem e) {
      if (e.kind() == Problem.Kind.NOT_FOUND) {
        throw new Problem(Problem.Kind.INVALID, e.detail(), "workflow", e);
      }
      throw e;
    }
  }

  void remove(Handle handle, Principal who, String name) {
    Trigger before = require(handle, name, true);
    handle.execute("DELETE FROM trigger WHERE name = ?", name);
    told(handle, who, "remove", name, Json.read(before.text()), null);
  }

  /** Lets it stand still or go on; what happened meanwhile is nothing to it. */
  void enable(Handle handle, Principal who, String name, boolean enabled) {
    Trigger trigger = require(handle, name, true);
    ObjectNode body = (ObjectNode) Json.read(trigger.text());
    body.put("enabled", enabled);
    boolean added = put(handle, who, name, body, trigger.revision());
    assert !added;
  }

  private void told(
      Handle handle,
      Principal who,
      String action,
      String name,
      @Nullable JsonNode before,
      @Nullable JsonNode after) {
    audit.record(handle, who, "trigger." + action, "trigger:" + name, before, after);
    outbox.append(
        handle,
        new NewEvent(
            "trigger",
            after == null ? "removed" : "changed",
            Severity.INFORMATION,
            name,
            null,
            Json.MAPPER.createObjectNode().put("by", who.name())));
  }
}
