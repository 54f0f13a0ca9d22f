package dev.ingot.server.resources.claim;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.kind.Kinds;
import dev.ingot.server.resources.stock.Resource;
import dev.ingot.server.resources.stock.ResourceTable;
import dev.ingot.server.resources.stock.Stock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What people and programs do to claims that there are. */
public final class ClaimDesk {
  private final Kinds kinds;
  private final Claims claims;
  private final Releases releases;
  private final Tidings tidings;
  private final Stock stock;
  private final Duration warning;
  private final GroupCommit<Admission.Question, Claims.Made> group;

  ClaimDesk(
      Kinds kinds,
      Claims claims,
      Releases releases,
      Tidings tidings,
      Stock stock,
      Duration warning,
      GroupCommit<Admission.Question, Claims.Made> group) {
    this.group = group;
    this.kinds = kinds;
    this.claims = claims;
    this.releases = releases;
    this.tidings = tidings;
    this.stock = stock;
    this.warning = warning;
  }

  Claims claims() {
    return claims;
  }

  /** Where claims and releases of many clients go. */
  GroupCommit<Admission.Question, Claims.Made> group() {
    return group;
  }

  /**
   * Ends a claim: what waited is cancelled, what held is released.
   *
   * @param now leaves out what the kind says must run before
   */
  public Claim release(
      Handle handle,
      Principal who,
      long id,
      Consumer<Claim> precondition,
      boolean now,
      @Nullable String reason) {
    Claim claim = ClaimTable.lock(handle, id);
    precondition.accept(claim);
    Kind kind = kinds.remembered(handle, claim.kind());
    Releases.End end = claim.isWaiting() ? Releases.End.CANCELLED : Releases.End.RELEASED;
    return releases.end(handle, who, kind, claim, end, now, reason);
  }

  /** Frees one resource, whoever has it and however; one that is free stays so. */
  public Resource free(
      Handle handle,
      Principal who,
      Kind kind,
      String key,
      Consumer<Resource> precondition,
      @Nullable String reason) {
    Resource found = ResourceTable.require(handle, kind, key);
    Resource.Holder holder = found.claim();
    // The claim first, as everybody does: who locks in another order may wait in a circle.
    Claim claim = holder == null ? null : ClaimTable.lock(handle, Long.parseLong(holder.id()));
    Resource locked = ResourceTable.lock(handle, kind, key);
    precondition.accept(locked);
    if (claim == null) {
      if (locked.claim() != null) {
        throw Problem.conflict(Stock.heldBy(locked));
      }
      if (!locked.isHeld()) {
        return locked;
      }
      ObjectNode document = Stock.document(kind, locked).put("owner", "");
      String state = kind.afterRelease(locked.state());
      if (state != null && kind.hasStates()) {
        document.put("state", state);
      }
      return stock.change(handle, who, kind, locked, new Stock.Changed(document, null));
    }
    if (kind.reclaim() != null && claim.isHeld() && claim.resources().size() == 1) {
      releases.end(handle, who, kind, claim, Releases.End.RELEASED, false, reason);
    } else if (kind.reclaim() != null) {
      throw Problem.conflict(
          "%s is one of %d of claim %s, which is %s; release the claim"
              .formatted(locked.key(), claim.resources().size(), claim.id(), claim.state()));
    } else {
      releases.one(handle, who, kind, claim, locked, reason);
    }
    return ResourceTable.byId(handle, kind, locked.id()).orElseThrow();
  }

  /** Another end for a claim that holds; both null: none. */
  public Claim renew(
      Handle handle,
      Principal who,
      long id,
      Consumer<Claim> precondition,
      @Nullable Instant until,
      @Nullable Long seconds) {
    Claim claim = ClaimTable.lock(handle, id);
    precondition.accept(claim);
    if (!claim.isHeld()) {
      throw Problem.conflict("claim " + id + " is " + claim.state() + ", not held");
    }
    Claims.requireFuture(handle, until);
    handle
        .createUpdate(
            """
            UPDATE claim SET version = version + 1, until = ends.until, warn = ends.until
                   - least((ends.until - now()) / 4, :warning * interval '1 second')
              FROM (SELECT coalesce(:until::timestamptz,
                           now() + :seconds::bigint * interval '1 second') AS until) AS ends
             WHERE id = :id
            """)
        .bind("id", id)
        .bind("warning", warning.toSeconds())
        .bind("until", until == null ? null : until.atOffset(ZoneOffset.UTC))
        .bind("seconds", seconds)
        .execute();
    Claim after = ClaimTable.require(handle, id);
    tidings.recorded(
        handle,
        who,
        "claim.renew",
        claim.id(),
        Tidings.until(claim.until()),
        Tidings.until(after.until()));
    return after;
  }

  /**
   * What was begun by a {@link ReclaimHook} has ended.
   *
   * @param failure why the resource is not fit to be free; null when it is
   */
  public void reclaimed(
      Handle handle, Principal who, String kindName, String resource, @Nullable String failure) {
    Kind kind = kinds.require(handle, kindName);
    Resource found = ResourceTable.byId(handle, kind, resource).orElse(null);
    Resource.Holder holder = found == null ? null : found.claim();
    if (found == null || holder == null) {
      return; // released at once by a person meanwhile
    }
    Claim claim = ClaimTable.lock(handle, Long.parseLong(holder.id()));
    releases.reclaimed(handle, who, kind, claim, found, failure);
  }

  /** Why a claim waits; how one that does not stands. */
  public ObjectNode explain(Handle handle, long id) {
    Claim claim = ClaimTable.require(handle, id);
    ObjectNode shown = Json.MAPPER.createObjectNode();
    shown.put("claim", claim.id()).put("state", claim.state());
    if (claim.isWaiting()) {
      Kind kind = kinds.require(handle, claim.kind());
      Explanation found = claims.explain(handle, kind, claim);
      shown.setAll((ObjectNode) Json.MAPPER.valueToTree(found));
      shown.put("deadline", String.valueOf(claim.deadline()));
      return shown;
    }
    return shown.put("sentence", words(claim));
  }

  private static String words(Claim claim) {
    String what = "claim %s of %s ".formatted(claim.id(), claim.owner());
    if (claim.isHeld()) {
      return what
          + "holds %d of %s since %s, %s"
              .formatted(
                  claim.resources().size(),
                  claim.kind(),
                  claim.since(),
                  claim.until() == null ? "without end" : "until " + claim.until());
    }
    String detail = claim.detail() == null ? "" : ": " + claim.detail();
    return claim.hasEnded()
        ? what
            + "is %s since %s, by %s%s"
                .formatted(claim.state(), claim.ended(), claim.endedBy(), detail)
        : what + "is " + claim.state() + detail;
  }
}
