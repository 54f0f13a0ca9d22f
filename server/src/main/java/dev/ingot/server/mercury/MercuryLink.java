package dev.ingot.server.mercury;

import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.protocol.Digests;
import dev.ingot.protocol.HeldTask;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.Proof;
import dev.ingot.protocol.VersionRange;
import dev.ingot.server.agents.NodeLink;
import dev.ingot.server.nodes.Presence;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/** An agent of Mercury in the place of one of ours: the same words go to the jobs and come back. */
final class MercuryLink implements NodeLink {
  private final ForeignSessions.Seated seated;
  private final AgentInfo info;
  private final Message.Hello hello;
  private final BiConsumer<MercuryLink, Message> listener;
  private final AtomicBoolean asked = new AtomicBoolean();
  private volatile long due;

  /**
   * @param due when it is pinged first, by a monotonic clock
   * @param held what it was given and has not ended
   * @param listener hears what is said to it; must not block
   */
  MercuryLink(
      ForeignSessions.Seated seated,
      AgentInfo info,
      long due,
      List<Request> held,
      BiConsumer<MercuryLink, Message> listener) {
    this.seated = seated;
    this.info = info;
    this.due = due;
    this.listener = listener;
    this.hello =
        new Message.Hello(
            VersionRange.SPOKEN,
            Set.of(),
            ForeignSessions.VERSION,
            seated.facts(),
            seated.bootId(),
            seated.incarnation(),
            0,
            null,
            new Proof("", null),
            Digests.overall(Map.of()),
            CapabilitySignature.digest(info.capabilities()),
            held.stream()
                .map(
                    each ->
                        new HeldTask(
                            each.task().job(),
                            each.task().attempt(),
                            each.sent() ? HeldTask.State.RUNNING : HeldTask.State.ACCEPTED))
                .toList());
  }

  String node() {
    return seated.session().nodeId();
  }

  AgentInfo info() {
    return info;
  }

  ForeignSessions.Seated seated() {
    return seated;
  }

  /** Whether it is to be asked now whether it is there; false while somebody is just asking. */
  boolean asked(long now) {
    return now - due >= 0 && asked.compareAndSet(false, true);
  }

  /**
   * It has answered, or not in time.
   *
   * @param next when it is to be asked again
   */
  void answered(long next) {
    due = next;
    asked.set(false);
  }

  @Override
  public Presence.Session session() {
    return seated.session();
  }

  @Override
  public Message.Hello hello() {
    return hello;
  }

  @Override
  public int waiting() {
    return 0;
  }

  @Override
  public void say(Message message) {
    listener.accept(this, message);
  }
}
