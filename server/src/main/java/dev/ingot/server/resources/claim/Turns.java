package dev.ingot.server.resources.claim;

import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.store.AdvisoryLock;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/** Claims that wait get their turn in the transaction that frees something: nobody is quicker. */
final class Turns {
  /** The others get theirs in a moment, by {@link ClaimKeeper}. */
  private static final int MOST = 20;

  private final Claims claims;

  Turns(Claims claims) {
    this.claims = claims;
  }

  /**
   * Serves the first of those that wait for a kind. One with a filter ends it: an inventory is
   * asked by who has the time.
   */
  void serve(Handle handle, Kind kind, Tidings.News news) {
    if (!ClaimQueue.anyWait(handle, kind.name()) || !ClaimQueue.anyFree(handle, kind.name())) {
      return;
    }
    AdvisoryLock.awaitInTransaction(handle, "claims." + kind.name());
    for (long id : ClaimQueue.waiting(handle, kind.name(), 0, MOST)) {
      Optional<Claim> claim = locked(handle, id).filter(Claim::isWaiting);
      if (claim.isPresent()) {
        JsonNode where = claim.get().request().path("where");
        if (!where.isMissingNode() && !where.isNull()) {
          return;
        }
        try {
          claims.again(handle, kind, principal(handle, id), claim.get(), news);
        } catch (Problem e) {
          return; // what is wrong with it is said when the keeper comes to it
        }
      }
    }
  }

  /** Who made a claim; what it may do was looked at then. */
  static Principal principal(Handle handle, long id) {
    return handle
        .createQuery("SELECT made_by FROM claim WHERE id = :id")
        .bind("id", id)
        .map((row, _) -> new Principal(row.getString("made_by"), Role.OPERATOR))
        .one();
  }

  /** One that nobody else has locked. */
  static Optional<Claim> locked(Handle handle, long id) {
    return handle
        .createQuery(
            "SELECT "
                + Claim.COLUMNS
                + ", deadline FROM claim WHERE id = :id FOR UPDATE SKIP LOCKED")
        .bind("id", id)
        .map((row, _) -> Claim.live(row))
        .findOne();
  }
}
