package dev.ingot.server.nodes.joining;

import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Severity;
import dev.ingot.server.nodes.Admission.Admitted;
import dev.ingot.server.nodes.Admission.Standing;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.nodes.NodeJournal;
import dev.ingot.server.nodes.NodeStanding;
import dev.ingot.server.nodes.Presence.Over;
import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.nodes.identity.Claim;
import dev.ingot.server.nodes.identity.Conflicts;
import dev.ingot.server.nodes.joining.AgentDoor.Outcome;
import dev.ingot.server.nodes.presence.ServerIdentity;
import dev.ingot.server.nodes.presence.Sessions;
import dev.ingot.server.nodes.presence.Sessions.Seat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Gives a recognised machine its node's session, unless another machine has it. */
final class Seating {
  /** How long a session may look alive after its machine is gone, with some room. */
  private static final int SILENCE_SECONDS = 35;

  /** Boot ids of the past that are remembered. */
  private static final int PAST = 8;

  private final NodeJournal journal;
  private final Conflicts conflicts;
  private final ServerIdentity server;
  private final @Nullable String ownBootId;

  /**
   * @param ownBootId boot id of the machine that this server runs on; its node is protected
   */
  Seating(
      NodeJournal journal, Conflicts conflicts, ServerIdentity server, @Nullable String ownBootId) {
    this.journal = journal;
    this.conflicts = conflicts;
    this.server = server;
    this.ownBootId = ownBootId;
  }

  /** An agent that has a key of the node. Another boot of it replaces the session. */
  Outcome holder(
      Handle handle, Seat seat, NodeStanding standing, Introduction introduction, Claim claim) {
    if (seat.standing() == NodeStanding.REVOKED) {
      return revoked(seat.nodeId());
    }
    if (seat.heldByAnotherBoot(introduction.bootId())
        && seat.pastBoots().contains(introduction.bootId())) {
      // A machine that booted anew never comes back from its former boot: there are two.
      conflicts.found(
          handle,
          seat.nodeId(),
          claim,
          introduction,
          "two machines hold a key of the node: a boot that was replaced came back");
      return Outcome.refused(
          "conflict",
          "another machine that has a key of node " + seat.nodeId() + " is connected",
          600);
    }
    if (seat.online()
        && introduction.agentIncarnation().equals(seat.incarnation())
        && introduction.sessionNumber() < seat.sessionNumber()) {
      return Outcome.refused("stale", "a newer connection of this agent has been admitted", 0);
    }
    return seat(handle, seat, standing, introduction, claim);
  }

  /** A machine without a known key, that a voucher or an operator let in. */
  Outcome stranger(
      Handle handle, Seat seat, NodeStanding standing, Introduction introduction, Claim claim) {
    return seat(handle, seat, standing, introduction, claim);
  }

  /** The live session of another boot stands in the way of one without a known key. */
  Outcome occupied(Handle handle, Seat seat, Introduction introduction, Claim claim) {
    boolean sure = conflicts.suspect(handle, seat.nodeId(), claim, introduction);
    return sure
        ? Outcome.refused(
            "conflict",
            "node "
                + seat.nodeId()
                + " is another machine that is connected; both are named in"
                + " the conflict",
            600)
        : Outcome.refused(
            "occupied",
            "node " + seat.nodeId() + " still has a session of another boot",
            SILENCE_SECONDS);
  }

  static Outcome revoked(String nodeId) {
    return Outcome.refused(
        "revoked", "node " + nodeId + " was revoked; an operator can readmit it", 0);
  }

  private Outcome seat(
      Handle handle, Seat seat, NodeStanding standing, Introduction introduction, Claim claim) {
    update(handle, seat, standing, introduction, claim);
    long epoch = Sessions.take(handle, seat.nodeId(), introduction, server);
    boolean anotherBoot = !introduction.bootId().equals(seat.bootId());
    if (!seat.online() || anotherBoot) {
      journal
          .outbox()
          .append(
              handle,
              new NewEvent(
                  "node",
                  "online",
                  Severity.INFORMATION,
                  seat.nodeId(),
                  seat.nodeId(),
                  online(introduction, seat.bootId() != null && anotherBoot)));
    }
    return new Outcome(
        new Admitted(seat.nodeId(), answer(standing), epoch),
        seat.online() ? new Over(seat.session(), "replaced") : null);
  }

  /** The data of the event of a node that is connected now. */
  static ObjectNode online(Introduction introduction, boolean rebooted) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("bootId", introduction.bootId());
    data.put("address", introduction.remoteAddress());
    data.put("agentVersion", introduction.agentVersion());
    data.put("hostname", introduction.hostname());
    data.put("rebooted", rebooted);
    return data;
  }

  static Standing answer(NodeStanding standing) {
    return standing == NodeStanding.PENDING ? Standing.PENDING : Standing.ADMITTED;
  }

  /** Writes what of the node the introduction changes; mostly nothing. */
  private void update(
      Handle handle, Seat seat, NodeStanding standing, Introduction introduction, Claim claim) {
    List<String> past = past(seat, introduction.bootId());
    boolean isProtected = seat.isProtected() || introduction.bootId().equals(ownBootId);
    if (standing == seat.standing()
        && past.equals(seat.pastBoots())
        && isProtected == seat.isProtected()
        && Objects.equals(introduction.hostname(), seat.hostname())
        && introduction.agentVersion().equals(seat.agentVersion())
        && Arrays.equals(claim.digest(), seat.factsDigest())) {
      return;
    }
    handle
        .createUpdate(
            """
            UPDATE node SET standing = :standing, past_boots = :past, protected = :protected,
              hostname = :hostname, agent_version = :agentVersion, facts_digest = :digest,
              version = version + CASE WHEN standing <> :standing OR protected <> :protected
                                       THEN 1 ELSE 0 END
            WHERE id = :node
            """)
        .bind("node", seat.nodeId())
        .bind("standing", standing.word())
        .bind("past", new TextArray(past))
        .bind("protected", isProtected)
        .bind("hostname", introduction.hostname())
        .bind("agentVersion", introduction.agentVersion())
        .bind("digest", claim.digest())
        .execute();
  }

  private static List<String> past(Seat seat, String bootId) {
    if (seat.bootId() == null || seat.bootId().equals(bootId)) {
      return seat.pastBoots();
    }
    List<String> past = new ArrayList<>(seat.pastBoots());
    past.remove(bootId);
    past.remove(seat.bootId());
    past.add(seat.bootId());
    return past.subList(Math.max(0, past.size() - PAST), past.size());
  }
}
