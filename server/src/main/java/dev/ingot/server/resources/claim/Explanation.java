package dev.ingot.server.resources.claim;

import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.stock.Condition;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Why a claim waits or is refused, as things stand now.
 *
 * @param wanted how many it asks for
 * @param known how many of the kind there are
 * @param matching how many of them match, whoever has them
 * @param free how many of those could be taken
 * @param held how many of those somebody has
 * @param next when the next of those ends, as far as it has an end
 * @param holders who has most of them
 * @param states how many of those that nobody has are in a state from which they are not claimed
 * @param ahead claims of the kind that waited before
 * @param sentence all of it in words
 */
public record Explanation(
    int wanted,
    long known,
    long matching,
    long free,
    long held,
    @Nullable Instant next,
    List<Holder> holders,
    Map<String, Long> states,
    long ahead,
    boolean enough,
    String sentence) {
  private static final int NAMED = 5;

  /** Who has some. */
  public record Holder(String owner, long count) {}

  /**
   * Looks.
   *
   * @param claim that waits; null for one that is not made
   */
  static Explanation of(
      Handle handle, Kind kind, Condition condition, int wanted, @Nullable Long claim) {
    String where = " FROM resource r WHERE r.kind = ? AND " + condition.text();
    List<Object> parameters = new ArrayList<>();
    parameters.add(kind.name());
    parameters.addAll(condition.parameters());
    Map<String, Long> states = new LinkedHashMap<>();
    Condition.bound(
            handle.createQuery(
                "SELECT coalesce(r.state, '-') AS state, count(*) AS count"
                    + where
                    + " AND r.owner = '' AND NOT r.claimable GROUP BY 1 ORDER BY 2 DESC, 1"),
            parameters)
        .map((row, _) -> Map.entry(row.getString("state"), row.getLong("count")))
        .forEach(entry -> states.put(entry.getKey(), entry.getValue()));
    List<Holder> holders =
        Condition.bound(
                handle.createQuery(
                    "SELECT r.owner, count(*) AS count"
                        + where
                        + " AND r.owner <> '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT "
                        + NAMED),
                parameters)
            .map((row, _) -> new Holder(row.getString("owner"), row.getLong("count")))
            .list();
    record Counts(long matching, long free, long held, @Nullable Timestamp next) {}
    Counts counts =
        Condition.bound(
                handle.createQuery(
                    "SELECT count(*) AS matching,"
                        + " count(*) FILTER (WHERE r.claimable AND r.owner = '') AS free,"
                        + " count(*) FILTER (WHERE r.owner <> '') AS held,"
                        + " min((SELECT c.until FROM holding h JOIN claim c ON c.id = h.claim"
                        + " WHERE h.resource = r.id)) AS next"
                        + where),
                parameters)
            .map(
                (row, _) ->
                    new Counts(
                        row.getLong("matching"),
                        row.getLong("free"),
                        row.getLong("held"),
                        row.getTimestamp("next")))
            .one();
    long known =
        handle
            .createQuery("SELECT count(*) FROM resource WHERE kind = :kind")
            .bind("kind", kind.name())
            .mapTo(Long.class)
            .one();
    long ahead =
        handle
            .createQuery(
                "SELECT count(*) FROM claim WHERE kind = :kind AND state = 'waiting'"
                    + " AND (:claim::bigint IS NULL OR id < :claim)")
            .bind("kind", kind.name())
            .bind("claim", claim)
            .mapTo(Long.class)
            .one();
    Instant next = counts.next() == null ? null : counts.next().toInstant();
    Explanation found =
        new Explanation(
            wanted,
            known,
            counts.matching(),
            counts.free(),
            counts.held(),
            next,
            holders,
            states,
            ahead,
            counts.free() >= wanted,
            "");
    return found.with(found.words(kind));
  }

  /** The same with so many more that are free. */
  Explanation withMore(long more, Kind kind) {
    Explanation found =
        new Explanation(
            wanted,
            known + more,
            matching + more,
            free + more,
            held,
            next,
            holders,
            states,
            ahead,
            free + more >= wanted,
            "");
    return found.with(found.words(kind));
  }

  private Explanation with(String words) {
    return new Explanation(
        wanted, known, matching, free, held, next, holders, states, ahead, enough, words);
  }

  private String words(Kind kind) {
    StringBuilder words = new StringBuilder();
    words.append(
        "%d of %s %s asked for; %d of %d match, %d of those %s free"
            .formatted(
                wanted,
                kind.name(),
                wanted == 1 ? "is" : "are",
                matching,
                known,
                free,
                free == 1 ? "is" : "are"));
    if (held > 0) {
      words.append("; ").append(held).append(held == 1 ? " is held" : " are held").append(" (by ");
      words.append(
          String.join(
              ", ", holders.stream().map(each -> each.owner() + ": " + each.count()).toList()));
      words.append(
          next == null ? "; none of them has an end)" : "; the next claim ends " + next + ")");
    }
    states.forEach(
        (state, count) ->
            words
                .append("; ")
                .append(count)
                .append(count == 1 ? " is " : " are ")
                .append(state)
                .append(", from which ")
                .append(kind.name())
                .append(" are not claimed"));
    if (ahead > 0) {
      words
          .append("; ")
          .append(ahead)
          .append(ahead == 1 ? " claim waits" : " claims wait")
          .append(" already");
    }
    return words.toString();
  }
}
