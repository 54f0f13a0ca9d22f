package dev.ingot.server.inventory.history;

import dev.ingot.server.inventory.SqlArray;
import dev.ingot.server.inventory.history.Finding.Place;
import dev.ingot.server.inventory.history.PartMeaning.Elsewhere;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Parts by serial number, kept with the changes that they come from: for all machines of a commit
 * together, and only when a part came, went or moved.
 */
final class PartTable {
  /** A number that so many machines show at once is no number of one part. */
  private static final int SHARED = 8;

  private PartTable() {}

  private record Row(String node, Instant time, PartChange change, Part part) {
    boolean gone() {
      return change.what() == PartChange.What.GONE;
    }

    boolean crosses() {
      return gone() || change.what() == PartChange.What.NEW;
    }
  }

  /** Writes what became of the parts; what it means, by node. */
  static Map<String, List<Finding>> settle(Handle handle, List<Changed> changes) {
    List<Row> rows = new ArrayList<>();
    Map<String, List<PartChange>> byNode = new LinkedHashMap<>();
    for (Changed change : changes) {
      List<PartChange> parts = PartChanges.between(change.before(), change.after());
      byNode.put(change.node(), parts);
      for (PartChange part : parts) {
        Part now =
            part.what() == PartChange.What.GONE || part.other() == null
                ? part.part()
                : part.other();
        if (now != null && now.serial() != null) {
          rows.add(new Row(change.node(), change.time(), part, now));
        }
      }
    }
    List<Row> crossing = known(handle, rows.stream().filter(Row::crosses).toList());
    Map<String, List<Elsewhere>> elsewhere = Map.of();
    Map<String, String> hostnames = new HashMap<>();
    if (!crossing.isEmpty()) {
      lock(handle, crossing);
      elsewhere = elsewhere(handle, crossing, hostnames);
    }
    write(handle, rows);
    Map<String, List<Finding>> findings = new HashMap<>();
    for (Map.Entry<String, List<PartChange>> entry : byNode.entrySet()) {
      Place self = new Place(entry.getKey(), hostnames.get(entry.getKey()), null);
      List<Finding> found = new ArrayList<>();
      for (PartChange change : entry.getValue()) {
        String key = change.part().kind() + "|" + change.part().serial();
        List<Elsewhere> others = others(elsewhere.getOrDefault(key, List.of()), entry.getKey());
        Finding finding =
            PartMeaning.of(change, self, others.size() >= SHARED ? List.of() : others);
        if (finding != null) {
          found.add(finding);
        }
      }
      findings.put(entry.getKey(), found);
    }
    return findings;
  }

  /** Other machines; those that had it before this one had it have nothing to do with it now. */
  private static List<Elsewhere> others(List<Elsewhere> known, String node) {
    boolean goneFromHere = false;
    List<Elsewhere> others = new ArrayList<>();
    for (Elsewhere one : known) {
      boolean here = node.equals(one.place().node());
      goneFromHere |= here && !one.live();
      if (!here && (one.live() || !goneFromHere)) {
        others.add(one);
      }
    }
    return others;
  }

  /** Those whose parts were ever seen anywhere; of most that are new nobody has heard. */
  private static List<Row> known(Handle handle, List<Row> rows) {
    if (rows.isEmpty()) {
      return rows;
    }
    Set<List<String>> known = new HashSet<>();
    handle
        .createQuery(
            """
            SELECT sent.serial, sent.kind FROM unnest(:serials, :kinds) AS sent (serial, kind)
            CROSS JOIN LATERAL (SELECT FROM part p WHERE p.serial = sent.serial
              AND p.kind = sent.kind LIMIT 1) AS known
            """)
        .bind("serials", SqlArray.texts(rows, row -> row.part.serial()))
        .bind("kinds", SqlArray.texts(rows, row -> row.part.kind()))
        .map((row, _) -> known.add(List.of(row.getString("serial"), row.getString("kind"))))
        .list();
    return known.isEmpty()
        ? List.of()
        : rows.stream()
            .filter(
                row -> known.contains(List.of(String.valueOf(row.part.serial()), row.part.kind())))
            .toList();
  }

  /**
   * Locks the rows of these parts on every machine, in one order: when one machine misses a part
   * while another shows it for the first time, the one that comes second sees what the first wrote.
   */
  private static void lock(Handle handle, List<Row> rows) {
    handle
        .createQuery(
            """
            SELECT 1 FROM part p WHERE (p.serial, p.kind, p.node) IN (
              SELECT sent.serial, sent.kind, known.node
              FROM unnest(:serials, :kinds) AS sent (serial, kind)
              CROSS JOIN LATERAL (SELECT node FROM part l WHERE l.serial = sent.serial
                AND l.kind = sent.kind AND l.gone IS NULL ORDER BY node LIMIT :most) AS known
              UNION
              SELECT serial, kind, node FROM unnest(:serials, :kinds, :nodes)
                AS own (serial, kind, node))
            ORDER BY p.serial, p.kind, p.node FOR NO KEY UPDATE OF p
            """)
        .bind("serials", SqlArray.texts(rows, row -> row.part.serial()))
        .bind("kinds", SqlArray.texts(rows, row -> row.part.kind()))
        .bind("nodes", SqlArray.texts(rows, Row::node))
        .bind("most", SHARED + 1)
        .mapTo(Integer.class)
        .list();
  }

  /** Where these parts are, and then where they were, the last first. */
  private static Map<String, List<Elsewhere>> elsewhere(
      Handle handle, List<Row> rows, Map<String, String> hostnames) {
    Map<String, List<Elsewhere>> places = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT known.*, n.hostname, coalesce(a.online, false) AS online
            FROM (SELECT DISTINCT serial, kind FROM unnest(:serials, :kinds) AS s (serial, kind))
              AS sent
            CROSS JOIN LATERAL (
              (SELECT kind, serial, node, slot, true AS live, NULL::timestamptz AS gone FROM part l
               WHERE l.serial = sent.serial AND l.kind = sent.kind AND l.gone IS NULL
               ORDER BY node LIMIT :most)
              UNION ALL
              (SELECT kind, serial, node, slot, false, gone FROM part g
               WHERE g.serial = sent.serial AND g.kind = sent.kind AND g.gone IS NOT NULL
               ORDER BY gone DESC LIMIT 2)) AS known
            JOIN node n ON n.id = known.node
            LEFT JOIN agent_session a ON a.node = known.node
            ORDER BY known.live DESC, known.gone DESC, known.node
            """)
        .bind("serials", SqlArray.texts(rows, row -> row.part.serial()))
        .bind("kinds", SqlArray.texts(rows, row -> row.part.kind()))
        .bind("most", SHARED + 1)
        .map(
            (row, _) ->
                Map.entry(
                    row.getString("kind") + "|" + row.getString("serial"),
                    new Elsewhere(
                        new Place(
                            row.getString("node"),
                            row.getString("hostname"),
                            row.getString("slot")),
                        row.getBoolean("live"),
                        row.getBoolean("online"))))
        .forEach(
            entry ->
                places
                    .computeIfAbsent(entry.getKey(), _ -> new ArrayList<>())
                    .add(entry.getValue()));
    if (!places.isEmpty()) {
      handle
          .createQuery(
              "SELECT id, hostname FROM node WHERE id = ANY(:nodes) AND hostname IS NOT NULL")
          .bind("nodes", SqlArray.texts(rows.stream().map(Row::node).distinct().toList()))
          .map((row, _) -> Map.entry(row.getString("id"), row.getString("hostname")))
          .forEach(entry -> hostnames.put(entry.getKey(), entry.getValue()));
    }
    return places;
  }

  private static void write(Handle handle, List<Row> rows) {
    if (rows.isEmpty()) {
      return;
    }
    handle
        .createUpdate(
            """
            INSERT INTO part AS known (serial, kind, node, model, size, slot, path, first_seen,
              last_seen, gone)
            SELECT serial, kind, sent.node, model, size, slot, path, time::timestamptz,
              CASE WHEN is_gone THEN coalesce(seen.collected, time::timestamptz) END,
              CASE WHEN is_gone THEN time::timestamptz END
            FROM unnest(:serials, :kinds, :nodes, :models, :sizes, :slots, :paths, :times, :gone)
              AS sent (serial, kind, node, model, size, slot, path, time, is_gone)
            LEFT JOIN LATERAL (SELECT max(s.collected) AS collected FROM inventory_section s
              WHERE is_gone AND s.node = sent.node AND s.name = split_part(sent.path, '.', 1))
              AS seen ON is_gone
            ORDER BY serial, kind, sent.node
            ON CONFLICT (serial, kind, node) DO UPDATE SET
              model = coalesce(excluded.model, known.model),
              size = coalesce(excluded.size, known.size), slot = excluded.slot,
              path = excluded.path, last_seen = excluded.last_seen, gone = excluded.gone
            """)
        .bind("serials", SqlArray.texts(rows, row -> row.part.serial()))
        .bind("kinds", SqlArray.texts(rows, row -> row.part.kind()))
        .bind("nodes", SqlArray.texts(rows, Row::node))
        .bind("models", SqlArray.texts(rows, row -> cut(row.part.model())))
        .bind("sizes", SqlArray.texts(rows, row -> cut(row.part.size())))
        .bind("slots", SqlArray.texts(rows, row -> cut(row.part.place())))
        .bind("paths", SqlArray.texts(rows, row -> row.part.path()))
        .bind("times", SqlArray.texts(rows, row -> row.time.toString()))
        .bind("gone", SqlArray.booleans(rows, Row::gone))
        .execute();
  }

  private static @Nullable String cut(@Nullable String text) {
    return text == null || text.length() <= 200 ? text : text.substring(0, 200);
  }
}
