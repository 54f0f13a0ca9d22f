package dev.ingot.server.boot;

import dev.ingot.netboot.dhcp.BootClient;
import dev.ingot.server.boot.profiles.BootProfile;
import dev.ingot.server.boot.profiles.Profiles;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
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

  private final Jdbi jdbi;
  private final MachineLookups lookups;
  private final Profiles profiles;
  private final LongSupplier milliseconds;
  private final Map<MachineLookups.Key, Kept<BootMachine>> machines = bounded();
  private final Map<String, Kept<Looked>> looked = bounded();

  private record Kept<T>(T value, long until) {}

  /** A profile, or none of that name. */
  private record Looked(@Nullable BootProfile profile) {}

  BootMachines(Jdbi jdbi, Profiles profiles, LongSupplier milliseconds) {
    this.jdbi = jdbi;
    this.lookups = new MachineLookups(jdbi);
    this.profiles = profiles;
    this.milliseconds = milliseconds;
  }

  private static <K, T> Map<K, Kept<T>> bounded() {
    return Collections.synchronizedMap(
        new LinkedHashMap<>(256, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, Kept<T>> eldest) {
            return size() > MOST_KEPT;
          }
        });
  }

  /** Whose port it is: by permanent MAC, by a MAC that was seen on it, or by the machine's UUID. */
  BootMachine of(String mac, BootClient client) {
    MachineLookups.Key key = key(mac, client);
    Kept<BootMachine> kept = machines.get(key);
    long now = milliseconds.getAsLong();
    return kept != null && kept.until > now ? kept.value : keep(key, lookups.find(key), now);
  }

  /** The same without waiting for the database. */
  CompletableFuture<BootMachine> later(String mac, BootClient client) {
    MachineLookups.Key key = key(mac, client);
    Kept<BootMachine> kept = machines.get(key);
    long now = milliseconds.getAsLong();
    return kept != null && kept.until > now
        ? CompletableFuture.completedFuture(kept.value)
        : lookups.later(key).thenApply(found -> keep(key, found, now));
  }

  private static MachineLookups.Key key(String mac, BootClient client) {
    return new MachineLookups.Key(mac, client.uuid() == null ? null : uuid(client.uuid()));
  }

  private BootMachine keep(MachineLookups.Key key, BootMachine found, long now) {
    machines.put(key, new Kept<>(found, now + KEPT_MILLISECONDS));
    return found;
  }

  /** Whether {@link #profile} would answer without waiting for the database. */
  boolean keepsProfile(String name) {
    Kept<Looked> kept = looked.get(name);
    return kept != null && kept.until > milliseconds.getAsLong();
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
    return MachineLookups.read(handle, List.of(new MachineLookups.Key(mac, uuid))).getFirst();
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
