package dev.ingot.server.workflow.machine;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.workflow.definition.Outcome;
import dev.ingot.server.workflow.definition.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A database with one run in it, and servers that may be killed between any two things that they
 * do. What is committed stays; what a server has in memory goes with it.
 */
final class RunWorld {
  private static final int SERVERS = 3;

  /** What can go wrong; each is a chance in a thousand. */
  record Faults(int crash, int lostWake, int doubleWake, int stall, int skewMillis) {
    static final Faults NONE = new Faults(0, 0, 0, 0, 0);
    static final Faults MANY = new Faults(120, 400, 300, 250, 1500);
  }

  /** A mistake that the test makes on purpose, to see that it would be seen. */
  enum Mistake {
    NONE,
    /** An act whose fence is old is heard. */
    NO_FENCE,
    /** What is to be done is done before it is committed. */
    ACT_BEFORE_COMMIT,
    /** Nobody takes over what a dead server did. */
    NO_TAKEOVER,
    /** A wake-up that is lost is not made up for. */
    NO_FALLBACK
  }

  private final Workflow workflow;
  private final ReferenceInterpreter.Script script;
  private final Random random;
  private final Faults faults;
  private final Mistake mistake;

  // committed
  private RunState run;
  private boolean wake = true;
  private boolean again;
  private Instant due;
  private final Map<String, Instant> jobs = new HashMap<>();
  private Input asked;

  // the world beside the database
  private Instant time = Instant.parse("2026-01-01T00:00:00Z");
  private final List<Server> servers = new ArrayList<>();
  private final Set<String> told = new HashSet<>();
  final List<String> violations = new ArrayList<>();
  int acts;
  int crashes;

  private static final class Act {
    final Command.Act command;
    final int attempt;
    Instant ends;
    boolean begun;

    Act(Command.Act command, int attempt, Instant ends) {
      this.command = command;
      this.attempt = attempt;
      this.ends = ends;
    }
  }

  private static final class Server {
    final List<Act> acts = new ArrayList<>();
    final List<Input.Acted> done = new ArrayList<>();
    Instant stalledUntil = Instant.EPOCH;
  }

  RunWorld(
      Workflow workflow,
      ReferenceInterpreter.Script script,
      Random random,
      Faults faults,
      Mistake mistake) {
    this.workflow = workflow;
    this.script = script;
    this.random = random;
    this.faults = faults;
    this.mistake = mistake;
    this.run = RunState.fresh(workflow, time);
    this.due = time;
    for (int i = 0; i < SERVERS; i++) {
      servers.add(new Server());
    }
  }

  RunState run() {
    return run;
  }

  /** Somebody asks for something; it happens with the next move. */
  void ask(Input input) {
    asked = input;
    wake = true;
  }

  /** Whether what somebody asked for has not happened yet. */
  boolean isAsked() {
    return asked != null;
  }

  private boolean happens(int perMille) {
    return random.nextInt(1000) < perMille;
  }

  /** Lets it go on until it has ended, or for so long. */
  boolean finish(Duration atMost) {
    Instant end = time.plus(atMost);
    while (!run.status().isFinal() && time.isBefore(end)) {
      step();
    }
    // Whoever still does something does it to its end: nothing may change any more.
    for (int i = 0; i < 400; i++) {
      step();
    }
    return run.status().isFinal();
  }

  void step() {
    time = time.plusMillis(50 + random.nextInt(400));
    Server server = servers.get(random.nextInt(SERVERS));
    jobs.forEach(
        (job, ends) -> {
          if (!ends.isAfter(time) && told.add(job) && !happens(faults.lostWake())) {
            wake = true;
            again = happens(faults.doubleWake());
          }
        });
    if (again && !wake) {
      wake = true;
      again = false;
    }
    if (happens(faults.stall() / 10)) {
      server.stalledUntil = time.plusSeconds(random.nextInt(15));
    }
    if (server.stalledUntil.isAfter(time)) {
      return;
    }
    if (happens(faults.crash() / 4)) {
      crash(server);
      return;
    }
    switch (random.nextInt(3)) {
      case 0 -> renew(server);
      case 1 -> work(server);
      default -> turn(server);
    }
  }

  private void crash(Server server) {
    crashes++;
    server.acts.clear();
    server.done.clear();
  }

  /** Keeps its leases; what it no longer has it gives up. */
  private void renew(Server server) {
    for (Act act : List.copyOf(server.acts)) {
      StepState step = run.steps().get(act.command.step());
      if (step.status() == StepStatus.ACTING && step.fence() == act.command.fence()) {
        run = run.with(act.command.step(), step.dueAt(time.plus(RunMachine.LEASE)));
      } else {
        server.acts.remove(act);
      }
    }
  }

  private void work(Server server) {
    // One that waited for its turn asks first whether it still has its lease.
    if (server.acts.stream().anyMatch(act -> !act.begun)) {
      renew(server);
    }
    for (Act act : List.copyOf(server.acts)) {
      if (!act.begun) {
        act.begun = true;
        effect(act.command.step(), act.attempt, act.command.fence());
      }
      if (!act.ends.isAfter(time)) {
        server.acts.remove(act);
        Outcome outcome = script.of(act.command.step(), act.attempt);
        if (outcome != Outcome.TIMED_OUT) {
          server.done.add(
              new Input.Acted(act.command.step(), act.command.fence(), progress(outcome)));
        }
      }
    }
  }

  private void effect(int step, int attempt, long fence) {
    acts++;
    StepState state = run.steps().get(step);
    if (state.status() != StepStatus.ACTING
        || state.attempt() != attempt
        || state.fence() != fence) {
      violations.add(
          "step %d acts for attempt %d, fence %d, but is %s, attempt %d, fence %d"
              .formatted(step, attempt, fence, state.status(), state.attempt(), state.fence()));
    }
  }

  private static Progress progress(Outcome outcome) {
    return outcome == Outcome.SUCCEEDED
        ? new Progress.Succeeded(Json.MAPPER.createObjectNode())
        : new Progress.Failed("scripted", null);
  }

  /** One transaction of a server, that may be killed before or after its commit. */
  private void turn(Server server) {
    Instant now =
        faults.skewMillis() == 0
            ? time
            : time.plusMillis(random.nextInt(2 * faults.skewMillis()) - faults.skewMillis());
    List<Input> inputs = new ArrayList<>();
    if (asked != null) {
      inputs.add(asked);
    }
    if (wake) {
      inputs.add(new Input.Woken());
    }
    inputs.addAll(
        mistake == Mistake.NO_FENCE
            ? server.done.stream().map(this::withPresentFence).toList()
            : server.done);
    if (inputs.isEmpty() && (due == null || due.isAfter(now))) {
      return;
    }
    if (run.status().isFinal()) {
      server.done.clear();
      return;
    }
    Transaction transaction = new Transaction(now, server);
    Cycle.Result result;
    try {
      result = Cycle.drive(workflow, run, inputs, now, transaction);
    } catch (Problem e) {
      asked = null; // refused: nothing has changed
      return;
    }
    if (happens(faults.crash())) {
      crash(server);
      return;
    }
    run = result.run();
    due = result.more() ? now : run.due(workflow);
    if (mistake == Mistake.NO_FALLBACK && due != null) {
      due = due.plus(Duration.ofDays(1));
    }
    jobs.putAll(transaction.jobs);
    wake = false;
    asked = null;
    server.done.clear();
    if (happens(faults.crash())) {
      crash(server);
      return;
    }
    if (mistake != Mistake.ACT_BEFORE_COMMIT) {
      transaction.begin();
    }
  }

  private Input.Acted withPresentFence(Input.Acted old) {
    return new Input.Acted(old.step(), run.steps().get(old.step()).fence(), old.progress());
  }

  private final class Transaction implements Cycle.Work {
    private final Instant now;
    private final Server server;
    private final Map<String, Instant> jobs = new HashMap<>();
    private final List<Act> ordered = new ArrayList<>();

    Transaction(Instant now, Server server) {
      this.now = now;
      this.server = server;
    }

    @Override
    public Progress begin(RunState at, int step) {
      int attempt = at.steps().get(step).attempt() + 1;
      Outcome outcome = script.of(step, attempt);
      return switch (workflow.steps().get(step).type()) {
        case "act" -> new Progress.Acting("acts", null);
        case "wait" -> {
          jobs.put(
              step + "/" + attempt,
              outcome == Outcome.TIMED_OUT ? Instant.MAX : now.plusMillis(random.nextInt(9000)));
          yield waiting(step, attempt);
        }
        default -> outcome == Outcome.TIMED_OUT ? waiting(step, attempt) : progress(outcome);
      };
    }

    private Progress waiting(int step, int attempt) {
      return new Progress.Waiting("job", step + "/" + attempt, Duration.ofSeconds(20), null);
    }

    @Override
    public Progress look(RunState at, int step) {
      int attempt = at.steps().get(step).attempt();
      Instant ends = RunWorld.this.jobs.getOrDefault(step + "/" + attempt, Instant.MAX);
      return ends.isAfter(time) ? waiting(step, attempt) : progress(script.of(step, attempt));
    }

    @Override
    public void note(RunState at, Command command) {
      if (command instanceof Command.Act act) {
        if (mistake == Mistake.NO_TAKEOVER && act.again()) {
          return;
        }
        Act order =
            new Act(
                act,
                at.steps().get(act.step()).attempt(),
                script.of(act.step(), at.steps().get(act.step()).attempt()) == Outcome.TIMED_OUT
                    ? Instant.MAX
                    : time.plusMillis(random.nextInt(12_000)));
        ordered.add(order);
        if (mistake == Mistake.ACT_BEFORE_COMMIT) {
          order.begun = true;
          server.acts.add(order);
          effect(act.step(), order.attempt, act.fence());
        }
      }
    }

    void begin() {
      server.acts.addAll(ordered);
    }
  }
}
