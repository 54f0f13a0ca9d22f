package dev.ingot.agent.parse;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** One LLDP frame as it comes from the wire: Ethernet's head and IEEE 802.1AB's TLVs. */
public final class LldpFrame {
  /** EtherType, IEEE 802.1AB section 7.3. */
  public static final int ETHER_TYPE = 0x88cc;

  private static final int HEAD = 14;
  private static final int VLAN_TAG = 0x8100;
  private static final int IEEE_8021 = 0x0080c2;
  private static final int IEEE_8023 = 0x00120f;
  private static final int MED = 0x0012bb;
  private static final HexFormat MAC = HexFormat.ofDelimiter(":");

  /** IEEE 802.1AB table 8-4, in the order of its bits; lldpd's words. */
  private static final String[] CAPABILITIES = {
    "other", "repeater", "bridge", "wlan", "router", "tel", "docsis", "station"
  };

  /** ANSI/TIA-1057 section 10.2.6, by subtype from 5 on; lldpd's words. */
  private static final String[] INVENTORY = {
    "hardware", "firmware", "software", "serial", "manufacturer", "model", "asset"
  };

  private final LldpNeighbour neighbour;

  private LldpFrame(String port) {
    neighbour = new LldpNeighbour(port);
    neighbour.protocol = "LLDP";
  }

  /**
   * Reads a frame that was heard at a port of ours.
   *
   * @throws ParseFailure if it is not LLDP or lacks one of the three TLVs that every frame has
   */
  public static LldpNeighbour read(String port, byte[] frame) throws ParseFailure {
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    if (frame.length < HEAD) {
      throw new ParseFailure("a frame of " + frame.length + " bytes");
    }
    bytes.position(HEAD - 2);
    int type = bytes.getShort() & 0xffff;
    if (type == VLAN_TAG && bytes.remaining() >= 4) {
      bytes.getShort();
      type = bytes.getShort() & 0xffff;
    }
    if (type != ETHER_TYPE) {
      throw new ParseFailure("a frame of EtherType 0x%04x, not LLDP".formatted(type));
    }
    LldpFrame reading = new LldpFrame(port);
    reading.all(bytes);
    LldpNeighbour found = reading.neighbour;
    if (found.chassisId == null || found.portId == null || found.timeToLive == null) {
      throw new ParseFailure("an LLDP frame without chassis id, port id or time to live");
    }
    return found;
  }

  private void all(ByteBuffer bytes) {
    while (bytes.remaining() >= 2) {
      int head = bytes.getShort() & 0xffff;
      int length = head & 0x1ff;
      if (head == 0 || length > bytes.remaining()) {
        return;
      }
      ByteBuffer value = bytes.slice(bytes.position(), length);
      bytes.position(bytes.position() + length);
      if (length > 0) {
        one(head >> 9, value);
      }
    }
  }

  private void one(int type, ByteBuffer value) {
    switch (type) {
      case 1 -> chassis(value);
      case 2 -> port(value);
      case 3 -> neighbour.timeToLive = value.remaining() < 2 ? null : unsigned(value.getShort());
      case 4 -> neighbour.portDescription = text(value);
      case 5 -> neighbour.systemName = text(value);
      case 6 -> neighbour.systemDescription = text(value);
      case 7 -> capabilities(value);
      case 8 -> management(value);
      case 127 -> organisation(value);
      default -> neighbour.other("tlv " + type, hexadecimal(value));
    }
  }

  private void chassis(ByteBuffer value) {
    int subtype = value.get();
    neighbour.chassisIdType =
        switch (subtype) {
          case 1 -> "chassis";
          case 2 -> "ifalias";
          case 3 -> "port";
          case 4 -> "mac";
          case 5 -> "ip";
          case 6 -> "ifname";
          case 7 -> "local";
          default -> "unhandled";
        };
    neighbour.chassisId = subtype == 4 ? mac(value) : subtype == 5 ? address(value) : text(value);
  }

  private void port(ByteBuffer value) {
    int subtype = value.get();
    neighbour.portIdType =
        switch (subtype) {
          case 1 -> "ifalias";
          case 2 -> "port";
          case 3 -> "mac";
          case 4 -> "ip";
          case 5 -> "ifname";
          case 6 -> "circuit";
          case 7 -> "local";
          default -> "unhandled";
        };
    neighbour.portId = subtype == 3 ? mac(value) : subtype == 4 ? address(value) : text(value);
  }

  private void capabilities(ByteBuffer value) {
    if (value.remaining() < 4) {
      return;
    }
    int able = value.getShort();
    int enabled = value.getShort();
    for (int bit = 0; bit < CAPABILITIES.length; bit++) {
      if ((able >> bit & 1) == 1) {
        neighbour.capabilities.put(CAPABILITIES[bit], (enabled >> bit & 1) == 1);
      }
    }
  }

  /** Length with the family, family, address, then an interface number and an object id. */
  private void management(ByteBuffer value) {
    int length = value.get() & 0xff;
    if (length >= 2 && length <= value.remaining()) {
      String address = address(value.slice(1, length));
      if (address != null) {
        neighbour.managementAddresses.add(address);
      }
    }
  }

  private void organisation(ByteBuffer value) {
    if (value.remaining() < 4) {
      return;
    }
    int organisation = (value.getShort() & 0xffff) << 8 | (value.get() & 0xff);
    int subtype = value.get() & 0xff;
    if (organisation == IEEE_8021) {
      vlans(subtype, value);
    } else if (organisation == IEEE_8023) {
      link(subtype, value);
    } else if (organisation == MED && subtype >= 5 && subtype <= 11) {
      String said = text(value);
      if (said != null) {
        neighbour.inventory.put(INVENTORY[subtype - 5], said);
      }
    } else if (organisation != MED) {
      neighbour.other("tlv %06x %d".formatted(organisation, subtype), hexadecimal(value));
    }
  }

  private void vlans(int subtype, ByteBuffer value) {
    if (subtype == 1 && value.remaining() >= 2) {
      long vlan = unsigned(value.getShort());
      // 0: the port knows none, or does not say (IEEE 802.1Q annex D.2.1).
      neighbour.pvid = vlan == 0 ? null : Long.valueOf(vlan);
    } else if (subtype == 3 && value.remaining() >= 3) {
      long vlan = unsigned(value.getShort());
      int length = Math.min(value.get() & 0xff, value.remaining());
      String name = text(value.slice(value.position(), length));
      neighbour.vlans.put(vlan, name == null ? "" : name);
    } else if (subtype == 7 && value.remaining() >= 5) {
      aggregation(value);
    }
  }

  private void link(int subtype, ByteBuffer value) {
    if (subtype == 1 && value.remaining() >= 5) {
      neighbour.autoNegotiation = (value.get() & 2) != 0;
    } else if (subtype == 3 && value.remaining() >= 5) {
      aggregation(value);
    } else if (subtype == 4 && value.remaining() >= 2) {
      neighbour.mtu = unsigned(value.getShort());
    }
  }

  private void aggregation(ByteBuffer value) {
    boolean aggregated = (value.get() & 2) != 0;
    long port = value.getInt() & 0xffff_ffffL;
    if (aggregated) {
      neighbour.aggregation = port;
    }
  }

  private static long unsigned(short number) {
    return number & 0xffffL;
  }

  private static @Nullable String text(ByteBuffer value) {
    String text = StandardCharsets.UTF_8.decode(value.slice()).toString().replace("\0", "").strip();
    return text.isEmpty() ? null : text;
  }

  private static @Nullable String mac(ByteBuffer value) {
    return value.remaining() == 6 ? MAC.formatHex(rest(value)) : hexadecimal(value);
  }

  /** IANA's number of the address family, then the address. */
  private static @Nullable String address(ByteBuffer value) {
    if (!value.hasRemaining()) {
      return null;
    }
    int family = value.get();
    byte[] address = rest(value);
    boolean internet =
        (family == 1 && address.length == 4) || (family == 2 && address.length == 16);
    if (internet) {
      try {
        return family == 2
            ? Ipv6Text.of(address)
            : InetAddress.getByAddress(address).getHostAddress();
      } catch (UnknownHostException e) {
        throw new IllegalStateException(e); // only of another length
      }
    }
    return address.length == 6 ? MAC.formatHex(address) : null;
  }

  private static String hexadecimal(ByteBuffer value) {
    return HexFormat.of().formatHex(rest(value));
  }

  private static byte[] rest(ByteBuffer value) {
    byte[] rest = new byte[value.remaining()];
    value.get(rest);
    return rest;
  }

  /** Whether the neighbour says that it goes (a time to live of 0). */
  public static boolean isFarewell(LldpNeighbour neighbour) {
    return Long.valueOf(0).equals(neighbour.timeToLive);
  }
}
