package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import dev.ingot.agent.parse.Ipv6Text;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** Addresses of this machine as the JDK sees them, for where {@code ip} cannot say. */
final class JdkAddresses {
  private JdkAddresses() {}

  static IpLinks read() throws IOException {
    Map<String, IpLinks.Link> links = new LinkedHashMap<>();
    for (NetworkInterface link : NetworkInterface.networkInterfaces().toList()) {
      List<InterfaceAddress> all = new ArrayList<>(link.getInterfaceAddresses());
      all.sort(Comparator.comparing(address -> address.getAddress().getHostAddress()));
      ArrayNode addresses = Fields.array();
      ArrayNode addresses6 = Fields.array();
      for (InterfaceAddress address : all) {
        add(address, addresses, addresses6);
      }
      links.put(link.getName(), new IpLinks.Link(null, null, addresses, addresses6));
    }
    return new IpLinks(links);
  }

  private static void add(InterfaceAddress of, ArrayNode addresses, ArrayNode addresses6) {
    InetAddress address = of.getAddress();
    int prefix = of.getNetworkPrefixLength();
    if (address instanceof Inet4Address) {
      addresses.add(IpLinks.v4(text(address), prefix, broadcast(of), null).node());
    } else {
      String scope = address.isLinkLocalAddress() ? "link" : "global";
      addresses6.add(IpLinks.v6(text(address), prefix, scope).node());
    }
  }

  private static @Nullable String broadcast(InterfaceAddress of) {
    InetAddress broadcast = of.getBroadcast();
    return broadcast == null ? null : broadcast.getHostAddress();
  }

  /** Without the zone ({@code %eth0}) and, as everywhere else, with runs of zeros left out. */
  private static String text(InetAddress address) {
    return address instanceof Inet4Address
        ? address.getHostAddress()
        : Ipv6Text.of(address.getAddress());
  }
}
