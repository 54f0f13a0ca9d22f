package dev.ingot.server.boot;

import dev.ingot.configuration.ByteSize;
import dev.ingot.server.boot.lease.DhcpSettings;
import dev.ingot.server.boot.mirror.MirrorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings under {@code netboot}. Without a network nothing listens.
 *
 * @param networks by a name of the operator's own: the only interfaces that are answered on
 * @param folder boot files of the operator's own, served by TFTP and HTTP; {@code boot} in the data
 *     folder where it is not said
 * @param serverUrl how booted machines reach this server's API; its own address on their network
 *     where it is not said
 * @param ports others than the standard ones, for a program without the right to open those
 * @param syslog whether lines of machines on these networks are received
 * @param syslogRate lines a second that one source may send
 * @param attempt how long after a port's last request its boot is still under way
 * @param mirrors by a name of the operator's own: servers of files elsewhere, whose files machines
 *     may load through this one
 * @param mirrorCache how much of them is kept
 * @param syslogRules by a name of the operator's own: which lines of machines are events
 */
public record NetbootSettings(
    Map<String, NetworkSettings> networks,
    @Nullable Path folder,
    @Nullable String serverUrl,
    PortSettings ports,
    boolean syslog,
    int syslogRate,
    Duration attempt,
    Map<String, MirrorSettings> mirrors,
    ByteSize mirrorCache,
    Map<String, SyslogRule> syslogRules) {
  public static final NetbootSettings DEFAULT =
      new NetbootSettings(
          Map.of(),
          null,
          null,
          PortSettings.DEFAULT,
          true,
          1000,
          Duration.ofMinutes(10),
          Map.of(),
          new ByteSize(10L << 30),
          Map.of());

  public NetbootSettings {
    if (syslogRate < 1 || syslogRate > 10_000_000) {
      throw new IllegalArgumentException("syslog-rate must be from 1 to 10000000");
    }
  }

  /**
   * One network that is answered.
   *
   * @param networkInterface the interface of this machine that lies in it, or by which relays reach
   *     us
   * @param subnet the network, as {@code 10.20.0.0/24}, where it lies behind a relay; that of the
   *     interface where it is not said
   * @param clients whom it answers
   * @param ignore MAC addresses that are never answered
   * @param unknown the profile of machines that nobody knows
   * @param known the profile of nodes that nobody gave one
   * @param dhcp whether machines get their addresses here
   */
  public record NetworkSettings(
      String networkInterface,
      @Nullable String subnet,
      Clients clients,
      List<String> ignore,
      String unknown,
      String known,
      DhcpSettings dhcp) {
    public static final NetworkSettings DEFAULT =
        new NetworkSettings(
            "", null, Clients.ALL, List.of(), "microkernel", "microkernel", DhcpSettings.DEFAULT);

    /** The usual answers, on that interface. */
    static NetworkSettings on(String networkInterface) {
      return new NetworkSettings(
          networkInterface,
          null,
          DEFAULT.clients,
          DEFAULT.ignore,
          DEFAULT.unknown,
          DEFAULT.known,
          DEFAULT.dhcp);
    }

    public NetworkSettings {
      if (subnet != null) {
        BootNetwork.prefix(subnet);
      }
      for (String mac : ignore) {
        if (!dev.ingot.core.MacAddress.isValid(mac)) {
          throw new IllegalArgumentException("ignore: '" + mac + "' is not a MAC address");
        }
      }
    }
  }

  /** Whom a network answers. */
  public enum Clients {
    ALL,
    /** Nodes, and machines that were listed as known. */
    KNOWN
  }

  /** The ports of the boot services. */
  public record PortSettings(
      int dhcp, int dhcpClient, int bootServer, int tftp, int http, int syslog) {
    public static final PortSettings DEFAULT = new PortSettings(67, 68, 4011, 69, 8081, 514);
  }
}
