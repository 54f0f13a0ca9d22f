package dev.ingot.server.jobs.task;

import dev.ingot.core.Json;
import dev.ingot.protocol.HeldTask;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.TaskMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of a task, kept beside the state machine and knowing nothing of how it works: who
 * was offered what, who accepted it, what ran, and what each change may be.
 */
final class TaskWatch {
  private static final Map<TaskState, Set<TaskState>> NEXT = new EnumMap<>(TaskState.class);
  private static final Duration LONGEST = Duration.ofHours(1);

  static {
    EnumSet<TaskState> ends =
        EnumSet.of(
            TaskState.SUCCEEDED,
            TaskState.FAILED,
            TaskState.TIMED_OUT,
            TaskState.CANCELLED,
            TaskState.LOST);
    NEXT.put(
        TaskState.PENDING, EnumSet.of(TaskState.OFFERED, TaskState.CANCELLED, TaskState.TIMED_OUT));
    NEXT.put(
        TaskState.OFFERED,
        EnumSet.of(
            TaskState.PENDING,
            TaskState.ACCEPTED,
            TaskState.REFUSED,
            TaskState.CANCELLED,
            TaskState.TIMED_OUT));
    EnumSet<TaskState> afterAccepted = EnumSet.copyOf(ends);
    afterAccepted.add(TaskState.RUNNING);
    NEXT.put(TaskState.ACCEPTED, afterAccepted);
    NEXT.put(TaskState.RUNNING, ends);
  }

  private record Acceptance(int attempt, String process) {}

  private final Map<Integer, String> bootOf = new HashMap<>();

  private final Task task;
  private final Rules rules;
  private final List<String> problems = new ArrayList<>();
  private final Set<Acceptance> accepted = new HashSet<>();
  private final Map<Integer, Integer> begun = new HashMap<>();
  private final Map<Integer, long[]> written = new HashMap<>();
  private final Map<Integer, long[]> kept = new HashMap<>();
  private long offeredTo;
  private TaskState state = TaskState.PENDING;
  private int attempt = 1;
  private boolean wasCancelled;
  private boolean answerApplied;
  private boolean answerLeft;
  private @Nullable String end;

  TaskWatch(Task task, Rules rules) {
    this.task = task;
    this.rules = rules;
  }

  List<String> problems() {
    return problems;
  }

  Map<Integer, Integer> begun() {
    return begun;
  }

  private void wrong(String what, Object... of) {
    if (problems.size() < 5) {
      problems.add(what.formatted(of));
    }
  }

  /** A process was told to begin. */
  void begins(int which, String process, int executing) {
    begun.merge(which, 1, Integer::sum);
    if (begun.get(which) > 1) {
      wrong("attempt %d began again", which);
    }
    if (which > rules.retries() + 1) {
      wrong("attempt %d was not allowed", which);
    }
    if (!accepted.contains(new Acceptance(which, process))) {
      wrong("attempt %d began on %s without a stored acceptance", which, process);
    }
    if (executing != 0) {
      wrong("attempt %d began beside attempt %d", which, executing);
    }
  }

  /** Whether the session has nothing to say of the attempt: it neither accepted nor was offered. */
  boolean foreign(int which, TaskEvent.Session session) {
    boolean offered = which == task.attempt && session.epoch() == offeredTo;
    return !offered && !accepted.contains(new Acceptance(which, session.incarnation()));
  }

  /** A node's process wrote; the byte at a place says its attempt and the place. */
  byte[] writes(int which, OutputChunk.Stream stream, int length) {
    long[] so = written.computeIfAbsent(which, unused -> new long[2]);
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; at++) {
      bytes[at] = at(which, stream, so[stream.ordinal()] + at);
    }
    so[stream.ordinal()] += length;
    return bytes;
  }

  private static byte at(int which, OutputChunk.Stream stream, long offset) {
    return (byte) (offset * 31 + which * 7 + stream.ordinal());
  }

  /** A chunk is to be stored. */
  void stores(int which, TaskOutput.@Nullable Taken taken) {
    if (taken == null) {
      return;
    }
    OutputChunk chunk = taken.chunk();
    long[] have = kept.computeIfAbsent(which, unused -> new long[2]);
    int stream = chunk.stream().ordinal();
    if (which != task.attempt) {
      wrong("output of attempt %d is stored as one of %d", which, task.attempt);
    }
    if (taken.gap() != 0 || chunk.offset() != have[stream]) {
      wrong("bytes from %d on are stored after %d", chunk.offset(), have[stream]);
    }
    for (int at = 0; at < chunk.bytes().length; at++) {
      if (chunk.bytes()[at] != at(which, chunk.stream(), chunk.offset() + at)) {
        wrong("byte %d of attempt %d is another's", chunk.offset() + at, which);
        break;
      }
    }
    have[stream] = chunk.end();
  }

  /** The event was applied at that time. */
  void applied(TaskEvent event, Instant now, List<? extends Message> said) {
    if (event instanceof TaskEvent.Dispatched(TaskEvent.Session session)
        && task.state == TaskState.OFFERED) {
      offeredTo = session.epoch();
    }
    transition(event);
    finality(event);
    waits(now);
    said(event, said);
    state = task.state;
    attempt = task.attempt;
    wasCancelled |= task.cancelReason != null;
  }

  private void transition(TaskEvent event) {
    if (task.attempt != attempt) {
      if (task.attempt != attempt + 1 || task.state != TaskState.PENDING || state.isFinal()) {
        wrong("%s %d became %s %d", state, attempt, task.state, task.attempt);
      }
      if (task.attempt > rules.retries() + 1 || rules.over() || wasCancelled) {
        wrong("attempt %d is one too many", task.attempt);
      }
    } else if (task.state != state && !NEXT.getOrDefault(state, Set.of()).contains(task.state)) {
      wrong("%s became %s by %s", state, task.state, event);
    }
    if (task.state == TaskState.ACCEPTED && state == TaskState.OFFERED) {
      if (event instanceof TaskEvent.Accepted(TaskEvent.Session session, int which)
          && session.epoch() == offeredTo
          && which == attempt) {
        accepted.add(new Acceptance(which, session.incarnation()));
        bootOf.put(which, session.bootId());
      } else {
        wrong("accepted by %s, offered to %d as %d", event, offeredTo, attempt);
      }
    }
    if (event instanceof TaskEvent.Refused refused
        && task.state != state
        && state == TaskState.OFFERED
        && (refused.session().epoch() != offeredTo || refused.attempt() != attempt)) {
      wrong("refused by %s, offered to %d as %d", event, offeredTo, attempt);
    }
    if (event instanceof TaskEvent.Started(TaskEvent.Session session, int which)
        && task.state == TaskState.RUNNING
        && state != TaskState.RUNNING
        && !accepted.contains(new Acceptance(which, session.incarnation()))) {
      wrong("%s started what it did not accept", session);
    }
    if (event instanceof TaskEvent.Closed(TaskEvent.Session session)
        && task.state != state
        && session.epoch() != offeredTo) {
      wrong("the end of session %d took back what was offered to %d", session.epoch(), offeredTo);
    }
  }

  /** Whoever is to stop or to begin is told so. */
  private void said(TaskEvent event, List<? extends Message> said) {
    switch (event) {
      case TaskEvent.CancelAsked(String reason) -> {
        boolean has =
            state == TaskState.OFFERED || state == TaskState.ACCEPTED || state == TaskState.RUNNING;
        if (has && !wasCancelled && said.stream().noneMatch(TaskMessage.Cancel.class::isInstance)) {
          wrong("its node is not told that it is cancelled");
        }
      }
      case TaskEvent.Opened(TaskEvent.Session session, HeldTask held) when held != null -> {
        boolean runs = held.state() != HeldTask.State.FINISHED;
        boolean wanted =
            accepted.contains(new Acceptance(held.attempt(), session.incarnation()))
                && held.attempt() == task.attempt
                && !task.state.isFinal()
                && task.cancelReason == null;
        boolean sameOffer = state == TaskState.OFFERED && session.epoch() == offeredTo;
        if (runs && !wanted && !sameOffer && !saidCancel(said, held.attempt())) {
          wrong("a node that has attempt %d is not told to leave it", held.attempt());
        }
        if (wanted
            && held.state() == HeldTask.State.ACCEPTED
            && said.stream().noneMatch(TaskMessage.AcceptCommitted.class::isInstance)) {
          wrong("a node that waits is not told to begin");
        }
      }
      default -> {}
    }
  }

  private static boolean saidCancel(List<? extends Message> said, int which) {
    return said.stream()
        .anyMatch(each -> each instanceof TaskMessage.Cancel cancel && cancel.attempt() == which);
  }

  private void finality(TaskEvent event) {
    if (event instanceof TaskEvent.Finished(TaskEvent.Session session, var message)) {
      boolean owner = accepted.contains(new Acceptance(message.attempt(), session.incarnation()));
      boolean ended = task.state != state || task.attempt != attempt;
      if (ended && (!owner || message.attempt() != attempt)) {
        wrong("%s ended attempt %d", event, attempt);
      } else if (ended) {
        answerApplied = task.attempt == attempt;
      } else if (!answerApplied) {
        answerLeft = true;
      }
    }
    if (event instanceof TaskEvent.Opened(TaskEvent.Session session, var held)
        && task.state == TaskState.SUCCEEDED
        && state != TaskState.SUCCEEDED
        && session.bootId().equals(bootOf.get(attempt))) {
      wrong("it rebooted into the boot that it was in");
    }
    if (answerLeft && task.late == null) {
      wrong("an answer that came late is not kept");
    }
    if (task.attempt != attempt) {
      answerApplied = false;
    }
    String shown =
        "%s %d %s %s %s".formatted(task.state, task.attempt, task.reason, task.exit, task.finished);
    if (end != null && !end.equals(shown)) {
      wrong("%s became %s by %s", end, shown, event);
    }
    if (task.state.isFinal()) {
      end = shown;
    }
  }

  /** Nothing waits for ever, and each state says since when. */
  private void waits(Instant now) {
    boolean turn = task.state == TaskState.PENDING && task.wait == Waiting.TURN;
    boolean open = !task.state.isFinal();
    if (open && !turn) {
      Instant deadline = task.deadline;
      if (deadline == null || deadline.isAfter(now.plus(LONGEST))) {
        wrong("%s waits until %s", task.state, deadline);
      }
    }
    if (!open && (task.deadline != null || task.finished == null)) {
      wrong("%s ended %s and waits until %s", task.state, task.finished, task.deadline);
    }
    boolean has = task.state == TaskState.ACCEPTED || task.state == TaskState.RUNNING;
    if (has && (task.accepted == null || task.incarnation == null || task.bootId == null)) {
      wrong("%s without who has it", task.state);
    }
    if ((task.state == TaskState.PENDING || task.state == TaskState.OFFERED)
        && (task.incarnation != null || task.accepted != null)) {
      wrong("%s and had by %s", task.state, task.incarnation);
    }
    if (task.state == TaskState.RUNNING && task.started == null) {
      wrong("running since never");
    }
    if ((task.state == TaskState.PENDING) != (task.wait != null)) {
      wrong("%s waits for %s", task.state, task.wait);
    }
  }

  /** Everybody knows everything: what ended well did so, and all that it wrote is there. */
  void settled(Set<Integer> succeeded, int executing) {
    if (!task.state.isFinal()) {
      wrong("it is %s for ever", task.state);
    }
    if (executing != 0) {
      wrong("attempt %d runs on its node though it ended", executing);
    }
    int past = task.past == null ? 0 : Json.read(task.past).size();
    if (past != task.attempt - 1) {
      wrong("of %d former attempts %d are told", task.attempt - 1, past);
    }
    boolean success = task.state == TaskState.SUCCEEDED;
    if (success && !rules.reboots() && !succeeded.contains(task.attempt)) {
      wrong("it succeeded without having done so");
    }
    if (success && !rules.reboots()) {
      long[] wrote = written.getOrDefault(task.attempt, new long[2]);
      long[] have = kept.getOrDefault(task.attempt, new long[2]);
      if (wrote[0] != have[0] || task.stored[0] != wrote[0] || task.dropped[0] != 0) {
        wrong("of %d bytes %d are kept, %d dropped", wrote[0], have[0], task.dropped[0]);
      }
    }
  }
}
