package dev.ingot.server.boot;

import dev.ingot.server.nodes.TextArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Looks up ports in the database, those that many ask for at once in one statement: who looks does
 * it for all who came meanwhile.
 */
final class MachineLookups {
  private static final int MOST = 256;

  /** Statements under way at once: a second one when the first leaves many waiting. */
  private static final int LOOKING = 2;

  private static final int MANY = 128;

  /**
   * A boot for once that began is still the same boot for so long: firmware and iPXE ask again and
   * again.
   */
  private static final String ONE_BOOT = "interval '5 minutes'";

  /** The rank of a machine that an operator listed, whether or not a node has it. */
  private static final int LISTED = 4;

  private static final Found NOBODY = new Found(LISTED, null, null, false);

  private static final String BY_UUID =
      """
      UNION ALL
      SELECT value, 2, node FROM node_identifier WHERE value = ANY (:uuids) AND kind = 'uuid'
      UNION ALL
      SELECT value, 4, NULL FROM known_machine WHERE value = ANY (:uuids) AND kind = 'uuid'
      """;

  private static final String READ =
      """
      SELECT found.value, found.rank, found.node, a.profile, coalesce(a.once, false) AS once
        FROM (SELECT value, 1 AS rank, node FROM node_identifier
               WHERE value = ANY (:macs) AND kind = 'mac'
              UNION ALL
              SELECT value, 3, node FROM node_address WHERE value = ANY (:macs) AND kind = 'mac'
              UNION ALL
              SELECT value, 4, NULL FROM known_machine WHERE value = ANY (:macs) AND kind = 'mac'
              %2$s) AS found
        LEFT JOIN boot_assignment a ON a.node = found.node
          AND (NOT a.once OR a.used IS NULL OR a.used > now() - %1$s)
       ORDER BY found.rank, found.node
      """;

  /** Machines that name no UUID, as operating systems. */
  private static final String BY_MAC = READ.formatted(ONE_BOOT, "");

  private static final String BY_BOTH = READ.formatted(ONE_BOOT, BY_UUID);

  private final Jdbi jdbi;
  private final List<Waiting> waiting = new ArrayList<>();

  /** They end when nobody asked for a while. */
  private final ThreadPoolExecutor lookers = lookers();

  private int looking;

  record Key(String mac, @Nullable String uuid) {
    @Override
    public int hashCode() { // that of records is slower
      return mac.hashCode();
    }
  }

  private record Waiting(Key key, CompletableFuture<BootMachine> found) {}

  /** One that a statement found; the best of a value comes first, {@link #LISTED} last. */
  private record Found(int rank, @Nullable String node, @Nullable String profile, boolean once) {}

  MachineLookups(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  private static ThreadPoolExecutor lookers() {
    ThreadPoolExecutor lookers =
        new ThreadPoolExecutor(
            LOOKING,
            LOOKING,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(LOOKING),
            Thread.ofPlatform().daemon().name("boot-lookups-", 0).factory());
    lookers.allowCoreThreadTimeOut(true);
    return lookers;
  }

  /** Waits for what the database knows of one. */
  BootMachine find(Key key) {
    try {
      return later(key).join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  /** The same without waiting; who goes on with it does so in the thread that looked. */
  CompletableFuture<BootMachine> later(Key key) {
    Waiting mine = new Waiting(key, new CompletableFuture<>());
    boolean look;
    synchronized (waiting) {
      waiting.add(mine);
      look = looking == 0 || (looking < LOOKING && waiting.size() >= MANY);
      if (look) {
        looking++;
      }
    }
    if (look) {
      lookers.execute(this::lookUntilNobodyWaits);
    }
    return mine.found;
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

  /**
   * What the database knows of each, in their order. It is asked by values and says no word of
   * machines that nobody knows, which are most when many come at once.
   */
  static List<BootMachine> read(Handle handle, List<Key> keys) {
    List<String> macs = new ArrayList<>();
    List<String> uuids = new ArrayList<>();
    for (Key key : keys) {
      macs.add(key.mac());
      if (key.uuid() != null) {
        uuids.add(key.uuid());
      }
    }
    Map<String, List<Found>> found = new HashMap<>();
    Query query = handle.createQuery(uuids.isEmpty() ? BY_MAC : BY_BOTH);
    query.bind("macs", new TextArray(macs));
    if (!uuids.isEmpty()) {
      query.bind("uuids", new TextArray(uuids));
    }
    query
        .map(
            (row, context) ->
                found
                    .computeIfAbsent(row.getString("value"), value -> new ArrayList<>())
                    .add(
                        new Found(
                            row.getInt("rank"),
                            row.getString("node"),
                            row.getString("profile"),
                            row.getBoolean("once"))))
        .forEach(added -> {});
    List<BootMachine> machines = new ArrayList<>();
    for (Key key : keys) {
      List<Found> byMac = found.getOrDefault(key.mac(), List.of());
      List<Found> byUuid =
          key.uuid() == null ? List.of() : found.getOrDefault(key.uuid(), List.of());
      machines.add(machine(byMac, byUuid));
    }
    return machines;
  }

  private static BootMachine machine(List<Found> byMac, List<Found> byUuid) {
    if (byMac.isEmpty() && byUuid.isEmpty()) {
      return BootMachine.UNKNOWN;
    }
    Found best = NOBODY;
    boolean listed = false;
    for (List<Found> some : List.of(byMac, byUuid)) {
      for (Found each : some) {
        listed |= each.rank == LISTED;
        best = each.rank < best.rank ? each : best; // of one rank the first
      }
    }
    return new BootMachine(best.node, listed, best.profile, best.once);
  }
}
