package dev.ingot.server.mercury;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where agents may be dialled: an address that an agent tells could be anybody's. */
record DialledNetworks(List<Network> networks) {
  DialledNetworks {
    networks = List.copyOf(networks);
  }

  static DialledNetworks of(List<String> networks) {
    return new DialledNetworks(networks.stream().map(DialledNetworks::network).toList());
  }

  /** The first {@code length} bits of an address. */
  record Network(InetAddress address, int length) {
    boolean has(InetAddress other) {
      byte[] mine = address.getAddress();
      byte[] its = other.getAddress();
      int rest = mine.length * Byte.SIZE - length;
      return mine.length == its.length
          && new BigInteger(1, mine)
              .shiftRight(rest)
              .equals(new BigInteger(1, its).shiftRight(rest));
    }
  }

  /**
   * Reads {@code 10.1.0.0/16}, or an address for itself alone.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static Network network(String text) {
    int slash = text.indexOf('/');
    try {
      InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
      int bits = address.getAddress().length * Byte.SIZE;
      int length = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
      if (length >= 0 && length <= bits) {
        return new Network(address, length);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(wrong(text), e);
    }
    throw new IllegalArgumentException(wrong(text));
  }

  private static String wrong(String text) {
    return "mercury.agents: " + text + " is no network; 10.1.0.0/16 is one";
  }

  /** The address of that text if it may be dialled, else null. */
  @Nullable InetAddress allowed(String text) {
    try {
      InetAddress address = InetAddress.ofLiteral(text);
      return networks.stream().anyMatch(network -> network.has(address)) ? address : null;
    } catch (IllegalArgumentException notAnAddress) {
      return null;
    }
  }
}
