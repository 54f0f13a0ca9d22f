package dev.ingot.server.boot.lease;

import dev.ingot.core.MacAddress;
import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpAnswer;
import dev.ingot.netboot.dhcp.DhcpMessage;
import dev.ingot.netboot.dhcp.DhcpOptions;
import dev.ingot.netboot.dhcp.MessageType;
import dev.ingot.netboot.dhcp.OptionCode;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Messages of machines about addresses in a network {@code lab}. */
final class Asking {
  static final Ipv4 OWN = Ipv4.parse("10.7.0.1");

  private Asking() {}

  static DhcpAnswer say(
      Leases leases,
      MacAddress mac,
      MessageType type,
      Ipv4 client,
      @Nullable Ipv4 asked,
      @Nullable Ipv4 server) {
    return leases.answer(message(type, client, asked, server), mac, "lab", OWN);
  }

  static CompletableFuture<DhcpAnswer> later(
      Leases leases,
      MacAddress mac,
      MessageType type,
      Ipv4 client,
      @Nullable Ipv4 asked,
      @Nullable Ipv4 server) {
    return leases.later(message(type, client, asked, server), mac, "lab", OWN);
  }

  private static DhcpMessage message(
      MessageType type, Ipv4 client, @Nullable Ipv4 asked, @Nullable Ipv4 server) {
    DhcpOptions.Builder options = DhcpOptions.builder().put(type);
    if (asked != null) {
      options.put(OptionCode.REQUESTED_ADDRESS, asked);
    }
    if (server != null) {
      options.put(OptionCode.SERVER_IDENTIFIER, server);
    }
    return new DhcpMessage(
        true,
        1,
        new byte[6],
        0,
        1,
        0,
        false,
        client,
        Ipv4.NONE,
        Ipv4.NONE,
        Ipv4.NONE,
        "",
        "",
        options.build());
  }

  static DhcpAnswer discover(Leases leases, MacAddress mac) {
    return say(leases, mac, MessageType.DISCOVER, Ipv4.NONE, null, null);
  }

  static DhcpAnswer select(Leases leases, MacAddress mac, Ipv4 address) {
    return say(leases, mac, MessageType.REQUEST, Ipv4.NONE, address, OWN);
  }

  static DhcpAnswer reboot(Leases leases, MacAddress mac, Ipv4 address) {
    return say(leases, mac, MessageType.REQUEST, Ipv4.NONE, address, null);
  }

  static DhcpAnswer renew(Leases leases, MacAddress mac, Ipv4 address) {
    return say(leases, mac, MessageType.REQUEST, address, null, null);
  }
}
