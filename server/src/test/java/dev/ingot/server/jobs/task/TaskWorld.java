package dev.ingot.server.jobs.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.agent.link.LinkAction;
import dev.ingot.agent.link.LinkMachine;
import dev.ingot.agent.link.LinkTasks;
import dev.ingot.agent.link.Myself;
import dev.ingot.agent.link.Sections;
import dev.ingot.core.IdentityFacts;
import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.protocol.Digests;
import dev.ingot.protocol.Frame;
import dev.ingot.protocol.HeldTask;
import dev.ingot.protocol.LaneReader;
import dev.ingot.protocol.LaneWriter;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.MessageCodec;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.Proof;
import dev.ingot.protocol.TaskEnd;
import dev.ingot.protocol.TaskMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One task between the server's state machine and the agent's real end of the link, over a network
 * that loses connections, with processes that die at any moment. Time passes as the test says.
 */
final class TaskWorld {
  static final Rules RULES =
      new Rules(
          0,
          Duration.ofMinutes(10),
          false,
          false,
          Duration.ofSeconds(30),
          Duration.ofMinutes(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30));

  private static final CapabilitySignature CAPABILITY =
      new CapabilitySignature(
          "work", "Works.", "", Json.read("{}"), null, null, 60, false, false, false, null);

  final Random random;
  final Rules rules;
  final Task task = new Task(new TaskKey(17, "n"), 0, 60);
  final Map<Integer, Integer> begun = new HashMap<>();
  final Set<Integer> succeeded = new HashSet<>();
  private final ArrayDeque<byte[]> toServer = new ArrayDeque<>();
  private final ArrayDeque<byte[]> toAgent = new ArrayDeque<>();
  private long now = 1_000_000;
  private LinkMachine machine;
  private long dialled;
  private boolean connected;
  private TaskEvent.Session live;
  private LaneReader serverReader = new LaneReader();
  private LaneWriter serverWriter = new LaneWriter();
  private long epoch;
  private int processes;
  private int boots = 1;
  private int executing;
  private boolean cancelled;
  private String ended;
  List<HeldTask> lastHello = List.of();

  TaskWorld(long seed, Rules rules) {
    this.random = new Random(seed);
    this.rules = rules;
    newProcess();
  }

  private void newProcess() {
    executing = 0;
    cancelled = false;
    processes++;
    machine =
        new LinkMachine(
            new Myself(
                "test",
                new IdentityFacts(null, null, null, null, null, null, List.of(), "1"),
                "boot-" + boots,
                "process-" + processes,
                null),
            "%064x".formatted(1),
            new Proof.Voucher(Proof.Kind.TOKEN, "t"),
            Sections.NONE,
            InstantSource.fixed(Instant.EPOCH),
            new Random(random.nextLong()));
    act(machine.tasks(tasks -> tasks.capabilitiesAre(List.of(CAPABILITY)), now));
  }

  private void act(List<LinkAction> actions) {
    for (LinkAction action : actions) {
      switch (action) {
        case LinkAction.Dial(long number) -> {
          dialled = number;
          connected = true;
          toServer.clear();
          toAgent.clear();
          serverReader = new LaneReader();
          serverWriter = new LaneWriter();
          act(machine.opened(number, now));
        }
        case LinkAction.Send(byte[] frame) -> {
          if (connected) {
            toServer.add(frame);
          }
          act(machine.sent(dialled, now));
        }
        case LinkAction.Close(String reason) -> cut();
        case LinkAction.Offered(TaskMessage.Offer offer) ->
            tell(
                tasks -> {
                  if (random.nextInt(10) == 0) {
                    tasks.refuse(offer.task(), offer.attempt(), "busy", "busy");
                  } else {
                    tasks.accept(offer.task(), offer.attempt());
                  }
                });
        case LinkAction.Begin(long number, int attempt) -> {
          begun.merge(attempt, 1, Integer::sum);
          executing = attempt;
          cancelled = false;
          if (random.nextBoolean()) {
            tell(tasks -> tasks.started(number, attempt));
          }
        }
        case LinkAction.CancelTask(long number, int attempt, String reason) ->
            cancelled |= executing == attempt;
        case LinkAction.Inspect inspect -> {}
        case LinkAction.MakeKey() -> {}
        case LinkAction.Tell news -> {}
      }
    }
  }

  private void tell(Consumer<LinkTasks> event) {
    act(machine.tasks(event, now));
  }

  /** The connection is lost with what is under way. */
  void cut() {
    connected = false;
    toServer.clear();
    toAgent.clear();
    if (live != null) {
      TaskEvent.Session gone = live;
      live = null;
      apply(new TaskEvent.Closed(gone), true);
    }
  }

  void lose() {
    if (connected) {
      cut();
      act(machine.closed(dialled, "lost", now));
    }
  }

  void restartAgent(boolean reboot) {
    boots += reboot ? 1 : 0;
    cut();
    newProcess();
  }

  /** The server dies: what it was about to say is not said. */
  void restartServer() {
    connected = false;
    toServer.clear();
    toAgent.clear();
    live = null;
    act(machine.closed(dialled, "the server died", now));
  }

  void pass(Duration time) {
    now += time.toMillis();
    act(machine.tick(now));
    apply(new TaskEvent.Overdue(), true);
    turn();
  }

  /** What the driver does with a task whose turn it is. */
  private void turn() {
    if (task.state == TaskState.PENDING && task.wait == Waiting.TURN) {
      if (live == null) {
        apply(new TaskEvent.Parked(), true);
      } else {
        apply(new TaskEvent.Dispatched(live), true);
        if (task.state == TaskState.OFFERED) {
          say(
              new TaskMessage.Offer(
                  17, task.attempt, "work", Json.MAPPER.createObjectNode(), 60, false));
        }
      }
    }
  }

  void cancel() {
    apply(new TaskEvent.CancelAsked("cancelled"), true);
  }

  private void apply(TaskEvent event, boolean heard) {
    Instant time = Instant.ofEpochMilli(now);
    TaskMachine.apply(
        task,
        event,
        rules,
        time,
        message -> {
          if (heard) {
            say(message);
          }
        });
    if (ended != null) {
      assertThat(shown()).as("an end is final").isEqualTo(ended);
    } else if (task.state.isFinal()) {
      ended = shown();
    }
  }

  private String shown() {
    return task.state + " " + task.attempt + " " + task.reason + " " + task.finished;
  }

  private void say(Message message) {
    if (live != null) {
      serverWriter.queue(message);
      flush();
    }
  }

  private void flush() {
    byte[] frame;
    while ((frame = serverWriter.next()) != null) {
      toAgent.add(frame);
    }
  }

  /** The next frame arrives, one way or the other; false when none is under way. */
  boolean deliver() {
    boolean toTheServer = toAgent.isEmpty() || (!toServer.isEmpty() && random.nextBoolean());
    byte[] frame = toTheServer ? toServer.poll() : toAgent.poll();
    if (frame == null) {
      return false;
    }
    if (!toTheServer) {
      act(machine.received(dialled, frame, now));
      return true;
    }
    if (Frame.decode(frame) instanceof Frame.Piece piece) {
      byte[] message = serverReader.accept(piece);
      if (message != null) {
        hear(MessageCodec.decode(message));
      }
    } else {
      toAgent.add(Frame.PONG.encode());
    }
    return true;
  }

  private void hear(Message message) {
    // The transaction of some is lost, of others what is said after it.
    int fate = faults ? random.nextInt(40) : 2;
    if (fate == 0) {
      restartServer();
      return;
    }
    boolean heard = fate != 1;
    switch (message) {
      case Message.Hello hello -> {
        lastHello = hello.tasks();
        live = new TaskEvent.Session(++epoch, hello.incarnation(), hello.bootId());
        say(
            new Message.Welcome(
                1,
                Set.of(),
                "n",
                false,
                10,
                25,
                !hello.digest().equals(Digests.overall(Map.of()))));
        HeldTask held = hello.tasks().isEmpty() ? null : hello.tasks().getFirst();
        apply(new TaskEvent.Opened(live, held), heard);
      }
      case Message.Ask(var lane, long bytes) -> {
        serverReader.granted(lane, bytes);
        say(new Message.Credit(lane, bytes));
      }
      case TaskMessage.Accept(long number, int attempt) ->
          apply(new TaskEvent.Accepted(live, attempt), heard);
      case TaskMessage.Refuse(long number, int attempt, String reason, String detail) ->
          apply(new TaskEvent.Refused(live, attempt, reason, detail), heard);
      case TaskMessage.Started(long number, int attempt) ->
          apply(new TaskEvent.Started(live, attempt), heard);
      case TaskMessage.Output(long number, int attempt, OutputChunk chunk) -> {
        TaskOutput.take(task, attempt, chunk);
        if (heard) {
          say(new TaskMessage.OutputAcknowledged(number, attempt, chunk.stream(), chunk.end()));
        }
      }
      case TaskMessage.Finished finished -> {
        finished.rest().forEach(chunk -> TaskOutput.take(task, finished.attempt(), chunk));
        apply(new TaskEvent.Finished(live, finished), heard);
      }
      default -> {}
    }
    if (!heard) {
      restartServer();
    }
    turn();
  }

  boolean faults = true;

  /** What runs on the node goes on, or ends. */
  void work() {
    if (executing == 0) {
      return;
    }
    int attempt = executing;
    tell(tasks -> tasks.started(17, attempt));
    int what = random.nextInt(6);
    if (what < 2 && faults) {
      byte[] bytes = new byte[random.nextInt(30_000)];
      tell(tasks -> tasks.output(17, attempt, OutputChunk.Stream.STDOUT, bytes));
    } else {
      TaskMessage.Status status =
          cancelled
              ? TaskMessage.Status.CANCELLED
              : what == 2 ? TaskMessage.Status.FAILED : TaskMessage.Status.SUCCEEDED;
      if (status == TaskMessage.Status.SUCCEEDED) {
        succeeded.add(attempt);
      }
      executing = 0;
      tell(tasks -> tasks.finished(17, attempt, new TaskEnd(status, 0, null, null)));
    }
  }

  boolean idle() {
    return executing == 0 && toServer.isEmpty() && toAgent.isEmpty();
  }

  List<String> problems() {
    List<String> problems = new ArrayList<>();
    begun.forEach(
        (attempt, times) -> {
          if (times > 1) {
            problems.add("attempt " + attempt + " ran " + times + " times");
          }
          if (attempt > rules.retries() + 1) {
            problems.add("attempt " + attempt + " was not allowed");
          }
        });
    if (task.state == TaskState.SUCCEEDED
        && !rules.reboots()
        && !succeeded.contains(task.attempt)) {
      problems.add("it succeeded without having done so");
    }
    if (task.accepted == null && begun.containsKey(task.attempt)) {
      problems.add("it ran without being accepted");
    }
    return problems;
  }
}
