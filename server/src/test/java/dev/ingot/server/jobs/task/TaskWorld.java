package dev.ingot.server.jobs.task;

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
  private static final CapabilitySignature CAPABILITY =
      new CapabilitySignature(
          "work", "Works.", "", Json.read("{}"), null, null, 60, false, false, false, null);

  final Random random;
  final Rules rules;
  final Task task = new Task(new TaskKey(17, "n"), 0, 60);
  final Set<Integer> succeeded = new HashSet<>();
  final TaskWatch watch;

  /** Whether what runs ends only when it is told to. */
  private final boolean hangs;

  private final FormerSessions former = new FormerSessions();
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
  List<HeldTask> lastHello = List.of();

  TaskWorld(long seed, Rules rules) {
    this.random = new Random(seed);
    this.rules = rules;
    this.watch = new TaskWatch(task, rules);
    this.hangs = seed % 5 == 0;
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
          watch.begins(attempt, "process-" + processes, executing);
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
    if (live != null) {
      TaskEvent.Session gone = live;
      live = null;
      boolean later = faults && random.nextInt(3) == 0;
      if (later) {
        toServer.forEach(frame -> former.keep(gone, received(frame)));
        former.keep(new TaskEvent.Closed(gone));
      } else {
        apply(new TaskEvent.Closed(gone), true);
      }
    }
    toServer.clear();
    toAgent.clear();
  }

  /** The next of what ended sessions brought is heard; nobody hears the answer. */
  boolean hearStale() {
    TaskEvent event = former.next();
    if (event == null) {
      return false;
    }
    if (event instanceof TaskEvent.Finished(TaskEvent.Session session, var message)) {
      message.rest().forEach(chunk -> take(message.attempt(), chunk));
    }
    apply(event, false);
    turn();
    return true;
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

  /** What a former session brought comes once more. */
  void replay() {
    TaskEvent event = former.again(live, random);
    if (event != null) {
      apply(event, false);
      turn();
    }
  }

  /** The node says of an attempt that is not its own what is not so. */
  void lie() {
    int attempt = Math.max(1, task.attempt - 1 + random.nextInt(3));
    if (live == null || !watch.foreign(attempt, live)) {
      return;
    }
    apply(FormerSessions.lie(live, attempt, random), true);
    turn();
  }

  private void apply(TaskEvent event, boolean heard) {
    Instant time = Instant.ofEpochMilli(now);
    List<Message> answers = new ArrayList<>();
    TaskMachine.apply(task, event, rules, time, answers::add);
    watch.applied(event, time, answers);
    if (heard) {
      answers.forEach(this::say);
    }
  }

  private void take(int attempt, OutputChunk chunk) {
    watch.stores(attempt, TaskOutput.take(task, attempt, chunk));
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
    if (Frame.decode(frame) instanceof Frame.Piece) {
      Message message = received(frame);
      if (message != null) {
        hear(message);
      }
    } else {
      toAgent.add(Frame.PONG.encode());
    }
    return true;
  }

  /** The message that is whole with this frame, null when none is. */
  private Message received(byte[] frame) {
    byte[] message =
        Frame.decode(frame) instanceof Frame.Piece piece ? serverReader.accept(piece) : null;
    return message == null ? null : MessageCodec.decode(message);
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
          tells(new TaskEvent.Accepted(live, attempt), heard);
      case TaskMessage.Refuse(long number, int attempt, String reason, String detail) ->
          tells(new TaskEvent.Refused(live, attempt, reason, detail), heard);
      case TaskMessage.Started(long number, int attempt) ->
          tells(new TaskEvent.Started(live, attempt), heard);
      case TaskMessage.Output(long number, int attempt, OutputChunk chunk) -> {
        take(attempt, chunk);
        if (heard) {
          say(new TaskMessage.OutputAcknowledged(number, attempt, chunk.stream(), chunk.end()));
        }
      }
      case TaskMessage.Finished finished -> {
        finished.rest().forEach(chunk -> take(finished.attempt(), chunk));
        tells(new TaskEvent.Finished(live, finished), heard);
      }
      default -> {}
    }
    if (!heard) {
      restartServer();
    }
    turn();
  }

  private void tells(TaskEvent event, boolean heard) {
    former.remember(event);
    apply(event, heard);
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
    if (hangs && !cancelled) {
      return;
    }
    if (what < 2 && faults) {
      byte[] bytes = watch.writes(attempt, OutputChunk.Stream.STDOUT, random.nextInt(30_000));
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

  /** What is wrong after all is calm. */
  List<String> problems() {
    watch.settled(succeeded, executing);
    return watch.problems();
  }
}
