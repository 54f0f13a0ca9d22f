package dev.ingot.server.boot;

import dev.ingot.netboot.dhcp.BootClient;
import dev.ingot.server.boot.profiles.BootProfile;
import dev.ingot.server.boot.profiles.Profiles;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * What the database knows of a port, kept for a moment: firmware asks several times within a
 * second.
 */
final class BootMachines {
  private static final int MOST_KEPT = 10_000;
  private static final long KEPT_MILLISECONDS = 2000;

  /**
   * A boot for once that began is still the same boot for so long: firmware and iPXE ask again and
   * again.
   */
  private static final String ONE_BOOT = "interval '5 minutes'";

  private final Jdbi jdbi;
  private final Profiles profiles;
  private final LongSupplier milliseconds;
  private final Map<String, Kept<BootMachine>> machines = bounded();
  private final Map<String, Kept<Looked>> looked = bounded();

  private record Kept<T>(T value, long until) {}

  /** A profile, or none of that name. */
  private record Looked(@Nullable BootProfile profile) {}

  BootMachines(Jdbi jdbi, Profiles profiles, LongSupplier milliseconds) {
    this.jdbi = jdbi;
    this.profiles = profiles;
    this.milliseconds = milliseconds;
  }

  private static <T> Map<String, Kept<T>> bounded() {
    return Collections.synchronizedMap(
        new LinkedHashMap<>(256, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Kept<T>> eldest) {
            return size() > MOST_KEPT;
          }
        });
  }

  /** Whose port it is: by permanent MAC, by a MAC that was seen on it, or by the machine's UUID. */
  BootMachine of(String mac, BootClient client) {
    String uuid = client.uuid() == null ? null : uuid(client.uuid());
    String key = mac + "/" + uuid;
    Kept<BootMachine> kept = machines.get(key);
    long now = milliseconds.getAsLong();
    if (kept != null && kept.until > now) {
      return kept.value;
    }
    BootMachine found = jdbi.withHandle(handle -> read(handle, mac, uuid));
    machines.put(key, new Kept<>(found, now + KEPT_MILLISECONDS));
    return found;
  }

  @Nullable BootProfile profile(String name) {
    Kept<Looked> kept = looked.get(name);
    long now = milliseconds.getAsLong();
    if (kept != null && kept.until > now) {
      return kept.value.profile();
    }
    BootProfile found = jdbi.withHandle(handle -> profiles.find(handle, name));
    looked.put(name, new Kept<>(new Looked(found), now + KEPT_MILLISECONDS));
    return found;
  }

  /** Somebody changed a profile or an assignment, here or at another server. */
  void forget() {
    machines.clear();
    looked.clear();
  }

  static String uuid(UUID uuid) {
    return uuid.toString().toUpperCase(Locale.ROOT);
  }

  static BootMachine read(Handle handle, String mac, @Nullable String uuid) {
    return handle
        .createQuery(
            """
            SELECT found.node, a.profile, coalesce(a.once, false) AS once,
                   EXISTS (SELECT FROM known_machine k
                           WHERE (k.kind = 'mac' AND k.value = :mac)
                              OR (k.kind = 'uuid' AND k.value = :uuid)) AS listed
            FROM (SELECT node FROM (
                    SELECT node, 1 AS rank FROM node_identifier WHERE value = :mac AND kind = 'mac'
                    UNION ALL
                    SELECT node, 2 FROM node_identifier WHERE value = :uuid AND kind = 'uuid'
                    UNION ALL
                    SELECT node, 3 FROM node_address WHERE value = :mac AND kind = 'mac') AS known
                  ORDER BY rank, node LIMIT 1) AS found
            FULL JOIN (SELECT 1) AS one ON true
            LEFT JOIN boot_assignment a ON a.node = found.node
              AND (NOT a.once OR a.used IS NULL OR a.used > now() - %s)
            """
                .formatted(ONE_BOOT))
        .bind("mac", mac)
        .bind("uuid", uuid)
        .map(
            (row, context) ->
                new BootMachine(
                    row.getString("node"),
                    row.getBoolean("listed"),
                    row.getString("profile"),
                    row.getBoolean("once")))
        .one();
  }

  /** The same, with a transaction of its own. */
  void used(String node) {
    jdbi.useHandle(handle -> used(handle, node));
  }

  /** A boot that is meant to happen once has begun. */
  static void used(Handle handle, String node) {
    handle.execute(
        "UPDATE boot_assignment SET used = now() WHERE node = ? AND once AND used IS NULL", node);
  }
}
