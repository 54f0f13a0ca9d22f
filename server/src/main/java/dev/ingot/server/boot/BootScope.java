package dev.ingot.server.boot;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.BootArchitecture;
import dev.ingot.server.access.Principal;
import dev.ingot.server.boot.lease.AddressSource;
import dev.ingot.server.boot.profiles.BootProfile;
import dev.ingot.server.nodes.NodeReader;
import dev.ingot.server.nodes.NodeRecord;
import dev.ingot.server.nodes.joining.BootTickets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What templates may say of the machine that they are rendered for. */
final class BootScope {
  private static final String TICKET = "boot.ticket";

  private final BootTickets tickets;
  private final Urls urls;
  private final Duration ticketLifetime;
  private final AddressSource addresses;

  /**
   * @param server how a machine on that network reaches the API
   * @param files how it reaches the boot files, ending in a slash
   * @param syslog where it sends its log, {@code host:port}; empty when none is taken
   */
  interface Urls {
    String server(BootNetwork network);

    String files(BootNetwork network);

    String syslog(BootNetwork network);
  }

  BootScope(BootTickets tickets, Urls urls, Duration ticketLifetime, AddressSource addresses) {
    this.tickets = tickets;
    this.urls = urls;
    this.ticketLifetime = ticketLifetime;
    this.addresses = addresses;
  }

  String files(BootNetwork network) {
    return urls.files(network);
  }

  /**
   * @param template what is rendered: a ticket is made only where it names one
   * @param port whose machine it is
   */
  Map<String, Object> of(
      Handle handle,
      BootProfile profile,
      String template,
      Ipv4 address,
      BootNetwork network,
      BootMachine machine,
      BootPorts.Seen port) {
    return Map.of(
        "boot",
        boot(handle, template, address, network, port),
        "node",
        node(handle, machine),
        "profile",
        Map.of("name", profile.name()),
        "reserved",
        reserved(addresses.reserved(handle, port.mac())));
  }

  private Map<String, Object> boot(
      Handle handle, String template, Ipv4 address, BootNetwork network, BootPorts.Seen port) {
    Map<String, Object> boot = new HashMap<>();
    boot.put("mac", port.mac());
    boot.put("address", address.toString());
    boot.put("network", network.name());
    boot.put("server", urls.server(network));
    boot.put("files", urls.files(network));
    boot.put("syslog", urls.syslog(network));
    boot.put("uuid", Objects.requireNonNullElse(port.uuid(), ""));
    BootArchitecture architecture = port.firmware();
    boot.put(
        "firmware", architecture == null ? "" : BootDecision.WORDS.getOrDefault(architecture, ""));
    boot.put("machine", machine(architecture));
    if (template.contains(TICKET)) {
      BootTickets.Made ticket =
          tickets.make(
              handle,
              Principal.SYSTEM,
              port.mac(),
              address.toString(),
              network.name(),
              ticketLifetime);
      boot.put("ticket", ticket.secret());
    }
    return boot;
  }

  private static Map<String, Object> node(Handle handle, BootMachine machine) {
    if (machine.node() == null) {
      return Map.of(
          "id", "", "hostname", "", "tags", List.of(), "site", "", "rack", "", "unit", "");
    }
    NodeRecord known = NodeReader.require(handle, machine.node());
    Map<String, Object> node = new HashMap<>();
    node.put("id", known.id());
    node.put("hostname", Objects.requireNonNullElse(known.hostname(), ""));
    node.put("tags", known.tags());
    node.put("site", Objects.requireNonNullElse(known.location().site(), ""));
    node.put("rack", Objects.requireNonNullElse(known.location().rack(), ""));
    node.put("unit", Objects.requireNonNullElse(known.location().unit(), ""));
    return node;
  }

  private static Map<String, Object> reserved(AddressSource.Reserved held) {
    return Map.of(
        "address", held.address(),
        "prefixLength", held.prefixLength(),
        "gateway", held.gateway(),
        "vlan", held.vlan(),
        "dns", held.nameServers(),
        "domain", held.domain(),
        "hostname", held.hostName());
  }

  /** The name of the processor in paths of images. */
  private static String machine(@Nullable BootArchitecture architecture) {
    return architecture == BootArchitecture.UEFI_ARM64
            || architecture == BootArchitecture.UEFI_ARM64_HTTP
        ? "arm64"
        : "x86_64";
  }
}
