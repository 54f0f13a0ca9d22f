package dev.ingot.server.agents;

import dev.ingot.protocol.Lane;
import dev.ingot.server.nodes.Presence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The sessions of this process: which there are, and which of them speaks for a node. */
final class AgentSessions implements Surroundings {
  private final AgentsSettings settings;
  private final Admissions admissions;
  private final Ingest ingest;
  private final Function<Lane, CreditDesk> credit;
  private final OwedWork owed;
  private final NodeLogs logs;
  private final BiConsumer<Presence.Session, String> onEnded;
  private final LongSupplier monotonicMillis;
  private final Set<AgentSession> all = ConcurrentHashMap.newKeySet();
  private final Map<String, Speaker> speakers = new ConcurrentHashMap<>();
  private volatile PluginDesk results = PluginDesk.NONE;
  private volatile boolean leaving;

  private record Speaker(AgentSession session, long epoch) {}

  AgentSessions(
      AgentsSettings settings,
      Admissions admissions,
      Ingest ingest,
      Function<Lane, CreditDesk> credit,
      OwedWork owed,
      NodeLogs logs,
      BiConsumer<Presence.Session, String> onEnded,
      LongSupplier monotonicMillis) {
    this.settings = settings;
    this.admissions = admissions;
    this.ingest = ingest;
    this.credit = credit;
    this.owed = owed;
    this.logs = logs;
    this.onEnded = onEnded;
    this.monotonicMillis = monotonicMillis;
  }

  /** Before the first session. */
  void keepResults(PluginDesk desk) {
    results = desk;
  }

  @Override
  public PluginDesk results() {
    return results;
  }

  /** Whether another connection may come. */
  boolean full() {
    return leaving || all.size() >= settings.maxSessions();
  }

  AgentSession open(Wire wire, String remoteAddress) {
    AgentSession session = new AgentSession(this, wire, remoteAddress);
    all.add(session);
    return session;
  }

  void closed(AgentSession session, String reason) {
    session.closed(reason);
    all.remove(session);
  }

  void tick() {
    all.forEach(AgentSession::tick);
  }

  /** The nodes that were heard since the last call. */
  List<Presence.Session> takeHeard() {
    List<Presence.Session> heard = new ArrayList<>();
    for (AgentSession session : all) {
      Presence.Session node = session.takeHeard();
      if (node != null) {
        heard.add(node);
      }
    }
    return heard;
  }

  /** The session that speaks for a node ended elsewhere: in the database, or by an operator. */
  void over(Presence.Over over) {
    Speaker speaker = speakers.get(over.session().nodeId());
    if (speaker == null || speaker.epoch() != over.session().epoch()) {
      return;
    }
    if (over.reason().equals("approved")) {
      speaker.session().goodbye(over.reason(), 1);
    } else {
      speaker.session().cut(over.reason(), "the session of node " + over.session().nodeId());
    }
  }

  int connected() {
    return speakers.size();
  }

  int connections() {
    return all.size();
  }

  @Nullable AgentSession speaker(String nodeId) {
    Speaker speaker = speakers.get(nodeId);
    return speaker == null ? null : speaker.session();
  }

  /** Every agent is told to come back within a time; none of their nodes is lost by this. */
  void leave(String reason, int withinSeconds) {
    leaving = true;
    redial(reason, withinSeconds);
  }

  void redial(String reason, int withinSeconds) {
    all.forEach(session -> session.goodbye(reason, withinSeconds));
  }

  @Override
  public boolean began(AgentSession session, Presence.Session node) {
    Speaker newer = new Speaker(session, node.epoch());
    AtomicReference<@Nullable Speaker> replaced = new AtomicReference<>();
    Speaker now =
        speakers.compute(
            node.nodeId(),
            (id, held) -> {
              if (held != null && held.epoch() > newer.epoch()) {
                return held;
              }
              replaced.set(held);
              return newer;
            });
    Speaker older = replaced.get();
    if (older != null) {
      older.session().cut("replaced", "a newer session speaks for node " + node.nodeId());
    }
    return newer.equals(now);
  }

  @Override
  public void ended(AgentSession session, Presence.Session node, String reason) {
    speakers.remove(node.nodeId(), new Speaker(session, node.epoch()));
    if (!leaving) {
      onEnded.accept(node, reason);
    }
  }

  @Override
  public long now() {
    return monotonicMillis.getAsLong();
  }

  @Override
  public AgentsSettings settings() {
    return settings;
  }

  @Override
  public Admissions admissions() {
    return admissions;
  }

  @Override
  public Ingest ingest() {
    return ingest;
  }

  @Override
  public CreditDesk credit(Lane lane) {
    return credit.apply(lane);
  }

  @Override
  public NodeLogs logs() {
    return logs;
  }

  @Override
  public OwedWork owed() {
    return owed;
  }
}
