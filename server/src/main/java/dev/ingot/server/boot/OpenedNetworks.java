package dev.ingot.server.boot;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.boot.NetbootSettings.NetworkSettings;
import dev.ingot.server.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Networks that an administrator opened while the server runs: kept in the database, so that the
 * server answers them again when it starts anew, as long as their interface is there.
 */
final class OpenedNetworks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenedNetworks.class);

  private final Jdbi jdbi;
  private final Audit audit;
  private final Map<String, BootNetwork> networks;
  private final Opening opening;
  private final boolean tls;
  private final Map<String, List<AutoCloseable>> doors = new HashMap<>();
  private @Nullable ApiDoor door;

  /** Opens the ports of a network. */
  interface Opening {
    List<AutoCloseable> open(BootNetwork network) throws IOException;
  }

  /**
   * @param insecure whether the API may be reached there without TLS
   */
  record Asked(String networkInterface, @Nullable Boolean insecure) {}

  /**
   * @param networks all that are answered, to which those that are opened are added
   * @param tls whether the API speaks TLS
   */
  OpenedNetworks(
      Jdbi jdbi, Audit audit, Map<String, BootNetwork> networks, Opening opening, boolean tls) {
    this.jdbi = jdbi;
    this.audit = audit;
    this.networks = networks;
    this.opening = opening;
    this.tls = tls;
  }

  void doorIs(ApiDoor given) {
    door = given;
  }

  /** Answers a network from now on; one that is open already on that interface is opened anew. */
  synchronized BootNetwork open(String name, Asked asked, Principal who) {
    if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw Problem.invalid(
          "name", "must be small letters, digits and dashes, 63 at most, and is " + name);
    }
    if (networks.containsKey(name) && !doors.containsKey(name)) {
      throw Problem.conflict(
          "network " + name + " is answered already: the configuration names it");
    }
    shutVanished();
    for (BootNetwork each : networks.values()) {
      if (!each.name().equals(name)
          && each.settings().networkInterface().equals(asked.networkInterface())) {
        throw Problem.conflict(
            asked.networkInterface() + " is answered already, as network " + each.name());
      }
    }
    if (!tls && !Boolean.TRUE.equals(asked.insecure())) {
      throw Problem.invalid(
          "insecure",
          "must be true: the API has no TLS, so tokens would cross the network in the clear");
    }
    shut(name);
    BootNetwork network;
    try {
      network = answer(name, asked.networkInterface());
    } catch (IllegalStateException missing) {
      throw Problem.invalid(
          "networkInterface", String.valueOf(missing.getMessage()).replaceFirst("^[^:]*: ", ""));
    } catch (IOException failed) {
      throw Problem.conflict("network " + name + " cannot be answered: " + failed.getMessage());
    }
    boolean kept = false;
    try {
      jdbi.useTransaction(handle -> keep(handle, name, asked, who));
      kept = true;
    } finally {
      if (!kept) {
        shut(name);
      }
    }
    return network;
  }

  private static void insert(Handle handle, String name, Asked asked, Principal who) {
    handle
        .createUpdate(
            """
            INSERT INTO boot_opened_network (name, network_interface, machine, opened_by)
            VALUES (:name, :interface, :machine, :who)
            ON CONFLICT (name) DO UPDATE SET network_interface = excluded.network_interface,
              machine = excluded.machine, opened_by = excluded.opened_by, opened_at = now()
            """)
        .bind("name", name)
        .bind("interface", asked.networkInterface())
        .bind("machine", machine())
        .bind("who", who.name())
        .execute();
  }

  private void keep(Handle handle, String name, Asked asked, Principal who) {
    JsonNode before = kept(handle, name);
    insert(handle, name, asked, who);
    audit.record(
        handle, who, "boot-network.open", "boot-network:" + name, before, kept(handle, name));
  }

  /** Answers it no longer. */
  synchronized void close(String name, Principal who) {
    jdbi.useTransaction(
        handle -> {
          JsonNode before = kept(handle, name);
          if (before == null) {
            throw networks.containsKey(name)
                ? Problem.conflict(
                    "network " + name + " was not opened: the configuration names it")
                : Problem.notFound("no network " + name + " is open");
          }
          handle.execute("DELETE FROM boot_opened_network WHERE name = ?", name);
          audit.record(handle, who, "boot-network.close", "boot-network:" + name, before, null);
        });
    shut(name);
  }

  private static @Nullable JsonNode kept(Handle handle, String name) {
    return handle
        .createQuery(
            "SELECT network_interface, machine FROM boot_opened_network WHERE name = :name")
        .bind("name", name)
        .map(
            (row, context) ->
                (JsonNode)
                    Json.MAPPER
                        .createObjectNode()
                        .put("networkInterface", row.getString("network_interface"))
                        .put("machine", row.getString("machine")))
        .findOne()
        .orElse(null);
  }

  /** As they were when the server ended here; whose interface is gone is forgotten. */
  synchronized void reopen() {
    Map<String, String> before =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT name, network_interface FROM boot_opened_network"
                            + " WHERE machine = :machine ORDER BY name LIMIT 100")
                    .bind("machine", machine())
                    .setMapKeyColumn("name")
                    .setMapValueColumn("network_interface")
                    .collectInto(
                        new org.jdbi.v3.core.generic.GenericType<Map<String, String>>() {}));
    before.forEach(
        (name, networkInterface) -> {
          if (networks.containsKey(name)) {
            return;
          }
          try {
            answer(name, networkInterface);
          } catch (IllegalStateException gone) {
            LOG.info("forgets network {}, which was opened: {}", name, gone.getMessage());
            jdbi.useHandle(
                handle -> handle.execute("DELETE FROM boot_opened_network WHERE name = ?", name));
          } catch (IOException failed) {
            LOG.error("cannot answer network {}, which was opened: {}", name, failed.getMessage());
          }
        });
  }

  private BootNetwork answer(String name, String networkInterface) throws IOException {
    BootNetwork network = BootNetwork.open(name, NetworkSettings.on(networkInterface));
    List<AutoCloseable> opened = new ArrayList<>(opening.open(network));
    doors.put(name, opened);
    boolean reachable = false;
    try {
      if (door != null) {
        opened.add(door.open(network.address().toString()));
      }
      reachable = true;
    } finally {
      if (!reachable) {
        shut(name);
      }
    }
    networks.put(name, network);
    LOG.info(
        "answers machines that boot in {} ({}, {}), which was opened",
        name,
        networkInterface,
        network.address());
    return network;
  }

  /** Whose interface is gone keeps ports on an address that another network may have by now. */
  private void shutVanished() {
    for (String name : List.copyOf(doors.keySet())) {
      BootNetwork network = networks.get(name);
      if (network != null && !network.isThere()) {
        LOG.info("forgets network {}, which was opened: its interface is gone", name);
        shut(name);
        jdbi.useHandle(
            handle -> handle.execute("DELETE FROM boot_opened_network WHERE name = ?", name));
      }
    }
  }

  private void shut(String name) {
    List<AutoCloseable> opened = doors.remove(name);
    if (opened == null) {
      return;
    }
    networks.remove(name);
    for (AutoCloseable each : opened.reversed()) {
      try {
        each.close();
      } catch (Exception failed) {
        LOG.warn("a service of network {} did not close: {}", name, failed.toString());
      }
    }
  }

  /** Servers on other machines have other interfaces. */
  private static String machine() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      throw new IllegalStateException("the kernel does not say this machine's name", e);
    }
  }

  @Override
  public synchronized void close() {
    List.copyOf(doors.keySet()).forEach(this::shut);
  }
}
