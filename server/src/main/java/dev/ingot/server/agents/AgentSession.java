package dev.ingot.server.agents;

import dev.ingot.protocol.Frame;
import dev.ingot.protocol.Lane;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.MessageCodec;
import dev.ingot.protocol.PluginMessage;
import dev.ingot.protocol.PluginResult;
import dev.ingot.protocol.ProtocolException;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.protocol.VersionRange;
import dev.ingot.server.nodes.Admission;
import dev.ingot.server.nodes.Presence;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The server's end of one agent's link: what happens goes in, frames go to its {@link Wire}. It
 * knows no socket and no timer.
 */
final class AgentSession implements NodeLink {
  private static final Logger log = LoggerFactory.getLogger(AgentSession.class);

  /** How long a connection may take to say hello. */
  static final long HELLO_WITHIN = 10_000;

  /** How long a frame may take to leave, and granted credit to be used. */
  static final long SLOW_AFTER = 20_000;

  /** How long a peer that was told to go may take. */
  private static final long CLOSE_WITHIN = 5_000;

  private sealed interface State {
    record AwaitingHello(long until) implements State {}

    record Admitting(Message.Hello hello) implements State {}

    record Live(Presence.Session node, Message.Hello hello) implements State {}

    record Over(long dropAt) implements State {}
  }

  private final Surroundings surroundings;
  private final Wire wire;
  private final String remoteAddress;
  private final Outbound outbound;
  private final Inbound inbound;
  private final SessionWork work;
  private final SessionSections sections = new SessionSections();
  private State state;
  private State.@Nullable Live lived;
  private long lastHeard;
  private boolean heardSinceAsked;

  AgentSession(Surroundings surroundings, Wire wire, String remoteAddress) {
    this.surroundings = surroundings;
    this.wire = wire;
    this.remoteAddress = remoteAddress;
    this.outbound = new Outbound(wire, surroundings::now);
    this.inbound = new Inbound(surroundings::credit);
    this.work = new SessionWork(surroundings, this);
    this.lastHeard = surroundings.now();
    this.state = new State.AwaitingHello(lastHeard + HELLO_WITHIN);
  }

  synchronized void received(byte[] bytes) {
    if (state instanceof State.Over) {
      return;
    }
    lastHeard = surroundings.now();
    heardSinceAsked = true;
    try {
      switch (Frame.decode(bytes)) {
        case Frame.Ping() -> outbound.say(Frame.PONG);
        case Frame.Pong() -> {}
        case Frame.Piece piece -> {
          byte[] encoded = inbound.accept(piece, lastHeard);
          if (encoded != null) {
            heard(piece.lane(), encoded);
          }
        }
      }
    } catch (ProtocolException e) {
      refuse(e.reason(), e.detail(), 0);
    }
    flush();
  }

  private void heard(Lane lane, byte[] encoded) {
    Message message = MessageCodec.decode(encoded);
    if (message instanceof Message.Unknown(String type)) {
      inbound.passedOver(lane, encoded.length);
      outbound.say(new Message.Unsupported(type));
      return;
    }
    if (message.lane() != lane) {
      throw new ProtocolException(
          "wrong-lane",
          "%s on lane %s, it goes by %s"
              .formatted(name(message), lane.word(), message.lane().word()));
    }
    switch (state) {
      case State.AwaitingHello waiting -> {
        if (!(message instanceof Message.Hello hello)) {
          throw new ProtocolException("out-of-order", name(message) + " before hello");
        }
        hello(hello);
      }
      case State.Admitting admitting ->
          throw new ProtocolException("out-of-order", name(message) + " before welcome");
      case State.Live live -> heard(live, message, encoded.length);
      case State.Over over -> {}
    }
  }

  private void heard(State.Live live, Message message, int size) {
    switch (message) {
      case TaskMessage about -> work.heard(about, size);
      case Message.Logs logs -> {
        sections.checkTakesLogs();
        inbound.underWay(Lane.BULK, size);
        Runnable stored = () -> stored(Lane.BULK, size, new Message.LogsStored(logs.sequence()));
        String incarnation = live.hello().incarnation();
        surroundings.logs().arrived(live.node().nodeId(), incarnation, logs, stored);
      }
      case PluginMessage.Result(PluginResult result) -> work.heard(result, size);
      case Message.SectionDigests(Map<String, String> digests) ->
          outbound.say(sections.wanted(digests));
      case Message.Report report -> {
        inbound.submitted(report.sequence(), size);
        surroundings
            .ingest()
            .submit(
                new Ingest.Submission(
                    live.node(),
                    live.hello().incarnation(),
                    report,
                    outcome -> committed(report.sequence(), size, outcome)));
      }
      case Message.Ask(Lane lane, long bytes) -> {
        inbound.checkAsk(lane, bytes);
        surroundings.credit(lane).ask(this, bytes, granted -> granted(lane, granted));
      }
      case Message.Credit(Lane lane, long bytes) -> outbound.writer().credit(lane, bytes);
      case Message.Unsupported(String type) ->
          log.info(
              "node {} does not know the message {}", live.node().nodeId(), LogText.line(type));
      // Whoever asked for an inspection reads the inventory.
      case Message.Inspected _, Message.Unknown _ -> {}
      case Message.Hello _,
          Message.Welcome _,
          Message.Refusal _,
          Message.Goodbye _,
          Message.Wanted _,
          Message.Ack _,
          Message.Rejected _,
          Message.LogsStored _,
          Message.Inspect _,
          PluginMessage.Stored _ ->
          throw unexpected(message);
    }
  }

  static ProtocolException unexpected(Message message) {
    return new ProtocolException("out-of-order", "an agent does not say " + name(message) + " now");
  }

  private static String name(Message message) {
    return message.getClass().getSimpleName();
  }

  private void hello(Message.Hello hello) {
    OptionalInt version = VersionRange.SPOKEN.common(hello.versions());
    if (version.isEmpty()) {
      throw new ProtocolException(
          "version",
          "the agent speaks protocol %s, this server %s"
              .formatted(hello.versions(), VersionRange.SPOKEN));
    }
    state = new State.Admitting(hello);
    String digest = hello.digest();
    surroundings
        .admissions()
        .admit(
            Introductions.of(hello, remoteAddress),
            answer -> answered(answer, version.getAsInt(), digest));
  }

  private void answered(Admissions.Answer answer, int version, String digest) {
    switch (answer) {
      case Admissions.Answer.Refused(String reason, String detail, int retryAfter) -> {
        synchronized (this) {
          refuse(reason, detail, retryAfter);
        }
      }
      case Admissions.Answer.Admitted admitted -> admitted(admitted, version, digest);
    }
  }

  private void admitted(Admissions.Answer.Admitted admitted, int version, String digest) {
    Admission.Admitted admission = admitted.admission();
    Presence.Session node = new Presence.Session(admission.nodeId(), admission.epoch());
    // Without this session's lock: an older session of the node is closed here.
    boolean newest = surroundings.began(this, node);
    synchronized (this) {
      if (newest && state instanceof State.Admitting(Message.Hello hello)) {
        lived = new State.Live(node, hello);
        state = lived;
        outbound.say(
            sections.welcome(
                surroundings.settings(), admission, admitted.stored(), version, digest));
        if (admission.standing() != Admission.Standing.PENDING && hello.capabilities() != null) {
          work.open();
        }
        flush();
        return;
      }
    }
    if (newest) {
      surroundings.ended(this, node, "connection closed");
    } else {
      cut("replaced", "a newer session speaks for the node");
    }
  }

  private synchronized void committed(long sequence, int size, Ingest.Outcome outcome) {
    inbound.committed(size);
    if (state instanceof State.Live) {
      outcome.rejected().forEach(outbound::say);
      outbound.say(new Message.Ack(sequence));
      flush();
    }
  }

  private void granted(Lane lane, long bytes) {
    synchronized (this) {
      if (state instanceof State.Live) {
        inbound.granted(lane, bytes, surroundings.now());
        outbound.say(new Message.Credit(lane, bytes));
        flush();
        return;
      }
    }
    surroundings.credit(lane).release(bytes);
  }

  /** A message is stored, which is said. */
  synchronized void stored(Lane lane, int size, Message word) {
    inbound.done(lane, size);
    if (state instanceof State.Live) {
      outbound.say(word);
      flush();
    }
  }

  /** A message about tasks goes to be committed. */
  void underWay(Lane lane, int size) {
    inbound.underWay(lane, size);
  }

  synchronized void done(Lane lane, int size) {
    inbound.done(lane, size);
    work.done();
  }

  void passedOver(Lane lane, int size) {
    inbound.passedOver(lane, size);
  }

  /** A frame has gone. */
  synchronized void sent() {
    outbound.sent();
  }

  private void flush() {
    outbound.flush();
    if (outbound.overfull() && !(state instanceof State.Over)) {
      end("slow: it does not read what it is sent", "slow");
      wire.drop();
    }
  }

  /** Time passed: cuts who is silent, slow or does not say hello. */
  synchronized void tick() {
    long now = surroundings.now();
    switch (state) {
      case State.AwaitingHello(long until) when now >= until ->
          refuse("silent", "no hello within " + HELLO_WITHIN / 1000 + " s", 0);
      case State.AwaitingHello _, State.Admitting _ -> {}
      case State.Live live -> {
        long silence = surroundings.settings().silence().toMillis();
        if (now - lastHeard >= silence) {
          end("silent for " + silence / 1000 + " s", "silent");
          wire.drop();
        } else if (outbound.stuckFor() >= SLOW_AFTER) {
          end("slow: a frame did not leave for " + SLOW_AFTER / 1000 + " s", "slow");
          wire.drop();
        } else if (inbound.unusedFor(now) >= SLOW_AFTER) {
          refuse("slow", "credit was granted and not used for " + SLOW_AFTER / 1000 + " s", 1);
        }
      }
      case State.Over(long dropAt) when now >= dropAt -> wire.drop();
      case State.Over _ -> {}
    }
  }

  /** The node, if it was heard since the last such call, for presence. */
  synchronized Presence.@Nullable Session takeHeard() {
    if (heardSinceAsked && state instanceof State.Live(Presence.Session node, _)) {
      heardSinceAsked = false;
      return node;
    }
    return null;
  }

  /** Ends the session with a refusal: revoked, replaced. */
  synchronized void cut(String reason, String detail) {
    refuse(reason, detail, 0);
  }

  /** Ends the session; the agent comes back by itself. */
  synchronized void goodbye(String reason, int withinSeconds) {
    if (!(state instanceof State.Over)) {
      outbound.say(new Message.Goodbye(reason, withinSeconds));
      outbound.flush();
      end(reason, null);
      wire.close(reason);
    }
  }

  @Override
  public Presence.Session session() {
    return Objects.requireNonNull(lived).node();
  }

  @Override
  public Message.Hello hello() {
    return Objects.requireNonNull(lived).hello();
  }

  @Override
  public synchronized int waiting() {
    return outbound.writer().waitingControl();
  }

  @Override
  public synchronized void say(Message message) {
    if (state instanceof State.Live) {
      outbound.say(message);
      flush();
    }
  }

  /** The connection ended. */
  synchronized void closed(String reason) {
    end(reason, null);
    state = new State.Over(Long.MAX_VALUE);
  }

  private void refuse(String reason, String detail, int retryAfterSeconds) {
    if (!(state instanceof State.Over)) {
      outbound.say(new Message.Refusal(reason, detail, retryAfterSeconds));
      outbound.flush();
      end(detail, reason);
      wire.close(reason);
    }
  }

  /** Nothing is heard or owed any more; the wire still says what it was given. */
  private void end(String why, @Nullable String refusal) {
    State before = state;
    if (before instanceof State.Over) {
      return;
    }
    state = new State.Over(surroundings.now() + CLOSE_WITHIN);
    surroundings.credit(Lane.INVENTORY).forget(this);
    surroundings.credit(Lane.BULK).forget(this);
    inbound.end();
    work.close();
    Presence.Session node = before instanceof State.Live live ? live.node() : null;
    if (refusal != null) {
      // A busy server would say it thousands of times.
      log.atLevel(refusal.equals("busy") ? Level.DEBUG : Level.WARN)
          .log(
              "refused the agent at {} ({}): {}: {}",
              remoteAddress,
              node == null ? "not admitted" : "node " + node.nodeId(),
              refusal,
              LogText.line(why));
    }
    if (node != null) {
      surroundings.ended(this, node, why);
    }
  }
}
