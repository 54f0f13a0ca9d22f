package dev.ingot.server.boot;

import dev.ingot.netboot.Ipv4;
import dev.ingot.server.boot.NetbootSettings.NetworkSettings;
import java.net.Inet4Address;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/**
 * A network that is answered, with our own place in it.
 *
 * @param address our address there
 * @param prefixLength of the network on that interface
 */
record BootNetwork(String name, NetworkSettings settings, Ipv4 address, int prefixLength) {
  /**
   * Finds the interface and its first IPv4 address.
   *
   * @throws IllegalStateException one line for the person who starts the server
   */
  static BootNetwork open(String name, NetworkSettings settings) {
    String key = "netboot.networks." + name + ".network-interface";
    try {
      NetworkInterface found = NetworkInterface.getByName(settings.networkInterface());
      if (found == null) {
        throw new IllegalStateException(
            key + ": there is no interface '" + settings.networkInterface() + "'");
      }
      for (InterfaceAddress address : found.getInterfaceAddresses()) {
        if (address.getAddress() instanceof Inet4Address inet4) {
          return new BootNetwork(name, settings, Ipv4.of(inet4), address.getNetworkPrefixLength());
        }
      }
      throw new IllegalStateException(
          key + ": " + settings.networkInterface() + " has no IPv4 address");
    } catch (SocketException unreadable) {
      throw new IllegalStateException(key + ": " + unreadable.getMessage(), unreadable);
    }
  }

  /** Whether an address lies in this network as far as we know it. */
  boolean holds(Ipv4 other) {
    return address.sharesPrefix(other, prefixLength);
  }
}
