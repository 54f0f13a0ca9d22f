package dev.ingot.server.workflow.trigger;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.events.Event;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.workflow.expression.ExpressionException;
import dev.ingot.server.workflow.expression.Template;
import dev.ingot.server.workflow.fleet.FleetDesk;
import dev.ingot.server.workflow.machine.Times;
import dev.ingot.server.workflow.run.RunDoor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Begins what a trigger asks for, within its limits, and keeps what came of it. */
final class Firing {
  /** Rows that tell of what was left out, in a minute; the rest is only counted. */
  private static final int TOLD = 100;

  private static final int LONGEST = 1000;

  private final RunDoor runs;
  private final FleetDesk fleets;
  private final Audit audit;
  private final Outbox outbox;

  Firing(RunDoor runs, FleetDesk fleets, Audit audit, Outbox outbox) {
    this.runs = runs;
    this.fleets = fleets;
    this.audit = audit;
    this.outbox = outbox;
  }

  static String by(String trigger) {
    return "trigger:" + trigger;
  }

  /** How many it may still begin now. */
  static int room(Handle handle, Trigger trigger) {
    int begun =
        handle
            .createQuery(
                "SELECT count(*) FROM trigger_shot WHERE trigger = :trigger AND refusal IS NULL"
                    + " AND time > now() - :millis * interval '1 ms'")
            .bind("trigger", trigger.name())
            .bind("millis", trigger.definition().limitPer().toMillis())
            .mapTo(Integer.class)
            .one();
    return Math.max(0, trigger.definition().limitMost() - begun);
  }

  static String full(Trigger trigger) {
    return "it has begun %d within %s, which is its limit"
        .formatted(trigger.definition().limitMost(), Times.text(trigger.definition().limitPer()));
  }

  /** The same node had one a moment ago. */
  static boolean rests(Handle handle, Trigger trigger, String node) {
    Duration rest = trigger.definition().rest();
    return rest != null
        && handle
            .createQuery(
                "SELECT EXISTS (SELECT FROM trigger_shot WHERE trigger = :trigger AND node = :node"
                    + " AND refusal IS NULL AND time > now() - :millis * interval '1 ms')")
            .bind("trigger", trigger.name())
            .bind("node", node)
            .bind("millis", rest.toMillis())
            .mapTo(Boolean.class)
            .one();
  }

  /**
   * Begins it; what cannot be begun is left out with its reason.
   *
   * @param node the node that it is for, null for none
   * @param event what happened, null when nothing did
   */
  void fire(Handle handle, Trigger trigger, @Nullable String node, @Nullable Event event) {
    TriggerDefinition definition = trigger.definition();
    Long run = null;
    Long fleet = null;
    handle.savepoint("firing");
    try {
      JsonNode inputs = inputs(definition, node, event);
      String on = definition.on();
      if (on != null) {
        fleet =
            fleets
                .start(
                    handle,
                    new Principal(by(trigger.name()), Role.OPERATOR),
                    definition.asked(on, inputs),
                    null)
                .id();
      } else {
        List<NewEvent> events = new ArrayList<>();
        run =
            runs.begin(
                handle,
                new RunDoor.Wanted(
                    definition.workflow(),
                    definition.version(),
                    node,
                    inputs,
                    definition.options() == null ? RunDoor.nothing() : definition.options(),
                    null,
                    definition.isDry(),
                    by(trigger.name())),
                events);
        outbox.appendAll(handle, events);
        audit.record(
            handle,
            new Principal(by(trigger.name()), Role.OPERATOR),
            "run.start",
            "run:" + run,
            null,
            Json.MAPPER
                .createObjectNode()
                .put("workflow", definition.workflow())
                .put("node", node));
      }
    } catch (Problem e) {
      if (e.kind() == Problem.Kind.UNAVAILABLE) {
        throw e; // waiting helps: the whole is tried again
      }
      handle.rollbackToSavepoint("firing");
      leaveOut(
          handle, trigger, node, event, (e.field() == null ? "" : e.field() + ": ") + e.detail());
      return;
    } catch (ExpressionException e) {
      handle.rollbackToSavepoint("firing");
      leaveOut(handle, trigger, node, event, "its inputs cannot be filled in: " + e.why());
      return;
    }
    shot(handle, trigger, node, event, run, fleet);
  }

  /** The inputs, with what happened in the place of their templates. */
  private static JsonNode inputs(
      TriggerDefinition definition, @Nullable String node, @Nullable Event event) {
    JsonNode given = definition.inputs();
    if (given == null || given.isNull()) {
      return RunDoor.nothing();
    }
    JsonNode told = event == null ? null : Json.MAPPER.valueToTree(event);
    return Template.render(
        given,
        root ->
            switch (root) {
              case "event" -> told;
              case "node" -> node == null ? null : Json.MAPPER.createObjectNode().put("id", node);
              default -> null;
            });
  }

  private static void shot(
      Handle handle,
      Trigger trigger,
      @Nullable String node,
      @Nullable Event event,
      @Nullable Long run,
      @Nullable Long fleet) {
    handle
        .createUpdate(
            "INSERT INTO trigger_shot (trigger, node, event, run, fleet)"
                + " VALUES (:trigger, :node, :event, :run, :fleet)")
        .bind("trigger", trigger.name())
        .bind("node", node)
        .bind("event", event == null ? null : event.position())
        .bind("run", run)
        .bind("fleet", fleet)
        .execute();
    handle.execute("UPDATE trigger SET trouble = NULL WHERE name = ?", trigger.name());
  }

  /** It does nothing this time: counted, kept with its reason, and told once in a while. */
  void leaveOut(
      Handle handle, Trigger trigger, @Nullable String node, @Nullable Event event, String why) {
    String reason = why.length() > LONGEST ? why.substring(0, LONGEST) : why;
    boolean news =
        handle
            .createQuery(
                "SELECT NOT EXISTS (SELECT FROM trigger_shot WHERE trigger = :trigger AND refusal"
                    + " IS NOT NULL AND time > now() - interval '1 hour')")
            .bind("trigger", trigger.name())
            .mapTo(Boolean.class)
            .one();
    handle
        .createUpdate(
            """
            INSERT INTO trigger_shot (trigger, node, event, refusal)
            SELECT :trigger, :node, :event, :reason
             WHERE (SELECT count(*) FROM trigger_shot WHERE trigger = :trigger
                     AND refusal IS NOT NULL AND time > now() - interval '1 minute') < :told
            """)
        .bind("trigger", trigger.name())
        .bind("node", node)
        .bind("event", event == null ? null : event.position())
        .bind("reason", reason)
        .bind("told", TOLD)
        .execute();
    handle.execute(
        "UPDATE trigger SET left_out = left_out + 1, trouble = ? WHERE name = ?",
        reason,
        trigger.name());
    if (news) {
      ObjectNode data =
          Json.MAPPER
              .createObjectNode()
              .put("workflow", trigger.definition().workflow())
              .put("reason", reason);
      outbox.append(
          handle,
          new NewEvent("trigger", "left-out", Severity.WARNING, trigger.name(), node, data));
    }
  }
}
