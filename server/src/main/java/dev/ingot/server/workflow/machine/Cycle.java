package dev.ingot.server.workflow.machine;

import dev.ingot.server.workflow.definition.Workflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Moves a run as far as it goes in one transaction. */
public final class Cycle {
  /** The most changes of one run in one transaction; the rest comes with the next. */
  private static final int MOST = 2_000;

  private Cycle() {}

  /** What a cycle needs done within its transaction. */
  public interface Work {
    /** Begins the next attempt of a step. */
    Progress begin(RunState run, int step);

    /** Looks at a step that waits. */
    Progress look(RunState run, int step);

    /** Everything else that a change asks for, in order; acts are only taken down. */
    void note(RunState run, Command command);
  }

  /**
   * What became of it.
   *
   * @param more whether it is not done yet
   */
  public record Result(RunState run, boolean more) {}

  /** Applies the inputs, and then whatever follows. */
  public static Result drive(
      Workflow workflow, RunState run, List<Input> inputs, Instant now, Work work) {
    RunState at = run;
    for (Input input : inputs) {
      RunMachine.Change change = RunMachine.apply(workflow, at, input, now);
      at = change.run();
      tell(at, change, work);
    }
    for (int changes = 0; changes < MOST; ) {
      RunMachine.Change change = RunMachine.apply(workflow, at, new Input.Tick(), now);
      at = change.run();
      List<Command> asked = new ArrayList<>();
      for (Command command : change.commands()) {
        if (command instanceof Command.Begin || command instanceof Command.Look) {
          asked.add(command);
        } else {
          work.note(at, command);
        }
      }
      if (asked.isEmpty()) {
        return new Result(at, false);
      }
      for (Command command : asked) {
        Input answer =
            switch (command) {
              case Command.Begin(int step) -> new Input.Began(step, work.begin(at, step));
              case Command.Look(int step) -> new Input.Looked(step, work.look(at, step));
              default -> throw new IllegalStateException("not asked for: " + command);
            };
        RunMachine.Change answered = RunMachine.apply(workflow, at, answer, now);
        at = answered.run();
        tell(at, answered, work);
        changes++;
      }
    }
    return new Result(at, true);
  }

  private static void tell(RunState run, RunMachine.Change change, Work work) {
    change.commands().forEach(command -> work.note(run, command));
  }
}
