package dev.ingot.server.workflow.machine;

import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What people do to a run: end it, let it stand, try again, leave a step out. */
final class Intervention {
  private final RunMachine machine;

  Intervention(RunMachine machine) {
    this.machine = machine;
  }

  void cancel(String reason) {
    if (machine.run.status().isFinal()) {
      throw Problem.conflict("it is " + machine.run.status().word() + " already");
    }
    if (machine.isCancelling()) {
      return;
    }
    machine.run = machine.run.cancelled(reason);
    for (int i = 0; i < machine.run.steps().size(); i++) {
      StepState state = machine.state(i);
      if (state.status() == StepStatus.ACTING) {
        machine.stop(i); // its end is awaited: what it did is known then
      } else if (!state.status().isFinal()) {
        machine.stop(i);
        machine.set(i, state.ended(StepStatus.CANCELLED, machine.now, null, reason));
      }
    }
    if (machine.run.status() == RunStatus.PAUSED) {
      machine.run = machine.run.paused(null);
    }
    machine.end();
  }

  void pause() {
    RunStatus status = machine.run.status();
    if (status != RunStatus.RUNNING || machine.isCancelling()) {
      throw Problem.conflict(
          "only a run that goes on can be paused; this one is "
              + (machine.isCancelling() && !status.isFinal() ? "being cancelled" : status.word()));
    }
    machine.commands.add(new Command.RunNote(RunStatus.RUNNING, RunStatus.PAUSED, null));
    machine.run = machine.run.paused(machine.now);
  }

  void resume() {
    Instant at = machine.run.pausedAt();
    if (machine.run.status() != RunStatus.PAUSED || at == null) {
      throw Problem.conflict("it is not paused but " + machine.run.status().word());
    }
    Duration stood = Duration.between(at, machine.now);
    for (int i = 0; i < machine.run.steps().size(); i++) {
      machine.run =
          machine.run.with(i, machine.state(i).shifted(stood.isNegative() ? Duration.ZERO : stood));
    }
    machine.commands.add(new Command.RunNote(RunStatus.PAUSED, RunStatus.RUNNING, null));
    machine.run = machine.run.paused(null);
    machine.woken(); // what was called meanwhile was not heard
  }

  void retry(@Nullable Integer only) {
    if (machine.run.status() != RunStatus.FAILED && machine.run.status() != RunStatus.CANCELLED) {
      throw Problem.conflict(
          "only a run that failed or was cancelled can be tried again; this one is "
              + machine.run.status().word());
    }
    List<Integer> again = new ArrayList<>();
    for (int i = 0; i < machine.run.steps().size(); i++) {
      StepStatus status = machine.state(i).status();
      boolean failed =
          status == StepStatus.FAILED
              || status == StepStatus.TIMED_OUT
              || status == StepStatus.CANCELLED;
      if (only != null && only == i && !failed) {
        throw Problem.conflict(
            "the step " + machine.step(i).name() + " has not failed: " + status.word());
      }
      // What was cancelled with the run belongs to it as much as the step that is meant.
      if (failed && (only == null || only == i || status == StepStatus.CANCELLED)) {
        again.add(i);
      }
    }
    reopen(again);
  }

  /** These steps and all that come after them begin anew. */
  private void reopen(List<Integer> first) {
    boolean[] anew = Conditions.after(machine.workflow, first);
    machine.run = machine.run.cancelled(null);
    machine.set(RunStatus.RUNNING, null);
    for (int i = 0; i < anew.length; i++) {
      if (anew[i]) {
        machine.set(i, machine.state(i).anew(machine.now));
      }
    }
  }

  void skip(int at, String reason) {
    StepState state = machine.state(at);
    if (machine.isCancelling() && !machine.run.status().isFinal()) {
      throw Problem.conflict("the run is being cancelled");
    }
    switch (state.status()) {
      case ACTING ->
          throw Problem.conflict(
              "the step "
                  + machine.step(at).name()
                  + " acts just now; cancel the run, or wait for its end");
      case PENDING, HELD, WAITING, BACKING_OFF -> {
        machine.stop(at);
        machine.set(at, state.ended(StepStatus.SKIPPED, machine.now, null, reason));
        machine.end();
      }
      case FAILED, TIMED_OUT, CANCELLED -> {
        if (!machine.run.status().isFinal()) {
          throw Problem.conflict(
              "the step "
                  + machine.step(at).name()
                  + " is "
                  + state.status().word()
                  + "; it can be skipped once the run has ended");
        }
        boolean wasCancelled = machine.run.status() == RunStatus.CANCELLED;
        List<Integer> again = new ArrayList<>(List.of(at));
        for (int i = 0; i < machine.run.steps().size() && wasCancelled; i++) {
          if (machine.state(i).status() == StepStatus.CANCELLED) {
            again.add(i);
          }
        }
        reopen(again);
        machine.set(at, machine.state(at).ended(StepStatus.SKIPPED, machine.now, null, reason));
        machine.end();
      }
      case SUCCEEDED, SKIPPED, UNREACHED ->
          throw Problem.conflict(
              "the step " + machine.step(at).name() + " is " + state.status().word() + " already");
    }
  }
}
