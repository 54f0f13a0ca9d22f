package dev.ingot.server.resources.claim;

import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.claim.Admission.Releasing;
import dev.ingot.server.resources.claim.GroupCommit.Answer;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.kind.Kinds;
import dev.ingot.server.resources.stock.Stock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Ends several claims with a few statements for all of them. */
final class GroupRelease {
  private final Kinds kinds;
  private final Releases releases;
  private final Tidings tidings;
  private final Stock.Freed freed;
  private final Turns turns;

  GroupRelease(Kinds kinds, Releases releases, Tidings tidings, Stock.Freed freed, Turns turns) {
    this.kinds = kinds;
    this.releases = releases;
    this.tidings = tidings;
    this.freed = freed;
    this.turns = turns;
  }

  /** One claim that is to end: it holds, and nothing has to run before. */
  private record Ending(int place, Releasing asked, Kind kind, Claim claim) {}

  /**
   * Ends what may end, and says what became of each in its place.
   *
   * @param alone waits for a claim that another has locked; else that one is to be asked alone
   */
  Map<Integer, Answer<Claims.Made>> release(
      Handle handle, Map<Integer, Releasing> asked, boolean alone, Tidings.News news) {
    Map<Integer, Answer<Claims.Made>> answers = new LinkedHashMap<>();
    if (asked.isEmpty()) {
      return answers;
    }
    Map<Long, Claim> locked =
        ClaimTable.lockAll(handle, asked.values().stream().map(Releasing::id).toList(), alone);
    List<Ending> endings = new ArrayList<>();
    asked.forEach(
        (place, each) -> {
          Claim claim = locked.remove(each.id());
          if (claim == null) {
            answers.put(place, alone ? unknown(handle, each.id()) : Answer.askAlone());
            return;
          }
          try {
            each.precondition().accept(claim);
          } catch (Problem e) {
            answers.put(place, Answer.refused(e));
            return;
          }
          Kind kind = kinds.remembered(handle, claim.kind());
          if (claim.isWaiting() || (kind.reclaim() != null && !each.now())) {
            Claim ended =
                releases.end(
                    handle,
                    each.who(),
                    kind,
                    claim,
                    claim.isWaiting() ? Releases.End.CANCELLED : Releases.End.RELEASED,
                    each.now(),
                    each.reason());
            answers.put(place, made(ended));
          } else {
            endings.add(new Ending(place, each, kind, claim));
          }
        });
    end(handle, endings, news, answers);
    return answers;
  }

  private static Answer<Claims.Made> made(Claim ended) {
    return Answer.of(new Claims.Made(ended, true, List.of()));
  }

  /** Ended before, or never made. */
  private static Answer<Claims.Made> unknown(Handle handle, long id) {
    try {
      throw new IllegalStateException(
          "claim " + ClaimTable.lock(handle, id).id() + " was not locked");
    } catch (Problem e) {
      return Answer.refused(e);
    }
  }

  private void end(
      Handle handle,
      List<Ending> endings,
      Tidings.News news,
      Map<Integer, Answer<Claims.Made>> answers) {
    Map<String, List<Ending>> byKind = new TreeMap<>();
    endings.forEach(
        each -> byKind.computeIfAbsent(each.kind().name(), _ -> new ArrayList<>()).add(each));
    byKind.forEach(
        (_, alike) -> {
          Kind kind = alike.getFirst().kind();
          Map<Long, List<Tidings.Released>> released =
              free(handle, kind, alike.stream().map(each -> each.asked().id()).toList());
          for (Ending each : alike) {
            tidings.freed(
                news,
                each.asked().who(),
                kind,
                each.claim(),
                released.getOrDefault(each.asked().id(), List.of()),
                each.asked().reason());
          }
          freed.freed(handle, kind.name());
        });
    if (endings.isEmpty()) {
      return;
    }
    Map<Long, Claim> past = past(handle, endings);
    for (Ending each : endings) {
      Claim ended = Objects.requireNonNull(past.get(each.asked().id()), "a claim that was locked");
      tidings.tell(
          news,
          Releases.End.RELEASED.word,
          Releases.End.RELEASED.severity,
          each.claim(),
          each.asked().who(),
          each.asked().reason());
      answers.put(each.place(), made(ended));
    }
    byKind.values().forEach(alike -> turns.serve(handle, alike.getFirst().kind(), news));
  }

  /** Takes the holders off all resources of some claims of a kind. */
  static Map<Long, List<Tidings.Released>> free(Handle handle, Kind kind, List<Long> claims) {
    Map<Long, List<Tidings.Released>> released = new HashMap<>();
    handle
        .createQuery(
            """
            WITH locked AS (
              SELECT r.id, r.key, r.state, h.claim
                FROM holding h JOIN resource r ON r.id = h.resource
               WHERE h.claim = ANY(:claims) ORDER BY r.id FOR UPDATE OF r),
            gone AS (
              DELETE FROM holding h USING locked l WHERE h.resource = l.id
              RETURNING l.id, l.key, l.state, l.claim)
            UPDATE resource r SET owner = '', version = version + 1,
                   state = CASE WHEN r.state = ANY(:released) THEN coalesce(:free, r.state)
                                ELSE r.state END,
                   claimable = :any OR coalesce(
                     CASE WHEN r.state = ANY(:released) THEN coalesce(:free, r.state)
                          ELSE r.state END = ANY(:claimable), false),
                   updated = greatest(now(), r.updated)
              FROM gone WHERE r.id = gone.id
            RETURNING gone.claim, r.key, gone.state AS before, r.state AS after
            """)
        .bindArray("claims", Long.class, claims.toArray())
        .bind("released", new TextArray(kind.released()))
        .bind("free", kind.free())
        .bind("any", kind.claimable().isEmpty())
        .bind("claimable", new TextArray(kind.claimable()))
        .map(
            (row, _) ->
                released
                    .computeIfAbsent(row.getLong("claim"), _ -> new ArrayList<>())
                    .add(
                        new Tidings.Released(
                            row.getString("key"), row.getString("before"), row.getString("after"))))
        .list();
    return released;
  }

  private static Map<Long, Claim> past(Handle handle, List<Ending> endings) {
    Map<Long, Claim> past = new HashMap<>();
    handle
        .createQuery(
            """
            WITH ending AS (
              SELECT * FROM unnest(:ids, :bys, :details) AS sent (id, ended_by, detail)),
            gone AS (
              DELETE FROM claim c USING ending e WHERE c.id = e.id
              RETURNING c.*, e.ended_by, e.detail AS why)
            INSERT INTO claim_past (id, kind, owner, reason, request, wanted, state, resources, made,
                   made_by, since, until, ended_by, detail, request_key, request_digest, version)
            SELECT id, kind, owner, reason, request, wanted, 'released', resources, made, made_by,
                   since, until, ended_by, why, request_key, request_digest, version + 1 FROM gone
            RETURNING\s\
            """
                + Claim.COLUMNS
                + ", ended, ended_by")
        .bindArray("ids", Long.class, endings.stream().map(each -> each.asked().id()).toArray())
        .bind("bys", texts(endings.stream().map(each -> each.asked().who().name()).toList()))
        .bind("details", texts(endings.stream().map(each -> each.asked().reason()).toList()))
        .map((row, _) -> past.put(row.getLong("id"), Claim.past(row)))
        .list();
    return past;
  }

  private static TextArray texts(List<? extends @Nullable String> texts) {
    return new TextArray(texts);
  }
}
