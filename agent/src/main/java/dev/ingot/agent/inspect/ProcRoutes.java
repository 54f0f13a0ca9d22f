package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import dev.ingot.agent.parse.Ipv6Text;
import dev.ingot.agent.parse.Numbers;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code /proc/net/route} and {@code /proc/net/ipv6_route}. */
final class ProcRoutes {
  private ProcRoutes() {}

  /** RTF_UP and RTF_REJECT, linux/route.h; RTF_ANYCAST and RTF_LOCAL, linux/ipv6_route.h. */
  private static final long UP = 0x0001;

  private static final long REJECT = 0x0200;
  private static final long ANYCAST = 0x0010_0000;
  private static final long LOCAL = 0x8000_0000L;

  /**
   * Addresses are 32-bit numbers as the processor holds them; lines that are no route are skipped.
   */
  static List<ObjectNode> parse4(String text) {
    List<ObjectNode> routes = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String[] column = line.strip().split("\\s+", -1);
      if (column.length < 8) {
        continue;
      }
      byte[] destination = address4(column[1]);
      byte[] gateway = address4(column[2]);
      byte[] mask = address4(column[7]);
      Long flags = Numbers.parse("0x" + column[3]);
      Long metric = Numbers.parse(column[6]);
      if (destination == null
          || gateway == null
          || mask == null
          || flags == null
          || metric == null) {
        continue;
      }
      int prefix = bits(mask);
      boolean isDefault = prefix == 0 && isZero(destination);
      if ((flags & UP) != 0) {
        routes.add(
            new Fields()
                .put("family", "ipv4")
                .put(
                    "destination", isDefault ? "default" : dotted(destination) + length(prefix, 32))
                .put("type", (flags & REJECT) != 0 ? "unreachable" : null)
                .put("via", isZero(gateway) ? null : dotted(gateway))
                .put("dev", column[0].equals("*") ? null : column[0])
                .put("metric", metric == 0 ? null : metric)
                .node());
      }
    }
    return routes;
  }

  /** The file mixes the main table with local and multicast routes, which are left out. */
  static List<ObjectNode> parse6(String text) {
    List<ObjectNode> routes = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String[] column = line.strip().split("\\s+", -1);
      if (column.length < 10) {
        continue;
      }
      byte[] destination = hexadecimal(column[0], 16);
      Long prefix = Numbers.parse("0x" + column[1]);
      byte[] gateway = hexadecimal(column[4], 16);
      Long metric = Numbers.parse("0x" + column[5]);
      Long flags = Numbers.parse("0x" + column[8]);
      if (destination == null
          || prefix == null
          || gateway == null
          || metric == null
          || flags == null) {
        continue;
      }
      boolean ofMain =
          (flags & UP) != 0
              && (flags & (LOCAL | ANYCAST | REJECT)) == 0
              && destination[0] != (byte) 0xff
              && !column[9].equals("lo");
      if (ofMain) {
        boolean isDefault = prefix == 0;
        routes.add(
            new Fields()
                .put("family", "ipv6")
                .put(
                    "destination",
                    isDefault ? "default" : Ipv6Text.of(destination) + length(prefix, 128))
                .put("via", isZero(gateway) ? null : Ipv6Text.of(gateway))
                .put("dev", column[9])
                .put("metric", metric)
                .node());
      }
    }
    return routes;
  }

  private static byte @Nullable [] address4(String digits) {
    byte[] address = hexadecimal(digits, 4);
    if (address == null || ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) {
      return address;
    }
    return new byte[] {address[3], address[2], address[1], address[0]};
  }

  private static byte @Nullable [] hexadecimal(String digits, int bytes) {
    try {
      return digits.length() == bytes * 2 ? HexFormat.of().parseHex(digits) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static int bits(byte[] mask) {
    int bits = 0;
    for (byte part : mask) {
      bits += Integer.bitCount(part & 0xff);
    }
    return bits;
  }

  private static boolean isZero(byte[] address) {
    for (byte part : address) {
      if (part != 0) {
        return false;
      }
    }
    return true;
  }

  private static String dotted(byte[] address) {
    return "%d.%d.%d.%d"
        .formatted(address[0] & 0xff, address[1] & 0xff, address[2] & 0xff, address[3] & 0xff);
  }

  /** As ip does: a single host's length goes without saying. */
  private static String length(long prefix, int whole) {
    return prefix == whole ? "" : "/" + prefix;
  }
}
