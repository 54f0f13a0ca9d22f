package dev.ingot.server.workflow.machine;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.workflow.definition.Step;
import dev.ingot.server.workflow.definition.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From what a run is and what happens to it to what it becomes and what is to be done. Pure: the
 * same again gives the same again, so that whoever is killed half way is repeated by another.
 */
public final class RunMachine {
  /** How long an act is somebody's without a sign of life. */
  public static final Duration LEASE = Duration.ofSeconds(6);

  final Workflow workflow;
  final Instant now;
  final List<Command> commands = new ArrayList<>();
  RunState run;

  private RunMachine(Workflow workflow, RunState run, Instant now) {
    this.workflow = workflow;
    this.run = run;
    this.now = now;
  }

  /** What became of it. */
  public record Change(RunState run, List<Command> commands) {}

  /**
   * Applies an input.
   *
   * @param now the database's time
   * @throws Problem if somebody asks for what cannot be; nothing has changed then
   */
  public static Change apply(Workflow workflow, RunState run, Input input, Instant now) {
    RunMachine machine = new RunMachine(workflow, run, now);
    machine.take(input);
    return new Change(machine.run, List.copyOf(machine.commands));
  }

  private void take(Input input) {
    Intervention intervention = new Intervention(this);
    switch (input) {
      case Input.Tick() -> tick();
      case Input.Woken() -> woken();
      case Input.Began(int step, Progress progress) -> began(step, progress);
      case Input.Looked(int step, Progress progress) -> {
        if (state(step).status() == StepStatus.WAITING && !run.status().isFinal()) {
          progressed(step, progress);
        }
      }
      case Input.Acted(int step, long fence, Progress progress) -> acted(step, fence, progress);
      case Input.Cancel(String reason) -> intervention.cancel(reason);
      case Input.Pause() -> intervention.pause();
      case Input.Resume() -> intervention.resume();
      case Input.Retry(Integer step) -> intervention.retry(step);
      case Input.Skip(int step, String reason) -> intervention.skip(step, reason);
    }
  }

  StepState state(int step) {
    return run.steps().get(step);
  }

  Step step(int step) {
    return workflow.steps().get(step);
  }

  void set(int step, StepState state) {
    StepState was = state(step);
    run = run.with(step, state);
    if (was.status() != state.status() || was.attempt() != state.attempt()) {
      commands.add(
          new Command.Note(step, was.status(), state.status(), state.attempt(), said(state)));
    }
    if (was.status().isUnderWay() && !state.status().isUnderWay()) {
      commands.add(new Command.Release(step));
    }
  }

  private static @Nullable String said(StepState state) {
    return state.waitsFor() != null ? state.waitsFor() : state.reason();
  }

  void set(RunStatus status, @Nullable String reason) {
    if (run.status() != status) {
      commands.add(new Command.RunNote(run.status(), status, reason));
      run = run.with(status, reason);
    }
  }

  boolean isCancelling() {
    return run.cancelReason() != null;
  }

  private void tick() {
    if (run.status() != RunStatus.RUNNING) {
      return;
    }
    for (int i = 0; i < run.steps().size(); i++) {
      pass(i);
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = 0; i < run.steps().size(); i++) {
        if (state(i).status() == StepStatus.PENDING
            && Conditions.of(step(i), workflow, run) == Conditions.IMPOSSIBLE) {
          set(
              i,
              state(i).ended(StepStatus.UNREACHED, now, null, "its conditions cannot come true"));
          changed = true;
        }
      }
    }
    for (int i = 0; i < run.steps().size(); i++) {
      if (state(i).status() == StepStatus.PENDING
          && Conditions.of(step(i), workflow, run) == Conditions.READY) {
        commands.add(new Command.Begin(i));
      }
    }
    end();
  }

  private boolean isOver(@Nullable Instant time) {
    return time != null && !time.isAfter(now);
  }

  /** What time brings to a step. */
  private void pass(int at) {
    StepState state = state(at);
    if (state.status().isFinal() || state.status() == StepStatus.PENDING) {
      return;
    }
    if (isOver(state.deadline())) {
      escalate(at);
      return;
    }
    if (isOver(state.timeoutAt(step(at).timeout()))) {
      String after = "after " + Times.text(step(at).timeout());
      if (state.status() == StepStatus.HELD) {
        set(
            at,
            state.ended(
                StepStatus.TIMED_OUT, now, null, "timed out " + after + ": " + state.waitsFor()));
      } else {
        stop(at);
        failed(at, true, "timed out " + after + ": " + state.waitsFor(), null);
      }
      return;
    }
    if (!isOver(state.due())) {
      return;
    }
    switch (state.status()) {
      case HELD, BACKING_OFF -> commands.add(new Command.Begin(at));
      case WAITING -> commands.add(new Command.Look(at));
      case ACTING -> {
        // Whoever did it is gone, or slow: the fence keeps out what it may still say.
        if (isCancelling()) {
          set(at, state.ended(StepStatus.CANCELLED, now, null, "cancelled; its end was not seen"));
        } else {
          StepState acting = state.acting(now, now.plus(LEASE), text(state), state.memory());
          set(at, acting);
          commands.add(new Command.Act(at, acting.fence(), true));
        }
      }
      default -> throw new IllegalStateException("due in " + state.status());
    }
  }

  private static String text(StepState state) {
    return state.waitsFor() == null ? "acts" : state.waitsFor();
  }

  private void escalate(int at) {
    StepState state = state(at);
    Step.Deadline deadline = step(at).deadline();
    Duration after = deadline == null ? Duration.ZERO : deadline.after();
    Step.Escalation escalation =
        deadline == null || state.level() >= deadline.then().size()
            ? Step.Escalation.FAIL
            : deadline.then().get(state.level());
    String passed = "its deadline passed after " + Times.text(after);
    commands.add(new Command.Escalate(at, escalation));
    switch (escalation) {
      case ALERT -> set(at, state.escalated(now.plus(after), false));
      case RETRY, POWER_CYCLE -> {
        stop(at);
        StepState next = state(at).escalated(now.plus(after), true);
        set(at, state.status() == StepStatus.HELD ? next : next.backingOff(now, now, null, passed));
      }
      case SKIP -> {
        stop(at);
        set(at, state(at).ended(StepStatus.SKIPPED, now, null, passed));
      }
      case QUARANTINE, FAIL -> {
        stop(at);
        set(at, state(at).ended(StepStatus.TIMED_OUT, now, null, passed));
      }
    }
  }

  void stop(int at) {
    if (state(at).status().isUnderWay()) {
      commands.add(new Command.Stop(at, state(at)));
    }
  }

  void woken() {
    if (run.status() != RunStatus.RUNNING) {
      return;
    }
    for (int i = 0; i < run.steps().size(); i++) {
      StepStatus status = state(i).status();
      if (status == StepStatus.WAITING || status == StepStatus.HELD) {
        run = run.with(i, state(i).dueAt(now));
      }
    }
  }

  private void began(int at, Progress progress) {
    StepState state = state(at);
    if (run.status() != RunStatus.RUNNING
        || state.status().isFinal()
        || state.status().isUnderWay()) {
      return;
    }
    Step.Deadline deadline = step(at).deadline();
    state = state.begunAt(now, deadline == null ? null : deadline.after());
    if (progress instanceof Progress.Held held) {
      set(at, state.held(now, now.plus(held.look()), held.by(), held.key()));
      return;
    }
    if (!(progress instanceof Progress.Skipped)) {
      state = state.nextAttempt(now);
    }
    run = run.with(at, state);
    progressed(at, progress);
  }

  private void acted(int at, long fence, Progress progress) {
    StepState state = state(at);
    if (state.status() != StepStatus.ACTING || state.fence() != fence || run.status().isFinal()) {
      return; // too late: the step has gone on without it
    }
    if (isCancelling() && !(progress instanceof Progress.Succeeded)) {
      set(at, state.ended(StepStatus.CANCELLED, now, null, run.cancelReason()));
    } else {
      progressed(at, progress);
    }
    end();
  }

  private void progressed(int at, Progress progress) {
    StepState state = state(at);
    switch (progress) {
      case Progress.Succeeded(var result) ->
          set(at, state.ended(StepStatus.SUCCEEDED, now, result, null));
      case Progress.Skipped(String reason) ->
          set(at, state.ended(StepStatus.SKIPPED, now, null, reason));
      case Progress.Failed(String reason, var result) -> failed(at, false, reason, result);
      case Progress.Held held ->
          set(at, state.waiting(now, now.plus(held.look()), held.by(), held.key(), state.memory()));
      case Progress.Waiting(String on, String key, Duration look, var memory) ->
          set(at, state.waiting(now, now.plus(look), on, key, memory));
      case Progress.Acting(String on, var memory) -> {
        StepState acting = state.acting(now, now.plus(LEASE), on, memory);
        set(at, acting);
        commands.add(new Command.Act(at, acting.fence(), false));
      }
    }
  }

  /** An attempt failed: another one, or the end. */
  private void failed(
      int at, boolean late, String reason, tools.jackson.databind.@Nullable JsonNode result) {
    StepState state = state(at);
    if (isCancelling()) {
      set(at, state.ended(StepStatus.CANCELLED, now, result, run.cancelReason()));
      return;
    }
    Step.Retry retry = step(at).retry();
    int tried = state.attempt() - state.base();
    if (tried <= retry.times() && Conditions.retries(retry, reason, result, tried)) {
      set(at, state.backingOff(now, now.plus(retry.pauseAfter(tried)), result, reason));
    } else {
      set(at, state.ended(late ? StepStatus.TIMED_OUT : StepStatus.FAILED, now, result, reason));
    }
  }

  /** Ends the run when nothing is left of it. */
  void end() {
    if (run.status().isFinal() || !run.steps().stream().allMatch(each -> each.status().isFinal())) {
      return;
    }
    String cancelled = run.cancelReason();
    if (cancelled != null) {
      set(RunStatus.CANCELLED, cancelled);
      return;
    }
    for (int i = 0; i < run.steps().size(); i++) {
      StepState state = state(i);
      var outcome = state.status().outcome();
      if (outcome != null
          && outcome.isFailure()
          && !step(i).ignoreFailure()
          && !workflow.isHeeded(step(i).name(), outcome)) {
        set(RunStatus.FAILED, step(i).name() + ": " + state.reason());
        return;
      }
    }
    set(RunStatus.SUCCEEDED, null);
  }
}
