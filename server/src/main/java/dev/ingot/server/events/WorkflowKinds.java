package dev.ingot.server.events;

import static dev.ingot.server.events.EventCatalog.kind;
import static dev.ingot.server.events.Severity.CRITICAL;
import static dev.ingot.server.events.Severity.INFORMATION;
import static dev.ingot.server.events.Severity.WARNING;

import java.util.List;

/** The kinds of events about workflows, their runs, fleet runs and triggers. */
final class WorkflowKinds {
  static final List<EventCatalog.Kind> ALL =
      List.of(
          kind(
              "workflow.changed",
              INFORMATION,
              "A workflow of that name (typeId) has a new version",
              "{'version': 2, 'by': 'admin@desk'}"),
          kind(
              "fleet.started",
              INFORMATION,
              "A fleet run of a workflow was made",
              "{'workflow': 'burn-in', 'on': 'tag:new', 'nodes': 40, 'waves': 6, 'by':"
                  + " 'admin@desk'}"),
          kind(
              "fleet.wave",
              INFORMATION,
              "A wave of a fleet run begins",
              "{'workflow': 'burn-in', 'on': 'tag:new', 'wave': 2, 'nodes': 8, 'waves': 6}"),
          kind(
              "fleet.halted",
              CRITICAL,
              "Too many nodes of a wave failed: a fleet run begins no more until somebody resumes"
                  + " it",
              "{'workflow': 'burn-in', 'on': 'tag:new',"
                  + " 'reason': '2 of the 8 nodes of wave 2 failed, more than 10 %'}"),
          kind(
              "fleet.paused",
              INFORMATION,
              "Somebody paused a fleet run",
              "{'workflow': 'burn-in', 'on': 'tag:new', 'by': 'admin@desk'}"),
          kind(
              "fleet.resumed",
              INFORMATION,
              "Somebody lets a fleet run go on",
              "{'workflow': 'burn-in', 'on': 'tag:new', 'by': 'admin@desk'}"),
          kind(
              "fleet.cancelled",
              INFORMATION,
              "Somebody ends a fleet run, with its runs",
              "{'workflow': 'burn-in', 'on': 'tag:new', 'by': 'admin@desk'}"),
          kind(
              "fleet.finished",
              INFORMATION,
              "A fleet run ended: succeeded, cancelled, partly-failed or failed (a warning)",
              "{'workflow': 'burn-in', 'on': 'tag:new', 'status': 'succeeded'}"),
          kind(
              "trigger.changed",
              INFORMATION,
              "Somebody stored, paused or resumed a trigger of that name (typeId)",
              "{'by': 'admin@desk'}"),
          kind(
              "trigger.removed", INFORMATION, "Somebody removed a trigger", "{'by': 'admin@desk'}"),
          kind(
              "trigger.left-out",
              WARNING,
              "A trigger did not begin what it should have; told once an hour at most",
              "{'workflow': 'burn-in',"
                  + " 'reason': 'it has begun 100 within 1 h, which is its limit'}"),
          kind(
              "run.started",
              INFORMATION,
              "A run of a workflow was made",
              "{'workflow': 'burn-in', 'version': 2, 'by': 'admin@desk'}"),
          kind("run.paused", INFORMATION, "Somebody paused a run", "{'workflow': 'burn-in'}"),
          kind(
              "run.resumed",
              INFORMATION,
              "A run goes on: somebody resumed it, or has what failed tried again",
              "{'workflow': 'burn-in'}"),
          kind(
              "run.step-failed",
              WARNING,
              "A step of a run failed, and is not tried again",
              "{'workflow': 'burn-in', 'step': 'stress', 'attempt': 2, 'reason': 'job 17 failed'}"),
          kind(
              "run.overdue",
              CRITICAL,
              "A step's deadline passed; then says what is done",
              "{'workflow': 'burn-in', 'step': 'stress', 'then': 'power-cycle'}"),
          kind(
              "run.notice",
              INFORMATION,
              "A step of type notify says something; its severity is the step's",
              "{'workflow': 'burn-in', 'step': 'tell', 'message': 'rack1-07 is ready'}"),
          kind(
              "run.finished",
              INFORMATION,
              "A run ended: succeeded, failed (a warning) or cancelled",
              "{'workflow': 'burn-in', 'status': 'succeeded'}"));

  private WorkflowKinds() {}
}
