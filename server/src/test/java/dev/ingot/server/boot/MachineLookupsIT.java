package dev.ingot.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.store.TestStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Many ports looked up in one statement, against what is found for each by itself. */
class MachineLookupsIT {
  private static final int NODES = 6;
  private static final int VALUES = 8;

  /** In order: by permanent MAC, by UUID, by a MAC that was seen; of several nodes the first. */
  private static final String ONE =
      """
      SELECT found.node, a.profile, coalesce(a.once, false) AS once,
             EXISTS (SELECT FROM known_machine k
                     WHERE (k.kind = 'mac' AND k.value = :mac)
                        OR (k.kind = 'uuid' AND k.value = :uuid)) AS listed
        FROM (SELECT (SELECT node FROM (
              SELECT node, 1 AS rank FROM node_identifier WHERE value = :mac AND kind = 'mac'
              UNION ALL
              SELECT node, 2 FROM node_identifier WHERE value = :uuid AND kind = 'uuid'
              UNION ALL
              SELECT node, 3 FROM node_address WHERE value = :mac AND kind = 'mac') AS known
            ORDER BY rank, node LIMIT 1) AS node) AS found
        LEFT JOIN boot_assignment a ON a.node = found.node
          AND (NOT a.once OR a.used IS NULL OR a.used > now() - interval '5 minutes')
      """;

  private static String mac(int number) {
    return "02:00:00:00:00:%02x".formatted(number);
  }

  private static String uuid(int number) {
    return "4C4C4544-0000-0000-0000-0000000000%02X".formatted(number);
  }

  private static BootMachine alone(Handle handle, MachineLookups.Key key) {
    return handle
        .createQuery(ONE)
        .bind("mac", key.mac())
        .bind("uuid", key.uuid())
        .map(
            (row, context) ->
                new BootMachine(
                    row.getString("node"),
                    row.getBoolean("listed"),
                    row.getString("profile"),
                    row.getBoolean("once")))
        .one();
  }

  @Test
  void eachOfManyIsWhatItIsAlone() {
    try (TestStore store = TestStore.open()) {
      TestNodes.make(store.jdbi(), 1, NODES + 1);
      for (int seed = 0; seed < 20; seed++) {
        Random random = new Random(seed);
        store
            .jdbi()
            .useHandle(
                handle -> {
                  fill(handle, random);
                  List<MachineLookups.Key> keys = keys(random);
                  List<BootMachine> each = new ArrayList<>();
                  keys.forEach(key -> each.add(alone(handle, key)));
                  assertThat(MachineLookups.read(handle, keys)).isEqualTo(each);
                });
      }
    }
  }

  @Test
  void whoAsksWithoutWaitingHearsTheSame() {
    try (TestStore store = TestStore.open()) {
      TestNodes.make(store.jdbi(), 1, NODES + 1);
      store.jdbi().useHandle(handle -> fill(handle, new Random(7)));
      MachineLookups lookups = new MachineLookups(store.jdbi());
      List<MachineLookups.Key> keys = new ArrayList<>();
      for (int times = 0; times < 40; times++) {
        keys.addAll(keys(new Random(times)));
      }
      var asked = keys.stream().map(lookups::later).toList();
      store
          .jdbi()
          .useHandle(
              handle -> {
                for (int place = 0; place < keys.size(); place++) {
                  assertThat(asked.get(place).join()).isEqualTo(alone(handle, keys.get(place)));
                }
                assertThat(lookups.find(keys.getFirst())).isEqualTo(asked.getFirst().join());
              });
    }
  }

  private static void fill(Handle handle, Random random) {
    handle.execute("TRUNCATE node_identifier, node_address, known_machine, boot_assignment");
    for (int value = 0; value < VALUES; value++) {
      for (int node = 1; node <= NODES; node++) {
        if (random.nextInt(10) == 0) {
          identify(handle, "mac", mac(value), node);
        }
        if (random.nextInt(10) == 0) {
          identify(handle, "uuid", uuid(value), node);
        }
        if (random.nextInt(8) == 0) {
          handle.execute(
              "INSERT INTO node_address (value, node, kind) VALUES (?, ?, 'mac')",
              mac(value),
              TestNodes.id(node));
        }
      }
      if (random.nextInt(4) == 0) {
        boolean byMac = random.nextBoolean();
        handle.execute(
            "INSERT INTO known_machine (kind, value) VALUES (?, ?)",
            byMac ? "mac" : "uuid",
            byMac ? mac(value) : uuid(value));
      }
    }
    for (int node = 1; node <= NODES; node++) {
      handle.execute(
          "INSERT INTO boot_assignment (node, profile, once, used, set_by)"
              + " VALUES (?, ?, ?, now() - ?::interval, 't')",
          TestNodes.id(node),
          "profile" + node,
          random.nextBoolean(),
          random.nextBoolean() ? null : random.nextInt(10) + " minutes 30 seconds");
    }
  }

  private static void identify(Handle handle, String kind, String value, int node) {
    handle.execute(
        "INSERT INTO node_identifier (kind, value, node, origin) VALUES (?, ?, ?, '')",
        kind,
        value,
        TestNodes.id(node));
  }

  private static List<MachineLookups.Key> keys(Random random) {
    boolean uuids = random.nextInt(3) > 0;
    List<MachineLookups.Key> keys = new ArrayList<>();
    for (int key = 0; key < 30; key++) {
      int which = random.nextInt(VALUES + 1);
      @Nullable String uuid =
          uuids && random.nextInt(3) > 0 ? uuid(random.nextInt(VALUES + 1)) : null;
      keys.add(new MachineLookups.Key(mac(which), uuid));
    }
    return keys;
  }
}
