package dev.ingot.server.boot;

import dev.ingot.netboot.dhcp.BootArchitecture;
import dev.ingot.netboot.dhcp.BootClient;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Ports that asked to boot, and the addresses that were seen with them. */
final class BootPorts {
  private BootPorts() {}

  /**
   * A port as it was seen last.
   *
   * @param address the address that it asked another server for, or had; null before that
   * @param fresh whether its boot is still under way
   */
  record Seen(
      String mac,
      String network,
      @Nullable String address,
      @Nullable String uuid,
      @Nullable Integer architecture,
      boolean fresh) {

    @Nullable BootArchitecture firmware() {
      return architecture == null ? null : BootArchitecture.of(architecture);
    }

    /** What asks for its script: its iPXE. */
    BootAsk ofIpxe() {
      int code = architecture == null ? -1 : architecture;
      return new BootAsk(
          mac, new BootClient(BootClient.Kind.IPXE, firmware(), code, null, null, null));
    }
  }

  /**
   * These ports asked; what they did not say this time is kept. Forgets ports that were long not
   * seen.
   */
  static void saw(Handle handle, Collection<BootRecord> asked) {
    Map<String, BootRecord> newest =
        new TreeMap<>(); // in order, so that two servers never wait for each other
    for (BootRecord one : asked) {
      if (one.mac() != null && one.sighting() != null) {
        newest.merge(one.mac(), one, BootPorts::together);
      }
    }
    if (newest.isEmpty()) {
      return;
    }
    PreparedBatch rows =
        handle.prepareBatch(
            """
            INSERT INTO boot_port (mac, network, address, uuid, architecture)
            VALUES (:mac, :network, :address, :uuid, :architecture)
            ON CONFLICT (mac) DO UPDATE SET network = excluded.network, seen = now(),
              address = coalesce(excluded.address, boot_port.address),
              uuid = coalesce(excluded.uuid, boot_port.uuid),
              architecture = coalesce(excluded.architecture, boot_port.architecture)
            """);
    newest.forEach(
        (mac, one) -> {
          BootRecord.Sighting shown = one.sighting();
          if (shown != null) {
            rows.bind("mac", mac)
                .bind("network", one.network() == null ? "" : one.network())
                .bind("address", shown.address())
                .bind("uuid", shown.uuid())
                .bind("architecture", shown.architecture() < 0 ? null : (int) shown.architecture())
                .add();
          }
        });
    rows.execute();
    handle.execute(
        "DELETE FROM boot_port WHERE mac IN"
            + " (SELECT mac FROM boot_port WHERE seen < now() - interval '90 days' LIMIT 100)");
  }

  private static BootRecord together(BootRecord earlier, BootRecord later) {
    return later.sighting() != null && later.sighting().address() == null ? earlier : later;
  }

  /**
   * @param attempt how long after its last request a boot is under way
   */
  static @Nullable Seen byMac(Handle handle, String mac, Duration attempt) {
    return one(handle, "mac", mac, attempt);
  }

  static @Nullable Seen byAddress(Handle handle, String address, Duration attempt) {
    return one(handle, "address", address, attempt);
  }

  /** The port of that machine that has the address. */
  static @Nullable Seen byUuid(Handle handle, String uuid, String address, Duration attempt) {
    Seen seen = one(handle, "address", address, attempt);
    return seen != null && uuid.equals(seen.uuid()) ? seen : null;
  }

  private static @Nullable Seen one(Handle handle, String column, String value, Duration attempt) {
    return handle
        .createQuery(
            """
            SELECT mac, network, address, uuid, architecture,
                   seen > now() - :attempt * interval '1 millisecond' AS fresh
            FROM boot_port WHERE %s = :value ORDER BY seen DESC LIMIT 1
            """
                .formatted(column))
        .bind("value", value)
        .bind("attempt", attempt.toMillis())
        .map(
            (row, context) ->
                new Seen(
                    row.getString("mac"),
                    row.getString("network"),
                    row.getString("address"),
                    row.getString("uuid"),
                    row.getObject("architecture", Integer.class),
                    row.getBoolean("fresh")))
        .findOne()
        .orElse(null);
  }
}
