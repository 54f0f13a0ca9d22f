package dev.ingot.server.boot;

import dev.ingot.server.nodes.TextArray;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Looks up ports in the database, those that many ask for at once in one statement: whoever finds
 * nobody looking looks, for all who came meanwhile.
 */
final class MachineLookups {
  private static final int MOST = 256;

  /** Statements under way at once. */
  private static final int LOOKING = 2;

  /**
   * A boot for once that began is still the same boot for so long: firmware and iPXE ask again and
   * again.
   */
  private static final String ONE_BOOT = "interval '5 minutes'";

  private final Jdbi jdbi;
  private final List<Waiting> waiting = new ArrayList<>();
  private int looking;

  record Key(String mac, @Nullable String uuid) {}

  private record Waiting(Key key, CompletableFuture<BootMachine> found) {}

  MachineLookups(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  BootMachine find(Key key) {
    Waiting mine = new Waiting(key, new CompletableFuture<>());
    boolean look;
    synchronized (waiting) {
      waiting.add(mine);
      look = looking < LOOKING;
      if (look) {
        looking++;
      }
    }
    if (look) {
      lookUntilNobodyWaits();
    }
    try {
      return mine.found.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  private void lookUntilNobodyWaits() {
    while (true) {
      List<Waiting> group;
      synchronized (waiting) {
        if (waiting.isEmpty()) {
          looking--;
          return;
        }
        List<Waiting> first = waiting.subList(0, Math.min(MOST, waiting.size()));
        group = List.copyOf(first);
        first.clear();
      }
      answer(group);
    }
  }

  private void answer(List<Waiting> group) {
    try {
      List<BootMachine> found =
          jdbi.withHandle(handle -> read(handle, group.stream().map(Waiting::key).toList()));
      for (int place = 0; place < group.size(); place++) {
        group.get(place).found.complete(found.get(place));
      }
    } catch (RuntimeException failed) {
      group.forEach(each -> each.found.completeExceptionally(failed));
    }
  }

  private static List<@Nullable String> uuids(List<Key> keys) {
    List<@Nullable String> uuids = new ArrayList<>();
    keys.forEach(key -> uuids.add(key.uuid()));
    return uuids;
  }

  /** What the database knows of each, in their order. */
  static List<BootMachine> read(Handle handle, List<Key> keys) {
    return handle
        .createQuery(
            """
            SELECT found.node, a.profile, coalesce(a.once, false) AS once,
                   EXISTS (SELECT FROM known_machine k
                           WHERE (k.kind = 'mac' AND k.value = w.mac)
                              OR (k.kind = 'uuid' AND k.value = w.uuid)) AS listed
              FROM unnest(:macs, :uuids) WITH ORDINALITY AS w (mac, uuid, place)
              LEFT JOIN LATERAL (SELECT node FROM (
                    SELECT node, 1 AS rank FROM node_identifier WHERE value = w.mac AND kind = 'mac'
                    UNION ALL
                    SELECT node, 2 FROM node_identifier WHERE value = w.uuid AND kind = 'uuid'
                    UNION ALL
                    SELECT node, 3 FROM node_address WHERE value = w.mac AND kind = 'mac') AS known
                  ORDER BY rank, node LIMIT 1) AS found ON true
              LEFT JOIN boot_assignment a ON a.node = found.node
                AND (NOT a.once OR a.used IS NULL OR a.used > now() - %s)
             ORDER BY w.place
            """
                .formatted(ONE_BOOT))
        .bind("macs", new TextArray(keys.stream().map(Key::mac).toList()))
        .bind("uuids", new TextArray(uuids(keys)))
        .map(
            (row, context) ->
                new BootMachine(
                    row.getString("node"),
                    row.getBoolean("listed"),
                    row.getString("profile"),
                    row.getBoolean("once")))
        .list();
  }
}
