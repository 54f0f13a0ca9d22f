package dev.ingot.server.nodes.joining;

import dev.ingot.server.nodes.Admission;
import dev.ingot.server.nodes.Admission.Admitted;
import dev.ingot.server.nodes.Admission.Refused;
import dev.ingot.server.nodes.Door;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.nodes.NodeStanding;
import dev.ingot.server.nodes.Presence;
import dev.ingot.server.nodes.identity.Claim;
import dev.ingot.server.nodes.joining.Newcomers.Newcomer;
import dev.ingot.server.nodes.presence.Sessions;
import dev.ingot.server.nodes.presence.Sessions.Seat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door, one transaction per introduction. An agent that comes back with its key and the facts
 * that it had costs one read and one write; all others go by {@link Examination}. Where many come
 * at once, {@link Newcomers} takes those that nobody knows together.
 */
public final class AgentDoor implements Door {
  /** What a transaction came to: the answer, and the session that it ended. */
  record Outcome(Admission admission, Presence.@Nullable Over over) {
    static Outcome refused(String reason, String detail, int retryAfterSeconds) {
      return new Outcome(new Refused(reason, detail, retryAfterSeconds), null);
    }
  }

  private static final Logger log = LoggerFactory.getLogger(AgentDoor.class);

  private final Jdbi jdbi;
  private final Examination examination;
  private final Newcomers newcomers;
  private final Seating seating;
  private final Presence.Listener listener;

  AgentDoor(
      Jdbi jdbi,
      Examination examination,
      Newcomers newcomers,
      Seating seating,
      Presence.Listener listener) {
    this.jdbi = jdbi;
    this.examination = examination;
    this.newcomers = newcomers;
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

  @Override
  public List<@Nullable Admission> admitTogether(List<Introduction> introductions) {
    List<@Nullable Admission> answers =
        new ArrayList<>(Collections.nCopies(introductions.size(), null));
    Map<Integer, Newcomer> claimed = Newcomers.among(introductions);
    if (claimed.size() < 2) {
      return answers;
    }
    try {
      Map<String, Admitted> admitted =
          jdbi.inTransaction(handle -> newcomers.register(handle, claimed.values()));
      claimed.forEach((place, newcomer) -> answers.set(place, admitted.get(newcomer.id())));
    } catch (JdbiException e) {
      // One of them may be why; alone each gets an answer of its own.
      log.debug("{} machines come in one by one", claimed.size(), e);
    }
    return answers;
  }

  private Outcome decide(Handle handle, Introduction introduction, Claim claim) {
    byte[] key = Secret.hash(introduction.credential().key());
    Optional<Seat> unchanged = Sessions.lockUnchanged(handle, key, claim.digest());
    return unchanged.isPresent() && unchanged.get().standing() != NodeStanding.PENDING
        ? seating.holder(handle, unchanged.get(), unchanged.get().standing(), introduction, claim)
        : examination.examine(handle, introduction, claim, key);
  }
}
