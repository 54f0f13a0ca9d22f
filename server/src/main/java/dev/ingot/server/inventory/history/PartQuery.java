package dev.ingot.server.inventory.history;

import dev.ingot.server.http.Cursor;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Parts by serial number: where they are and were. */
final class PartQuery {
  private PartQuery() {}

  /**
   * A part on one machine.
   *
   * @param slot where it sits or sat, or what the system calls it
   * @param lastSeen when it was last reported there
   * @param gone since when it is missed there; null while it is there
   * @param duplicate whether another machine shows one of that number now too
   */
  record Found(
      String serial,
      String kind,
      @Nullable String model,
      @Nullable String size,
      String node,
      @Nullable String hostname,
      @Nullable String slot,
      Instant firstSeen,
      @Nullable Instant lastSeen,
      @Nullable Instant gone,
      boolean duplicate) {}

  /** Which parts; null for any. */
  record Wanted(
      @Nullable String serial, @Nullable String kind, @Nullable String node, boolean duplicate) {}

  static List<Found> list(Handle handle, Wanted wanted, @Nullable Cursor after, int most) {
    StringBuilder where = new StringBuilder("true");
    if (wanted.serial != null) {
      where.append(" AND p.serial = :serial");
    }
    if (wanted.kind != null) {
      where.append(" AND p.kind = :kind");
    }
    if (wanted.node != null) {
      where.append(" AND p.node = :node");
    }
    String duplicate =
        "(p.gone IS NULL AND p.kind <> 'chassis' AND EXISTS (SELECT 1 FROM part o WHERE"
            + " o.serial = p.serial AND o.kind = p.kind AND o.node <> p.node AND o.gone IS NULL))";
    if (wanted.duplicate) {
      where.append(" AND ").append(duplicate);
    }
    if (after != null) {
      where.append(" AND (p.serial, p.kind, p.node) > (:afterSerial, :afterKind, :afterNode)");
    }
    Query query =
        handle
            .createQuery(
                "SELECT p.*, n.hostname, "
                    + duplicate
                    + " AS duplicate, coalesce(p.last_seen, (SELECT max(s.collected) FROM"
                    + " inventory_section s WHERE s.node = p.node AND s.name ="
                    + " split_part(p.path, '.', 1))) AS seen FROM part p JOIN node n ON n.id ="
                    + " p.node WHERE "
                    + where
                    + " ORDER BY p.serial, p.kind, p.node LIMIT :most")
            .bind("most", most);
    if (wanted.serial != null) {
      query.bind("serial", Part.normal(wanted.serial));
    }
    if (wanted.kind != null) {
      query.bind("kind", wanted.kind);
    }
    if (wanted.node != null) {
      query.bind("node", wanted.node);
    }
    if (after != null) {
      query
          .bind("afterSerial", after.keys().getFirst())
          .bind("afterKind", after.keys().get(1))
          .bind("afterNode", after.keys().get(2));
    }
    return query
        .map(
            (row, _) ->
                new Found(
                    row.getString("serial"),
                    row.getString("kind"),
                    row.getString("model"),
                    row.getString("size"),
                    row.getString("node"),
                    row.getString("hostname"),
                    row.getString("slot"),
                    row.getObject("first_seen", OffsetDateTime.class).toInstant(),
                    instant(row.getObject("seen", OffsetDateTime.class)),
                    instant(row.getObject("gone", OffsetDateTime.class)),
                    row.getBoolean("duplicate")))
        .list();
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
