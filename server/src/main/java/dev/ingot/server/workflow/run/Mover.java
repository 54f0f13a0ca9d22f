package dev.ingot.server.workflow.run;

import dev.ingot.server.events.NewEvent;
import dev.ingot.server.workflow.definition.Workflow;
import dev.ingot.server.workflow.machine.Cycle;
import dev.ingot.server.workflow.machine.Input;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Moves runs whose rows are locked, and writes them with all that follows. */
final class Mover {
  private final RunParts parts;

  Mover(RunParts parts) {
    this.parts = parts;
    parts.starter().tell((handle, events) -> parts.outbox().appendAll(handle, events));
  }

  int steps(Handle handle, long version) {
    return parts.definitions().of(handle, version).steps().size();
  }

  /**
   * Moves them as far as they go.
   *
   * @param inputs what happened to each, besides time
   */
  Effects move(
      Handle handle,
      Moment moment,
      Collection<RunTable.Loaded> runs,
      Map<Long, List<Input>> inputs) {
    Effects effects = new Effects(moment.since());
    Instant now = moment.now();
    List<RunTable.Changed> changed = new ArrayList<>();
    for (RunTable.Loaded run : runs) {
      Workflow workflow = parts.definitions().of(handle, run.row.version());
      RunWork work = new RunWork(handle, now, parts, workflow, run.row, effects);
      Cycle.Result result =
          Cycle.drive(workflow, run.state, inputs.getOrDefault(run.row.id(), List.of()), now, work);
      run.state = result.run();
      Instant due = result.more() ? now : result.run().due(workflow);
      changed.add(new RunTable.Changed(run, run.soon(due, now), parts.server()));
    }
    RunTable.write(handle, changed);
    Holds.releaseAll(handle, effects.ended); // whoever waits for it is written by now
    Timeline.write(handle, effects.timeline);
    List<NewEvent> events = effects.events;
    if (!events.isEmpty()) {
      parts.outbox().appendAll(handle, events);
    }
    return effects;
  }
}
