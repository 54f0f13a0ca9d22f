package dev.ingot.server.nodes.joining;

import dev.ingot.server.nodes.Admission.Admitted;
import dev.ingot.server.nodes.Credential.EnrolmentToken;
import dev.ingot.server.nodes.Credential.Voucher;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.nodes.NodeStanding;
import dev.ingot.server.nodes.identity.Claim;
import dev.ingot.server.nodes.identity.Conflicts;
import dev.ingot.server.nodes.identity.Identities;
import dev.ingot.server.nodes.identity.Recognition;
import dev.ingot.server.nodes.identity.Verdict;
import dev.ingot.server.nodes.joining.AgentDoor.Outcome;
import dev.ingot.server.nodes.joining.Vouchers.Checked;
import dev.ingot.server.nodes.presence.Sessions;
import dev.ingot.server.nodes.presence.Sessions.Seat;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Who is this machine, and what lets it in: the table of docs/joining.md. */
final class Examination {
  private final Registry registry;
  private final Seating seating;
  private final Policies policies;
  private final Conflicts conflicts;

  Examination(Registry registry, Seating seating, Policies policies, Conflicts conflicts) {
    this.registry = registry;
    this.seating = seating;
    this.policies = policies;
    this.conflicts = conflicts;
  }

  Outcome examine(Handle handle, Introduction introduction, Claim shown, byte[] key) {
    Identities.lock(handle, shown);
    Optional<Seat> holder = Sessions.lockByKey(handle, key);
    String keyNode = holder.map(Seat::nodeId).orElse(null);
    Identities.Met met = Identities.meet(handle, shown, keyNode);
    Verdict verdict = Recognition.recognise(met.claim().identifiers(), keyNode, met.candidates());
    return holder.isPresent()
        ? holder(handle, introduction, met.claim(), key, holder.get(), verdict)
        : stranger(handle, introduction, met.claim(), key, verdict);
  }

  private Outcome holder(
      Handle handle,
      Introduction introduction,
      Claim claim,
      byte[] key,
      Seat seat,
      Verdict verdict) {
    if (seat.standing() == NodeStanding.REVOKED) {
      return Seating.revoked(seat.nodeId());
    }
    boolean same = verdict instanceof Verdict.Same(String id) && id.equals(seat.nodeId());
    if (!same && !seat.readmitting()) {
      return anotherMachine(handle, introduction, claim, seat, verdict);
    }
    if (!same) {
      registry.closeWindow(handle, seat.nodeId());
    }
    NodeStanding standing = promoted(handle, introduction, claim, key, seat);
    Outcome outcome = seating.holder(handle, seat, standing, introduction, claim);
    if (outcome.admission() instanceof Admitted) {
      registry.learn(handle, seat.nodeId(), claim);
      if (standing != seat.standing()) {
        registry.admitted(handle, seat.nodeId(), "policy");
      }
    }
    return outcome;
  }

  /** The key is this node's, the hardware is not. */
  private Outcome anotherMachine(
      Handle handle, Introduction introduction, Claim claim, Seat seat, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Same(String other) ->
          Outcome.refused(
              "key-of-another-node",
              "the key is that of node "
                  + seat.nodeId()
                  + ", the hardware that of "
                  + other
                  + ": a disk that moved needs a key of its own",
              0);
      case Verdict.Unknown() ->
          Outcome.refused(
              "hardware-changed",
              "the key is that of node "
                  + seat.nodeId()
                  + ", the hardware is not what is known of it; an operator can readmit it",
              0);
      case Verdict.Disputed disputed -> disputed(handle, introduction, claim, disputed);
    };
  }

  private Outcome stranger(
      Handle handle, Introduction introduction, Claim claim, byte[] key, Verdict verdict) {
    Voucher voucher = introduction.credential().voucher();
    if (voucher == null) {
      return Keys.isRetired(handle, key) ? deleted() : unknown();
    }
    return switch (Vouchers.check(handle, voucher, introduction, key)) {
      case Checked.Bad(var refused) -> new Outcome(refused, null);
      case Checked.Good good -> {
        if (!good.young()) {
          yield deleted();
        }
        yield withVoucher(handle, introduction, claim, key, good, verdict);
      }
    };
  }

  private Outcome withVoucher(
      Handle handle,
      Introduction introduction,
      Claim claim,
      byte[] key,
      Checked.Good voucher,
      Verdict verdict) {
    String known =
        switch (verdict) {
          case Verdict.Same(String id) -> id;
          case Verdict.Unknown() -> null;
          case Verdict.Disputed disputed -> readmitting(handle, disputed.nodeIds());
        };
    if (known == null && verdict instanceof Verdict.Disputed disputed) {
      return disputed(handle, introduction, claim, disputed);
    }
    return known == null
        ? registerNew(handle, introduction, claim, key, voucher)
        : rejoin(handle, introduction, claim, key, voucher, known);
  }

  private Outcome registerNew(
      Handle handle, Introduction introduction, Claim claim, byte[] key, Checked.Good voucher) {
    NodeStanding standing =
        !voucher.ticket() || policies.admits(handle, voucher.network(), claim.identifiers())
            ? NodeStanding.ADMITTED
            : NodeStanding.PENDING;
    Optional<Admitted> admitted =
        registry.register(handle, introduction, claim, key, voucher, standing);
    if (admitted.isEmpty() && registry.isRevokedImport(handle, claim)) {
      return Seating.revoked(claim.derivation().id().value());
    }
    if (admitted.isEmpty()) {
      return Outcome.refused(
          "no-id",
          "every id that the machine's facts give is another node's; an operator can split it",
          600);
    }
    Vouchers.use(handle, voucher, admitted.get().nodeId());
    return new Outcome(admitted.get(), null);
  }

  /** A machine that is known comes without a key that is known. */
  private Outcome rejoin(
      Handle handle,
      Introduction introduction,
      Claim claim,
      byte[] key,
      Checked.Good voucher,
      String nodeId) {
    Seat seat = Sessions.lock(handle, nodeId).orElseThrow();
    if (seat.standing() == NodeStanding.REVOKED) {
      return Seating.revoked(nodeId);
    }
    // Before what it lacks: two machines of one id are named, whatever the second shows.
    if (seat.heldByAnotherBoot(introduction.bootId())) {
      return seating.occupied(handle, seat, introduction, claim);
    }
    if (!voucher.ticket() && !seat.readmitting()) {
      return Outcome.refused(
          "readmit-needed",
          "the machine is node "
              + nodeId
              + ", whose key it has not: an operator can readmit it, or it boots from the network",
          60);
    }
    NodeStanding standing =
        seat.standing() == NodeStanding.PENDING
                && (!voucher.ticket()
                    || policies.admits(handle, voucher.network(), claim.identifiers()))
            ? NodeStanding.ADMITTED
            : seat.standing();
    Keys.add(handle, key, nodeId, claim.derivation().id().value(), voucher.name());
    Vouchers.use(handle, voucher, nodeId);
    Conflicts.settled(handle, nodeId, claim);
    registry.closeWindow(handle, nodeId);
    registry.learn(handle, nodeId, claim);
    registry.rejoined(handle, nodeId, voucher.name());
    if (standing != seat.standing()) {
      registry.admitted(handle, nodeId, voucher.name());
    }
    return seating.stranger(handle, seat, standing, introduction, claim);
  }

  /** A pending node that shows a good enrolment token, or that its network's policy lets in. */
  private NodeStanding promoted(
      Handle handle, Introduction introduction, Claim claim, byte[] key, Seat seat) {
    if (seat.standing() != NodeStanding.PENDING) {
      return seat.standing();
    }
    boolean token =
        introduction.credential().voucher() instanceof EnrolmentToken shown
            && Vouchers.check(handle, shown, introduction, key) instanceof Checked.Good;
    return token || policies.admits(handle, seat.network(), claim.identifiers())
        ? NodeStanding.ADMITTED
        : NodeStanding.PENDING;
  }

  private Outcome disputed(
      Handle handle, Introduction introduction, Claim claim, Verdict.Disputed disputed) {
    for (String nodeId : disputed.nodeIds()) {
      conflicts.found(handle, nodeId, claim, introduction, disputed.reason());
    }
    return Outcome.refused(
        "conflict", disputed.reason() + " (" + String.join(", ", disputed.nodeIds()) + ")", 600);
  }

  private static @Nullable String readmitting(Handle handle, List<String> nodeIds) {
    List<String> open =
        nodeIds.stream()
            .filter(id -> Sessions.lock(handle, id).map(Seat::readmitting).orElse(false))
            .toList();
    return open.size() == 1 ? open.getFirst() : null;
  }

  private static Outcome deleted() {
    return Outcome.refused(
        "deleted",
        "the node of this key was deleted; it comes back with a token or ticket made since",
        0);
  }

  private static Outcome unknown() {
    return Outcome.refused(
        "key-unknown", "the key is not known; show an enrolment token or a boot ticket", 60);
  }
}
