package dev.ingot.server.nodes.joining;

import dev.ingot.server.nodes.Admission;
import dev.ingot.server.nodes.Admission.Refused;
import dev.ingot.server.nodes.Door;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.nodes.NodeStanding;
import dev.ingot.server.nodes.Presence;
import dev.ingot.server.nodes.identity.Claim;
import dev.ingot.server.nodes.presence.Sessions;
import dev.ingot.server.nodes.presence.Sessions.Seat;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The door, one transaction per introduction. An agent that comes back with its key and the facts
 * that it had costs one read and one write; all others go by {@link Examination}.
 */
public final class AgentDoor implements Door {
  /** What a transaction came to: the answer, and the session that it ended. */
  record Outcome(Admission admission, Presence.@Nullable Over over) {
    static Outcome refused(String reason, String detail, int retryAfterSeconds) {
      return new Outcome(new Refused(reason, detail, retryAfterSeconds), null);
    }
  }

  private final Jdbi jdbi;
  private final Examination examination;
  private final Seating seating;
  private final Presence.Listener listener;

  AgentDoor(Jdbi jdbi, Examination examination, Seating seating, Presence.Listener listener) {
    this.jdbi = jdbi;
    this.examination = examination;
    this.seating = seating;
    this.listener = listener;
  }

  @Override
  public Admission admit(Introduction introduction) {
    Optional<Refused> wrong = Manners.wrong(introduction);
    if (wrong.isPresent()) {
      return wrong.get();
    }
    Claim claim = Claim.of(introduction.facts());
    Outcome outcome = jdbi.inTransaction(handle -> decide(handle, introduction, claim));
    if (outcome.over() != null) {
      listener.over(outcome.over());
    }
    return outcome.admission();
  }

  private Outcome decide(Handle handle, Introduction introduction, Claim claim) {
    byte[] key = Secret.hash(introduction.credential().key());
    Optional<Seat> unchanged = Sessions.lockUnchanged(handle, key, claim.digest());
    return unchanged.isPresent() && unchanged.get().standing() != NodeStanding.PENDING
        ? seating.holder(handle, unchanged.get(), unchanged.get().standing(), introduction, claim)
        : examination.examine(handle, introduction, claim, key);
  }
}
