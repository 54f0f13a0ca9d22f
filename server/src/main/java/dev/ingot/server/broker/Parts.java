package dev.ingot.server.broker;

import dev.ingot.server.events.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The parts that events are relayed in, by their node: each is one server's at a time, so that the
 * events of a node keep their order, and each has its own position.
 */
final class Parts {
  static final int COUNT = 8;

  private Parts() {}

  /** A part that is ours. */
  record Held(int part, long position, long fence) {}

  /** The part of an event; those of no node are together. */
  static int of(Event event) {
    return event.nodeId() == null ? 0 : Math.floorMod(event.nodeId().hashCode(), COUNT);
  }

  /**
   * Keeps ours, takes those that nobody has up to our share, gives back what is beyond it. A part
   * that was never relayed begins at the end.
   */
  static List<Held> take(Handle handle, String owner, Duration lease) {
    handle.execute(
        "INSERT INTO event_relay (part, position) SELECT part, last"
            + " FROM generate_series(0, ? - 1) AS part, event_position ON CONFLICT DO NOTHING",
        COUNT);
    int servers = servers(handle, owner, lease);
    int share = Math.ceilDiv(COUNT, Math.max(1, servers));
    List<Held> held =
        handle
            .createQuery(
                """
                WITH ours AS (
                  SELECT part FROM event_relay
                   WHERE owner IS NULL OR owner = :owner OR lease < now()
                   ORDER BY (owner = :owner) DESC NULLS LAST, part LIMIT :share FOR UPDATE)
                UPDATE event_relay AS p
                   SET fence = p.fence + CASE WHEN p.owner = :owner THEN 0 ELSE 1 END,
                       owner = :owner, lease = now() + :lease * interval '1 ms'
                  FROM ours WHERE ours.part = p.part
                RETURNING p.part, p.position, p.fence
                """)
            .bind("owner", owner)
            .bind("share", share)
            .bind("lease", lease.toMillis())
            .map(
                (row, _) ->
                    new Held(row.getInt("part"), row.getLong("position"), row.getLong("fence")))
            .list();
    List<Integer> kept = new ArrayList<>(held.stream().map(Held::part).toList());
    handle
        .createUpdate(
            "UPDATE event_relay SET owner = NULL, lease = '-infinity'"
                + " WHERE owner = :owner AND NOT part = any(:kept)")
        .bind("owner", owner)
        .bindArray("kept", Integer.class, kept.toArray())
        .execute();
    return held;
  }

  private static int servers(Handle handle, String owner, Duration lease) {
    handle.execute(
        "INSERT INTO event_relay_server (owner) VALUES (?) ON CONFLICT (owner) DO UPDATE SET seen ="
            + " now()",
        owner);
    handle.execute(
        "DELETE FROM event_relay_server WHERE seen < now() - ? * interval '1 ms'",
        lease.toMillis());
    return handle.createQuery("SELECT count(*) FROM event_relay_server").mapTo(Integer.class).one();
  }

  /**
   * Everything up to the position has gone; false when a part is no longer ours, or the database
   * has not come so far, as after a restore.
   */
  static boolean moved(Handle handle, List<Held> held, long position) {
    int written = 0;
    for (Held each : held) {
      written +=
          handle
              .createUpdate(
                  """
                  UPDATE event_relay SET position = greatest(position, :position)
                   WHERE part = :part AND fence = :fence
                     AND :position <= (SELECT last FROM event_position)
                  """)
              .bind("position", position)
              .bind("part", each.part())
              .bind("fence", each.fence())
              .execute();
    }
    return written == held.size();
  }

  /** Events of the part between were no longer kept when its turn came. */
  static void lost(Handle handle, Held held, long position) {
    handle.execute(
        "UPDATE event_relay SET position = ?, lost = lost + ? WHERE part = ? AND fence = ?",
        position,
        Math.max(0, position - held.position()),
        held.part(),
        held.fence());
  }

  /** Gives all of ours back, so that another takes them at once. */
  static void release(Handle handle, String owner) {
    handle.execute(
        "UPDATE event_relay SET owner = NULL, lease = '-infinity' WHERE owner = ?", owner);
    handle.execute("DELETE FROM event_relay_server WHERE owner = ?", owner);
  }

  /** How many positions the slowest part is behind; 0 when nothing was ever relayed. */
  static long behind(Handle handle) {
    return handle
        .createQuery(
            "SELECT coalesce((SELECT last FROM event_position) - min(position), 0)"
                + " FROM event_relay")
        .mapTo(Long.class)
        .one();
  }
}
