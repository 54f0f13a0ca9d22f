package dev.ingot.server.boot.lease;

import dev.ingot.core.MacAddress;
import dev.ingot.netboot.Ipv4;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings under {@code netboot.networks.*.dhcp}: whether machines get their addresses here.
 *
 * @param ranges what is given out, as {@code 10.0.0.100-10.0.0.199}; where none is said, the pools
 *     of this network among the resources
 * @param reservations the address of a MAC address; beside those that resources hold
 * @param lease how long an address is given for
 * @param gateway where it is not said, that of this network among the resources; so too the name
 *     servers and the domain
 */
public record DhcpSettings(
    Mode mode,
    List<String> ranges,
    Map<String, String> reservations,
    Duration lease,
    @Nullable String gateway,
    List<String> nameServers,
    List<String> timeServers,
    @Nullable String domain) {
  public static final DhcpSettings DEFAULT =
      new DhcpSettings(
          Mode.PROXY, List.of(), Map.of(), Duration.ofHours(1), null, List.of(), List.of(), null);

  /** Who gives addresses. */
  public enum Mode {
    /** Another server does; here is only said what to boot. */
    PROXY,
    /** Machines get the address that is reserved for them, and nobody else gets one. */
    RESERVATION,
    /** Machines get the address that is reserved for them, else one of the ranges. */
    RANGE
  }

  public DhcpSettings {
    ranges.forEach(AddressRange::parse);
    nameServers.forEach(Ipv4::parse);
    timeServers.forEach(Ipv4::parse);
    if (gateway != null) {
      Ipv4.parse(gateway);
    }
    if (lease.compareTo(Duration.ofMinutes(1)) < 0 || lease.compareTo(Duration.ofDays(365)) > 0) {
      throw new IllegalArgumentException("lease must be from 1m to 365d");
    }
    reservations.forEach(
        (mac, address) -> {
          if (!MacAddress.isValid(mac)) {
            throw new IllegalArgumentException("reservations: '" + mac + "' is no MAC address");
          }
          Ipv4.parse(address);
        });
    if (reservations.values().stream().distinct().count() < reservations.size()) {
      throw new IllegalArgumentException("reservations: one address is reserved twice");
    }
  }

  public boolean gives() {
    return mode != Mode.PROXY;
  }
}
