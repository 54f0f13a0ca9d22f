package dev.ingot.netboot.dhcp;

import dev.ingot.netboot.Ipv4;
import java.util.HexFormat;

/** Messages as firmware sends them, written by hand. */
final class Messages {
  static final String UUID_IN_SMBIOS_ORDER = "00" + "33221100554477668899aabbccddeeff";

  private Messages() {}

  static DhcpOptions.Builder pxe(MessageType type, int architecture) {
    return DhcpOptions.builder()
        .put(type)
        .put(OptionCode.VENDOR_CLASS, "PXEClient:Arch:0000" + architecture + ":UNDI:003000")
        .put(OptionCode.ARCHITECTURE, (byte) 0, (byte) architecture)
        .put(OptionCode.MACHINE_IDENTIFIER, HexFormat.of().parseHex(UUID_IN_SMBIOS_ORDER));
  }

  static DhcpMessage request(DhcpOptions options) {
    return request(options, Ipv4.NONE, Ipv4.NONE);
  }

  static DhcpMessage request(DhcpOptions options, Ipv4 client, Ipv4 relay) {
    return new DhcpMessage(
        true,
        1,
        new byte[] {0x52, 0x54, 0, 0x12, 0x34, (byte) 0xf6},
        0,
        0xcafe,
        4,
        false,
        client,
        Ipv4.NONE,
        Ipv4.NONE,
        relay,
        "",
        "",
        options);
  }

  static DhcpQuery query(DhcpMessage message) {
    return new DhcpQuery(message, BootClient.of(message), "lo", false);
  }
}
