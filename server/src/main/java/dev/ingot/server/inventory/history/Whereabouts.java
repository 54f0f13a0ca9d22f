package dev.ingot.server.inventory.history;

import dev.ingot.server.inventory.SqlArray;
import dev.ingot.server.inventory.history.Finding.Place;
import dev.ingot.server.inventory.history.PartMeaning.Elsewhere;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Where else parts were at a time, as far as machines showed them. */
final class Whereabouts {
  /** A number that more machines show is no number of one part. */
  private static final int SHARED = 8;

  private static final int MOST = 1000;

  private final Map<String, List<Elsewhere>> places = new HashMap<>();

  /** Nobody may be told of other machines. */
  static final Whereabouts UNKNOWN = new Whereabouts();

  private Whereabouts() {}

  /**
   * Of the parts that changed on one node.
   *
   * @param time by the database's clock
   */
  static Whereabouts of(Handle handle, String node, List<PartChange> changes, Instant time) {
    List<Part> parts =
        changes.stream()
            .filter(
                change ->
                    change.what() == PartChange.What.GONE || change.what() == PartChange.What.NEW)
            .map(PartChange::part)
            .filter(part -> part.serial() != null)
            .limit(MOST)
            .toList();
    Whereabouts known = new Whereabouts();
    if (parts.isEmpty()) {
      return known;
    }
    handle
        .createQuery(
            """
            SELECT p.serial, p.kind, p.node, n.hostname, p.slot,
              p.gone IS NULL OR p.gone > :time AS live
            FROM (SELECT DISTINCT serial, kind FROM unnest(:serials, :kinds) AS s (serial, kind))
              AS sent
            CROSS JOIN LATERAL (
              SELECT * FROM part o WHERE o.serial = sent.serial AND o.kind = sent.kind
                AND o.node <> :node AND o.first_seen <= :time
              ORDER BY o.gone DESC NULLS FIRST, o.node LIMIT :most) AS p
            JOIN node n ON n.id = p.node
            ORDER BY live DESC, p.gone DESC NULLS FIRST, p.node
            """)
        .bind("serials", SqlArray.texts(parts, Part::serial))
        .bind("kinds", SqlArray.texts(parts, Part::kind))
        .bind("node", node)
        .bind("time", time)
        .bind("most", SHARED + 1)
        .map(
            (row, _) ->
                known
                    .places
                    .computeIfAbsent(
                        key(row.getString("kind"), row.getString("serial")), _ -> new ArrayList<>())
                    .add(
                        new Elsewhere(
                            new Place(
                                row.getString("node"),
                                row.getString("hostname"),
                                row.getString("slot")),
                            row.getBoolean("live"),
                            true)))
        .list();
    return known;
  }

  private static String key(String kind, String serial) {
    return kind + "|" + serial;
  }

  List<Elsewhere> of(Part part) {
    List<Elsewhere> others =
        part.serial() == null
            ? List.of()
            : places.getOrDefault(key(part.kind(), part.serial()), List.of());
    return others.size() > SHARED ? List.of() : others;
  }
}
