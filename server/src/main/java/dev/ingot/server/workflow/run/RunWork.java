package dev.ingot.server.workflow.run;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Severity;
import dev.ingot.server.jobs.ArgumentSchema;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.workflow.definition.Step;
import dev.ingot.server.workflow.definition.Workflow;
import dev.ingot.server.workflow.expression.ExpressionException;
import dev.ingot.server.workflow.expression.Template;
import dev.ingot.server.workflow.machine.Command;
import dev.ingot.server.workflow.machine.Cycle;
import dev.ingot.server.workflow.machine.Progress;
import dev.ingot.server.workflow.machine.RunState;
import dev.ingot.server.workflow.machine.RunStatus;
import dev.ingot.server.workflow.machine.StepState;
import dev.ingot.server.workflow.machine.StepStatus;
import dev.ingot.server.workflow.step.Beginning;
import dev.ingot.server.workflow.step.Look;
import dev.ingot.server.workflow.step.StepType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What moving one run does to the database, in the transaction that moves it. */
final class RunWork implements Cycle.Work {
  private static final int LARGEST_RESULT = 256 << 10;
  private static final Duration SOONEST_LOOK = Duration.ofMillis(100);

  private final Handle handle;
  private final Instant now;
  private final RunParts parts;
  private final Workflow workflow;
  private final RunRow row;
  private final Effects effects;

  RunWork(
      Handle handle, Instant now, RunParts parts, Workflow workflow, RunRow row, Effects effects) {
    this.handle = handle;
    this.now = now;
    this.parts = parts;
    this.workflow = workflow;
    this.row = row;
    this.effects = effects;
  }

  @Override
  public Progress begin(RunState run, int place) {
    Step step = workflow.steps().get(place);
    StepType type = parts.types().find(step.type());
    if (type == null) {
      return new Progress.Failed("this server has no step type " + step.type(), null);
    }
    Long escalation = openEscalation();
    if (escalation != null) {
      return new Progress.Held(
          "run " + escalation + ", which a deadline began", "run:" + escalation);
    }
    ObjectNode raw = Facts.options(step, row.options());
    Facts facts = new Facts(handle, workflow, row, run, raw);
    ObjectNode options;
    try {
      if (step.when() != null && !step.when().isTrue(facts)) {
        return new Progress.Skipped("its condition (when) is not true");
      }
      options = (ObjectNode) Template.render(raw, facts);
    } catch (ExpressionException e) {
      return row.dry()
          ? dry(type, raw, e.why())
          : new Progress.Failed("its options cannot be filled in: " + e.why(), null);
    }
    String misfit = misfit(type, options);
    if (row.dry()) {
      return dry(type, options, misfit);
    }
    if (misfit != null) {
      return new Progress.Failed(misfit, null);
    }
    boolean destructive = type.isDestructive(step.options());
    if (destructive && row.node() == null) {
      return new Progress.Failed(step.type() + " needs a node, and this run has none", null);
    }
    boolean holds = holds(step, type);
    Progress.Held held = holds ? Holds.take(handle, row, place, step, destructive) : null;
    if (held != null) {
      // Of several things it may have got some: none is kept while it waits.
      Holds.release(handle, row.id(), place);
      return held;
    }
    StepState state = run.steps().get(place);
    Progress progress;
    try {
      progress =
          bounded(
              type.begin(
                  new Beginning(
                      handle,
                      who(),
                      new Beginning.RunFacts(row.id(), row.root(), row.depth(), workflow.name()),
                      step,
                      place,
                      row.node(),
                      state.attempt() + 1,
                      now,
                      options)));
    } catch (Problem e) {
      progress = refused(e);
    }
    if (holds
        && !(progress instanceof Progress.Waiting)
        && !(progress instanceof Progress.Acting)) {
      Holds.release(handle, row.id(), place);
    }
    return progress;
  }

  private static Progress refused(Problem problem) {
    if (problem.kind() == Problem.Kind.UNAVAILABLE) {
      throw problem; // waiting helps: the whole transaction is tried again
    }
    String field = problem.field();
    return new Progress.Failed((field == null ? "" : field + ": ") + problem.detail(), null);
  }

  private static boolean holds(Step step, StepType type) {
    return step.group() != null || type.isDestructive(step.options());
  }

  private static Progress dry(StepType type, ObjectNode options, @Nullable String unresolved) {
    ObjectNode result = Json.MAPPER.createObjectNode().put("dryRun", true);
    ObjectNode shown = options.deepCopy();
    if (type.name().equals("rackhd")) { // what its task's definition asks for is not for it
      shown.remove(List.of("schema", "required", "open", "own"));
    }
    result.set("options", shown);
    if (unresolved != null) {
      result.put("unresolved", unresolved);
    }
    String lacks = type.lacks(options);
    if (lacks != null) {
      result.put("lacks", lacks);
    }
    return new Progress.Succeeded(result);
  }

  private @Nullable String misfit(StepType type, JsonNode options) {
    List<ArgumentSchema.Fault> faults = parts.types().faults(type, options);
    return faults.isEmpty()
        ? type.misfit(options)
        : "options"
            + faults.getFirst().place().replace('/', '.')
            + ": "
            + faults.getFirst().message();
  }

  private static Progress bounded(Progress progress) {
    if (progress instanceof Progress.Succeeded(JsonNode result)
        && result.size() > 0
        && Json.bytes(result).length > LARGEST_RESULT) {
      return new Progress.Failed(
          "its result is larger than " + (LARGEST_RESULT >> 10) + " kB", null);
    }
    if (progress instanceof Progress.Waiting wait && wait.look().compareTo(SOONEST_LOOK) < 0) {
      return new Progress.Waiting(wait.on(), wait.key(), SOONEST_LOOK, wait.memory());
    }
    return progress;
  }

  /** A run that a deadline of this one began, and that has not ended. */
  private @Nullable Long openEscalation() {
    return row.fleet() != null || hasDeadlines()
        ? handle
            .createQuery("SELECT id FROM run WHERE escalation_of = :id AND status < 2 LIMIT 1")
            .bind("id", row.id())
            .mapTo(Long.class)
            .findOne()
            .orElse(null)
        : null;
  }

  private boolean hasDeadlines() {
    return workflow.steps().stream().anyMatch(step -> step.deadline() != null);
  }

  private Principal who() {
    return new Principal(row.createdBy(), Role.OPERATOR);
  }

  @Override
  public Progress look(RunState run, int place) {
    StepType type = parts.types().find(workflow.steps().get(place).type());
    StepState state = run.steps().get(place);
    if (type == null) {
      return new Progress.Failed("this server has no such step type any more", null);
    }
    try {
      return bounded(type.look(look(place, state)));
    } catch (Problem e) {
      return refused(e);
    }
  }

  private Look look(int place, StepState state) {
    Instant began = state.attemptBegan();
    JsonNode memory = state.memory();
    return new Look(
        handle,
        who(),
        row.id(),
        place,
        row.node(),
        state.attempt(),
        began == null ? now : began,
        now,
        memory == null ? JsonNodeFactory.instance.objectNode() : memory);
  }

  @Override
  public void note(RunState run, Command command) {
    switch (command) {
      case Command.Begin _, Command.Look _ -> throw new IllegalStateException("is answered");
      case Command.Act(int place, long _, boolean again) -> {
        Step step = workflow.steps().get(place);
        effects.acts.add(
            new Effects.Order(
                row.id(),
                place,
                step.name(),
                step.type(),
                row.node(),
                again,
                step.timeout(),
                run.steps().get(place),
                effects.since));
      }
      case Command.Stop(int place, StepState was) -> stop(place, was);
      case Command.Release(int place) -> {
        Step step = workflow.steps().get(place);
        StepType type = parts.types().find(step.type());
        if (type != null && holds(step, type)) {
          Holds.release(handle, row.id(), place);
          effects.called = true;
        }
      }
      case Command.Escalate(int place, Step.Escalation escalation) -> escalate(place, escalation);
      case Command.Note note -> noted(note);
      case Command.RunNote(RunStatus from, RunStatus to, String reason) -> noted(from, to, reason);
    }
  }

  private void stop(int place, StepState was) {
    if (was.status() == StepStatus.ACTING) {
      effects.interrupts.add(new Effects.Interrupt(row.id(), place));
      return;
    }
    StepType type = parts.types().find(workflow.steps().get(place).type());
    if (type != null) {
      type.stop(look(place, was));
    }
  }

  private void noted(Command.Note note) {
    Step step = workflow.steps().get(note.step());
    effects.timeline.add(
        new Timeline.Entry(
            row.id(),
            step.name(),
            note.from().word(),
            note.to().word(),
            note.attempt(),
            note.reason()));
    if (note.to() == StepStatus.FAILED || note.to() == StepStatus.TIMED_OUT) {
      event(
          "step-failed",
          Severity.WARNING,
          data()
              .put("step", step.name())
              .put("attempt", note.attempt())
              .put("reason", Objects.requireNonNullElse(note.reason(), "")));
    }
  }

  private void noted(RunStatus from, RunStatus to, @Nullable String reason) {
    effects.timeline.add(new Timeline.Entry(row.id(), null, from.word(), to.word(), 0, reason));
    ObjectNode data = data();
    if (reason != null) {
      data.put("reason", reason);
    }
    if (to.isFinal()) {
      effects.ended.add(row.id());
      Long above = row.parent() != null ? row.parent() : row.escalationOf();
      if (above != null) {
        Wakes.look(handle, above);
      }
      effects.called = true;
      if (row.fleet() != null) {
        parts.starter().tellFleets(handle);
      }
      event(
          "finished",
          to == RunStatus.FAILED ? Severity.WARNING : Severity.INFORMATION,
          data.put("status", to.word()));
    } else if (to == RunStatus.PAUSED) {
      event("paused", Severity.INFORMATION, data);
    } else {
      event("resumed", Severity.INFORMATION, data);
    }
  }

  private void escalate(int place, Step.Escalation escalation) {
    Step step = workflow.steps().get(place);
    String then = escalation.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    event("overdue", Severity.CRITICAL, data().put("step", step.name()).put("then", then));
    overdue(step, "its deadline passed: " + then);
    if (escalation == Step.Escalation.POWER_CYCLE || escalation == Step.Escalation.QUARANTINE) {
      try {
        parts
            .starter()
            .start(
                handle,
                new RunStarter.Wanted(
                    then,
                    null,
                    row.node(),
                    JsonNodeFactory.instance.objectNode(),
                    JsonNodeFactory.instance.objectNode(),
                    null,
                    null,
                    row,
                    null,
                    row.dry(),
                    null,
                    row.createdBy()),
                effects.events);
      } catch (Problem e) {
        overdue(step, then + " did not begin: " + e.detail());
      }
    }
  }

  private void overdue(Step step, String reason) {
    effects.timeline.add(
        new Timeline.Entry(row.id(), step.name(), "overdue", "overdue", 0, reason));
  }

  private ObjectNode data() {
    return Json.MAPPER.createObjectNode().put("workflow", workflow.name());
  }

  private void event(String action, Severity severity, ObjectNode data) {
    effects.events.add(
        new NewEvent("run", action, severity, String.valueOf(row.id()), row.node(), data));
  }
}
