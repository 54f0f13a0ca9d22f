package dev.ingot.server.boot.lease;

import dev.ingot.core.MacAddress;
import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpAnswer.AddressLease;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One network as addresses are given in it: the settings, with what the books say where they are
 * silent.
 *
 * @param own our own address there, which nobody gets
 * @param ranges what may be given to anybody; none where only reserved addresses are
 * @param reserved the address of a MAC
 * @param held addresses that are somebody's; given to nobody else
 * @param hostNames by MAC
 */
record Subnet(
    String name,
    Ipv4 prefix,
    int length,
    Ipv4 own,
    List<AddressRange> ranges,
    Map<String, Ipv4> reserved,
    Map<Ipv4, String> held,
    Map<String, String> hostNames,
    long seconds,
    @Nullable Ipv4 gateway,
    List<Ipv4> nameServers,
    List<Ipv4> timeServers,
    @Nullable String domain) {
  /** More addresses than that in one network are not given out of ranges. */
  private static final long MOST = 1 << 20;

  static Subnet of(
      String name,
      Ipv4 prefix,
      int length,
      Ipv4 own,
      DhcpSettings settings,
      AddressSource.Book book) {
    Map<String, Ipv4> reserved = new HashMap<>();
    Map<Ipv4, String> held = new HashMap<>();
    Map<String, String> hostNames = new HashMap<>();
    book.held()
        .forEach(
            (address, holder) -> {
              String mac = holder.mac() == null ? "" : holder.mac();
              held.put(address, mac);
              if (!mac.isEmpty()) {
                reserved.merge(
                    mac, address, (one, other) -> one.compareTo(other) < 0 ? one : other);
                if (holder.hostName() != null) {
                  hostNames.put(mac, holder.hostName());
                }
              }
            });
    settings
        .reservations()
        .forEach(
            (mac, text) -> {
              String normal = MacAddress.parse(mac).value();
              reserved.put(normal, Ipv4.parse(text));
              held.put(Ipv4.parse(text), normal);
            });
    List<AddressRange> ranges =
        settings.mode() != DhcpSettings.Mode.RANGE
            ? List.of()
            : settings.ranges().isEmpty()
                ? book.pools()
                : settings.ranges().stream().map(AddressRange::parse).toList();
    String gateway = settings.gateway();
    String domain = settings.domain();
    List<Ipv4> nameServers = settings.nameServers().stream().map(Ipv4::parse).toList();
    return new Subnet(
        name,
        prefix,
        length,
        own,
        ranges,
        Map.copyOf(reserved),
        Map.copyOf(held),
        Map.copyOf(hostNames),
        settings.lease().toSeconds(),
        gateway == null ? book.gateway() : Ipv4.parse(gateway),
        nameServers.isEmpty() ? book.nameServers() : nameServers,
        settings.timeServers().stream().map(Ipv4::parse).toList(),
        domain == null ? book.domain() : domain);
  }

  /**
   * What is wrong with the settings, or null.
   *
   * @param key of the network in the settings
   */
  @Nullable String trouble(String key) {
    long size = 0;
    for (int i = 0; i < ranges.size(); i++) {
      AddressRange range = ranges.get(i);
      size += range.size();
      if (!holds(range.first()) || !holds(range.last())) {
        return key + ".dhcp.ranges: " + range + " is not within " + prefix + "/" + length;
      }
      for (AddressRange other : ranges.subList(0, i)) {
        if (other.holds(range.first()) || range.holds(other.first())) {
          return key + ".dhcp.ranges: " + range + " and " + other + " overlap";
        }
      }
    }
    if (size > MOST) {
      return key + ".dhcp.ranges: more than " + MOST + " addresses";
    }
    for (Map.Entry<String, Ipv4> each : reserved.entrySet()) {
      if (!holds(each.getValue())) {
        return key
            + ".dhcp.reservations: "
            + each.getValue()
            + " is not within "
            + prefix
            + "/"
            + length;
      }
    }
    return gateway == null || holds(gateway)
        ? null
        : key + ".dhcp.gateway: " + gateway + " is not within " + prefix + "/" + length;
  }

  boolean holds(Ipv4 address) {
    return prefix.sharesPrefix(address, length);
  }

  /** Whether an address may be given to anybody who asks. */
  boolean ranges(Ipv4 address) {
    for (AddressRange range : ranges) {
      if (range.holds(address)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an address may not be that machine's: it is ours, the network's, or somebody's. */
  boolean forbids(Ipv4 address, String mac) {
    int host = length >= 31 ? 1 : address.bits() & ~Ipv4.mask(length).bits();
    boolean edge = length < 31 && (host == 0 || host == ~Ipv4.mask(length).bits());
    String holder = held.get(address);
    return edge
        || address.equals(own)
        || address.equals(gateway)
        || (holder != null && (holder.isEmpty() || !holder.equals(mac)));
  }

  /** What goes with an address of a machine here. */
  AddressLease lease(Ipv4 address, String mac) {
    return new AddressLease(
        address,
        length,
        seconds,
        gateway == null ? List.of() : List.of(gateway),
        nameServers,
        timeServers,
        domain,
        hostNames.get(mac));
  }
}
