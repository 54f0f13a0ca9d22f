package dev.ingot.netboot.dhcp;

import dev.ingot.netboot.Ipv4;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a machine gets, and why. */
public sealed interface DhcpAnswer {
  /** In words for a person, most important first; never empty. */
  List<String> reasons();

  /** No answer: another server, or the machine's own disk, has the word. */
  record Silence(List<String> reasons) implements DhcpAnswer {}

  /** "That address is not yours here": the client begins anew (RFC 2131 section 4.3.2). */
  record Refusal(List<String> reasons) implements DhcpAnswer {}

  /** An address, something to boot, or both. */
  record Grant(@Nullable AddressLease lease, @Nullable BootFile bootFile, List<String> reasons)
      implements DhcpAnswer {
    public Grant {
      if (lease == null && bootFile == null) {
        throw new IllegalArgumentException("a grant holds a lease, a boot file or both");
      }
    }
  }

  /**
   * An address with what belongs to it.
   *
   * @param seconds how long it holds, from the answer on
   * @param routers empty where the network has none
   */
  record AddressLease(
      Ipv4 address,
      int prefixLength,
      long seconds,
      List<Ipv4> routers,
      List<Ipv4> nameServers,
      List<Ipv4> timeServers,
      @Nullable String domain,
      @Nullable String hostName) {}

  /**
   * The first or next file.
   *
   * @param server who serves it: siaddr, without which iPXE takes no proxy offer
   * @param name a path for TFTP, a URL for iPXE and HTTP boot; printable ASCII
   */
  record BootFile(Ipv4 server, String name) {}
}
