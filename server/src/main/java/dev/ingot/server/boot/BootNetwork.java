package dev.ingot.server.boot;

import dev.ingot.netboot.Ipv4;
import dev.ingot.server.boot.NetbootSettings.NetworkSettings;
import java.net.Inet4Address;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network that is answered, with our own place in it.
 *
 * @param address our address there; on the way there, where a relay lies between
 * @param prefix its first address
 * @param prefixLength how many bits its addresses share
 * @param here whether it is the network of the interface itself
 */
record BootNetwork(
    String name,
    NetworkSettings settings,
    Ipv4 address,
    Ipv4 prefix,
    int prefixLength,
    boolean here) {
  private static final Pattern PREFIX = Pattern.compile("([0-9.]+)/([0-9]{1,2})");

  /** A network by its first address and its length. */
  record Prefix(Ipv4 first, int length) {}

  /**
   * Reads {@code 10.20.0.0/24}.
   *
   * @throws IllegalArgumentException when the text is anything else
   */
  static Prefix prefix(String text) {
    Matcher matcher = PREFIX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "subnet: '" + text + "' is no network such as 10.20.0.0/24");
    }
    Ipv4 first = Ipv4.parse(matcher.group(1));
    int length = Integer.parseInt(matcher.group(2));
    if (length < 8 || length > 30) {
      throw new IllegalArgumentException("subnet: the length is 8 to 30, not " + length);
    }
    if ((first.bits() & ~Ipv4.mask(length).bits()) != 0) {
      throw new IllegalArgumentException(
          "subnet: " + text + " has bits beyond its length; it begins at " + begin(first, length));
    }
    return new Prefix(first, length);
  }

  private static Ipv4 begin(Ipv4 address, int length) {
    return new Ipv4(address.bits() & Ipv4.mask(length).bits());
  }

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
          return of(name, settings, Ipv4.of(inet4), address.getNetworkPrefixLength());
        }
      }
      throw new IllegalStateException(
          key + ": " + settings.networkInterface() + " has no IPv4 address");
    } catch (SocketException unreadable) {
      throw new IllegalStateException(key + ": " + unreadable.getMessage(), unreadable);
    }
  }

  private static BootNetwork of(String name, NetworkSettings settings, Ipv4 own, int length) {
    Prefix here = new Prefix(begin(own, length), length);
    Prefix said = settings.subnet() == null ? here : prefix(settings.subnet());
    return new BootNetwork(name, settings, own, said.first(), said.length(), said.equals(here));
  }

  /** Whether its interface is still there, with our address. */
  boolean isThere() {
    try {
      NetworkInterface found = NetworkInterface.getByName(settings.networkInterface());
      return found != null
          && found
              .inetAddresses()
              .anyMatch(each -> each.getHostAddress().equals(address.toString()));
    } catch (SocketException unreadable) {
      return false;
    }
  }

  /** Whether an address lies in this network. */
  boolean holds(Ipv4 other) {
    return prefix.sharesPrefix(other, prefixLength);
  }
}
