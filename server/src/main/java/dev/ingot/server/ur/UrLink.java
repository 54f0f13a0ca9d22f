package dev.ingot.server.ur;

import dev.ingot.core.Json;
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
import java.util.function.BiConsumer;

/** An agent of Ur in the place of one of ours: the same words go to the jobs and come from them. */
final class UrLink implements NodeLink {
  private final UrNodes.Seated seated;
  private final Message.Hello hello;
  private final BiConsumer<UrLink, Message> listener;

  /**
   * @param held what it was asked and has not answered
   * @param listener hears what is said to it; must not block
   */
  UrLink(UrNodes.Seated seated, List<Request> held, BiConsumer<UrLink, Message> listener) {
    this.seated = seated;
    this.listener = listener;
    this.hello =
        new Message.Hello(
            VersionRange.SPOKEN,
            Set.of(),
            "Ur",
            new Sysinfo(seated.known().name(), Json.MAPPER.createObjectNode()).facts(),
            seated.known().bootId(),
            seated.known().incarnation(),
            0,
            null,
            new Proof("", null),
            Digests.overall(Map.of()),
            CapabilitySignature.digest(List.of(Wanted.RUN)),
            held.stream()
                .map(
                    each ->
                        new HeldTask(
                            each.job(),
                            each.attempt(),
                            each.sent() ? HeldTask.State.RUNNING : HeldTask.State.ACCEPTED))
                .toList());
  }

  String node() {
    return seated.known().node();
  }

  Known known() {
    return seated.known();
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
