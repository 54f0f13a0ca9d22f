package dev.ingot.server.boot;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpMessage;
import dev.ingot.netboot.dhcp.DhcpQuery;
import dev.ingot.netboot.dhcp.RelayAgent;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The networks that are answered, and in which of them a machine is that asks. */
final class BootNetworks {
  private final List<BootNetwork> networks;

  /**
   * @throws IllegalStateException one line for the person who starts the server, where two overlap
   */
  BootNetworks(Collection<BootNetwork> networks) {
    this.networks = List.copyOf(networks);
    for (BootNetwork one : this.networks) {
      for (BootNetwork other : this.networks) {
        if (!one.name().equals(other.name())
            && one.prefix()
                .sharesPrefix(other.prefix(), Math.min(one.prefixLength(), other.prefixLength()))
            && (sameInterface(one, other) || one.settings().dhcp().gives())) {
          throw new IllegalStateException(
              "netboot.networks: " + one.name() + " and " + other.name() + " overlap");
        }
      }
    }
  }

  private static boolean sameInterface(BootNetwork one, BootNetwork other) {
    return one.settings().networkInterface().equals(other.settings().networkInterface());
  }

  /**
   * The network of whoever sent a message: that of its relay, or which the relay names (RFC 3527);
   * without a relay that of its address, else the interface's own. Null where nobody named it.
   */
  @Nullable BootNetwork of(DhcpQuery query) {
    DhcpMessage message = query.message();
    if (!message.relay().isNone()) {
      Ipv4 selected = RelayAgent.of(message).linkSelection();
      return holding(query.networkInterface(), selected == null ? message.relay() : selected);
    }
    BootNetwork byAddress =
        message.client().isNone() ? null : holding(query.networkInterface(), message.client());
    return byAddress != null ? byAddress : here(query.networkInterface());
  }

  private @Nullable BootNetwork holding(String networkInterface, Ipv4 address) {
    for (BootNetwork each : networks) {
      if (each.settings().networkInterface().equals(networkInterface) && each.holds(address)) {
        return each;
      }
    }
    return null;
  }

  private @Nullable BootNetwork here(String networkInterface) {
    for (BootNetwork each : networks) {
      if (each.here() && each.settings().networkInterface().equals(networkInterface)) {
        return each;
      }
    }
    return null;
  }
}
