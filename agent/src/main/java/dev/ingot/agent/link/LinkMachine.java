package dev.ingot.agent.link;

import dev.ingot.core.IdentityFacts;
import dev.ingot.protocol.Digests;
import dev.ingot.protocol.Frame;
import dev.ingot.protocol.Lane;
import dev.ingot.protocol.LaneReader;
import dev.ingot.protocol.LaneWriter;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.MessageCodec;
import dev.ingot.protocol.PluginMessage;
import dev.ingot.protocol.Proof;
import dev.ingot.protocol.ProtocolException;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.protocol.VersionRange;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The agent's end of the link as a pure state machine: what happens goes in, what is to be done
 * comes out. It knows no socket, thread or timer, so one process can drive ten thousand. Times are
 * milliseconds of a monotonic clock. Not thread-safe.
 */
public final class LinkMachine {
  /** A server that admits many agents at once may take this long to answer. */
  static final long ANSWER_WITHIN = 45_000;

  /** Frames handed to the carrier and not yet gone: what control may have to wait behind. */
  static final int IN_CARRIER = 2;

  /** A link that held this long was a good one. */
  private static final long HELD = 10_000;

  private sealed interface State {
    /** No connection; the next attempt is due. */
    record Waiting(long until) implements State {}

    record Dialling(long deadline) implements State {}

    /** Hello is said. */
    record Greeting(long deadline) implements State {}

    record Linked(long since, long heartbeat, long silence) implements State {}
  }

  private Myself myself;
  private final Proofs proofs;
  private final Reporting reporting;
  private final LinkTasks tasks = new LinkTasks(action -> this.actions.add(action));
  private final Backoff backoff;
  final LinkLogs logs = new LinkLogs();
  private State state = new State.Waiting(Long.MIN_VALUE);
  private LaneWriter writer = new LaneWriter();
  private LaneReader reader = new LaneReader();
  private long connection;
  private int inCarrier;
  private long lastSent;
  private long lastHeard;
  private long lastPing;
  private boolean digestsCompared;
  private boolean digestsOwed;
  private Map<String, String> digestsTold = Map.of();
  private List<LinkAction> actions = new ArrayList<>();

  /**
   * @param key that the agent made for itself and keeps, 64 lower-case hex digits
   * @param voucher token or ticket that the agent was started with
   * @param sections none yet when it is to inspect while it dials
   * @param clock the node's, said in reports and decided by nowhere
   */
  public LinkMachine(
      Myself myself,
      String key,
      Proof.@Nullable Voucher voucher,
      Sections sections,
      InstantSource clock,
      RandomGenerator random) {
    this.myself = myself;
    this.proofs = new Proofs(key, voucher);
    this.reporting = new Reporting(clock, sections);
    this.backoff = new Backoff(random);
  }

  /** When {@link #tick} is due at the latest. */
  public long wakeAt() {
    return switch (state) {
      case State.Waiting(long until) -> until;
      case State.Dialling(long deadline) -> deadline;
      case State.Greeting(long deadline) -> deadline;
      case State.Linked linked ->
          Math.min(Math.min(pingAt(linked), lastHeard + linked.silence()), tasks.wakeAt());
    };
  }

  /** Whether the server has let the agent in. */
  public boolean linked() {
    return state instanceof State.Linked;
  }

  /** Whether the server has acknowledged everything that it is to have. */
  public boolean upToDate() {
    return linked() && digestsCompared && reporting.upToDate();
  }

  /** Time passed; also starts the machine. */
  public List<LinkAction> tick(long now) {
    switch (state) {
      case State.Waiting(long until) when now >= until -> dial(now);
      case State.Dialling(long deadline) when now >= deadline ->
          giveUp("the server did not take the connection", now);
      case State.Greeting(long deadline) when now >= deadline ->
          giveUp("the server did not answer the hello", now);
      case State.Waiting _, State.Dialling _, State.Greeting _ -> {}
      case State.Linked linked -> {
        if (now >= lastHeard + linked.silence()) {
          giveUp("the server was silent for " + linked.silence() / 1000 + " s", now);
        } else if (now >= pingAt(linked)) {
          lastPing = now;
          writer.queue(Frame.PING);
        }
      }
    }
    return done(now);
  }

  /** Any word that the other side answers tells both that the other is there. */
  private long pingAt(State.Linked linked) {
    return Math.max(Math.min(lastSent, lastHeard), lastPing) + linked.heartbeat();
  }

  private void dial(long now) {
    connection++;
    tasks.apart();
    writer = new LaneWriter();
    reader = new LaneReader();
    inCarrier = 0;
    state = new State.Dialling(now + ANSWER_WITHIN);
    actions.add(new LinkAction.Dial(connection));
  }

  /** The connection stands. */
  public List<LinkAction> opened(long whichConnection, long now) {
    if (whichConnection == connection && state instanceof State.Dialling) {
      state = new State.Greeting(now + ANSWER_WITHIN);
      digestsTold = reporting.digests();
      writer.queue(
          new Message.Hello(
              VersionRange.SPOKEN,
              Set.of(),
              myself.agentVersion(),
              myself.facts(),
              myself.bootId(),
              myself.incarnation(),
              connection,
              myself.hostname(),
              proofs.shown(),
              Digests.overall(digestsTold),
              tasks.digest(),
              tasks.held()));
    }
    return done(now);
  }

  /** The connection could not be made, or ended. */
  public List<LinkAction> closed(long whichConnection, String reason, long now) {
    if (whichConnection == connection && !(state instanceof State.Waiting)) {
      apart(reason, now);
    }
    return done(now);
  }

  /** A frame has left the carrier. */
  public List<LinkAction> sent(long whichConnection, long now) {
    if (whichConnection == connection && inCarrier > 0) {
      inCarrier--;
    }
    return done(now);
  }

  /** A frame came. */
  public List<LinkAction> received(long whichConnection, byte[] frame, long now) {
    if (whichConnection != connection || state instanceof State.Waiting) {
      return List.of();
    }
    lastHeard = now;
    try {
      switch (Frame.decode(frame)) {
        case Frame.Ping() -> writer.queue(Frame.PONG);
        case Frame.Pong() -> {}
        case Frame.Piece piece -> {
          byte[] message = reader.accept(piece);
          if (message != null) {
            heard(MessageCodec.decode(message), now);
          }
        }
      }
    } catch (ProtocolException e) {
      giveUp("the server broke the protocol: " + e.detail(), now);
    }
    return done(now);
  }

  /** An inspection was made; what differs is reported. */
  public List<LinkAction> sectionsAre(Sections sections, long now) {
    reporting.sectionsAre(sections);
    tellDigests();
    return done(now);
  }

  /** What identifies the machine changed; the next hello says so. */
  public void factsAre(IdentityFacts facts) {
    myself =
        new Myself(
            myself.agentVersion(), facts, myself.bootId(), myself.incarnation(), myself.hostname());
  }

  /** A new key was made and kept; the next hello shows it. */
  public void keyIs(String key) {
    proofs.keyIs(key);
  }

  /** The inspection that the server asked for was made, and told by {@link #sectionsAre}. */
  public List<LinkAction> inspected(long request, long now) {
    if (linked()) {
      writer.queue(new Message.Inspected(request));
    }
    return done(now);
  }

  /** Something happened to a task, or to what the agent can do. */
  public List<LinkAction> tasks(Consumer<LinkTasks> event, long now) {
    tasks.at(now);
    event.accept(tasks);
    return done(now);
  }

  private void heard(Message message, long now) {
    switch (message) {
      case TaskMessage about -> {
        tasks.at(now);
        tasks.heard(about);
      }
      case Message.Welcome welcome -> welcomed(welcome, now);
      case Message.Refusal(String reason, String detail, int retryAfter) -> {
        long wait = elseToShow(reason) ? backoff.next() : backoff.notBefore(retryAfter * 1000L);
        tell(new LinkNews.Refused(reason, detail, wait));
        leave("refused", now + wait);
      }
      case Message.Goodbye(String reason, int within) -> {
        forgetFailures(now);
        long wait = backoff.within(within * 1000L);
        tell(new LinkNews.Apart(reason, wait));
        leave("goodbye", now + wait);
      }
      case Message.Wanted(List<String> names) -> {
        Map<String, String> stored = new HashMap<>(digestsTold);
        names.forEach(stored::remove);
        reporting.begin(stored);
        digestsCompared = true;
      }
      case Message.Ack(long sequence) -> reporting.acknowledged(sequence);
      case Message.Rejected(long sequence, String section, String reason, String detail) ->
          tell(new LinkNews.SectionRefused(section, reason, detail));
      case Message.Credit(Lane lane, long bytes) -> writer.credit(lane, bytes);
      case Message.Ask(Lane lane, long bytes) -> {
        long granted = Math.min(bytes, lane.maxMessage() - reader.open(lane));
        if (granted > 0) {
          reader.granted(lane, granted);
          writer.queue(new Message.Credit(lane, granted));
        }
      }
      case Message.Inspect(long request, List<String> names) ->
          actions.add(new LinkAction.Inspect(request, names));
      case Message.LogsStored(long sequence) -> logs.stored(sequence);
      case PluginMessage plugin -> logs.stored(plugin);
      case Message.Unsupported(String type) ->
          tell(new LinkNews.NotUnderstood("the server does not know the message " + type));
      case Message.Unknown(String type) -> {
        tell(new LinkNews.NotUnderstood("the server sent the unknown message " + type));
        writer.queue(new Message.Unsupported(type));
      }
      case Message.Logs _,
          Message.Hello _,
          Message.Report _,
          Message.SectionDigests _,
          Message.Inspected _ ->
          unexpected(message.getClass().getSimpleName());
    }
  }

  /** Whether the next hello can show what this one did not. */
  private boolean elseToShow(String reason) {
    if (reason.equals(Proofs.KEY_OF_ANOTHER) && proofs.canShowNewKey()) {
      actions.add(new LinkAction.MakeKey());
      return true;
    }
    return reason.equals(Proofs.KEY_UNKNOWN) && proofs.keyUnknown();
  }

  static void unexpected(String type) {
    throw new ProtocolException("out-of-order", "a server does not say " + type);
  }

  private void welcomed(Message.Welcome welcome, long now) {
    if (!(state instanceof State.Greeting)) {
      throw new ProtocolException("out-of-order", "a second welcome");
    }
    if (!VersionRange.SPOKEN.includes(welcome.version())) {
      throw new ProtocolException(
          "version", "it chose protocol %d, never offered".formatted(welcome.version()));
    }
    state =
        new State.Linked(now, welcome.heartbeatSeconds() * 1000L, welcome.silenceSeconds() * 1000L);
    lastPing = now;
    proofs.letIn();
    tell(new LinkNews.Joined(welcome.nodeId(), welcome.pending()));
    tasks.at(now);
    tasks.linked(writer);
    logs.linked(welcome.features(), writer);
    digestsCompared = !welcome.digestsDiffer();
    digestsOwed = welcome.digestsDiffer();
    if (digestsCompared) {
      reporting.begin(digestsTold);
    }
    tellDigests();
  }

  /** Once there are some: an agent that has just started may not have inspected yet. */
  private void tellDigests() {
    if (linked() && digestsOwed && !reporting.digests().isEmpty()) {
      digestsOwed = false;
      digestsTold = reporting.digests();
      writer.queue(new Message.SectionDigests(digestsTold));
    }
  }

  private void giveUp(String reason, long now) {
    actions.add(new LinkAction.Close(reason));
    apart(reason, now);
  }

  private void apart(String reason, long now) {
    forgetFailures(now);
    long wait = backoff.next();
    tell(new LinkNews.Apart(reason, wait));
    pause(now + wait);
  }

  private void pause(long until) {
    state = new State.Waiting(until);
    tasks.apart();
  }

  private void forgetFailures(long now) {
    if (state instanceof State.Linked linked && now - linked.since() >= HELD) {
      backoff.reset();
    }
  }

  private void leave(String reason, long until) {
    actions.add(new LinkAction.Close(reason));
    pause(until);
  }

  private void tell(LinkNews news) {
    actions.add(new LinkAction.Tell(news));
  }

  private List<LinkAction> done(long now) {
    if (linked()) {
      byte[] report = digestsCompared ? reporting.next() : null;
      if (report != null) {
        writer.queue(Lane.INVENTORY, report);
      }
      tasks.at(now);
      tasks.flush();
      logs.flush(writer);
    }
    if (state instanceof State.Greeting || linked()) {
      flush(now);
    }
    List<LinkAction> due = actions.isEmpty() ? List.of() : actions;
    actions = due.isEmpty() ? actions : new ArrayList<>();
    return due;
  }

  private void flush(long now) {
    for (byte[] frame; inCarrier < IN_CARRIER && (frame = writer.next()) != null; inCarrier++) {
      lastSent = now;
      actions.add(new LinkAction.Send(frame));
    }
  }
}
