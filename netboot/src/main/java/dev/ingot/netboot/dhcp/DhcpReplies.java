package dev.ingot.netboot.dhcp;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpAnswer.AddressLease;
import dev.ingot.netboot.dhcp.DhcpAnswer.BootFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The reply to a message, as a pure function; and where it goes. */
public final class DhcpReplies {
  /** PXE 2.1 table 2-1, tag 6, bit 3: take the file of this offer, ask no boot server. */
  private static final byte[] USE_THE_OFFERED_FILE = {6, 1, 8, (byte) OptionCode.END};

  private static final int FILE_FIELD = 127;

  private DhcpReplies() {}

  /** Where a reply goes. */
  public record Destination(Ipv4 address, int port) {}

  /**
   * The reply that an answer becomes.
   *
   * @param serverAddress our own address on the network that asks (option 54)
   * @return null for silence, and for messages that are owed no reply (RELEASE, DECLINE)
   */
  public static @Nullable DhcpMessage reply(
      DhcpQuery query, DhcpAnswer answer, Ipv4 serverAddress) {
    MessageType type = type(query, answer);
    if (type == null) {
      return null;
    }
    DhcpMessage message = query.message();
    DhcpOptions.Builder options =
        DhcpOptions.builder()
            .put(type)
            .put(OptionCode.SERVER_IDENTIFIER, serverIdentifier(message, serverAddress));
    echo(message, options, OptionCode.RELAY_AGENT); // RFC 3046 section 2.2
    echo(message, options, OptionCode.CLIENT_IDENTIFIER); // RFC 6842
    AddressLease lease = null;
    BootFile bootFile = null;
    if (answer instanceof DhcpAnswer.Grant grant) {
      lease = grant.lease();
      bootFile = grant.bootFile();
    } else {
      options.put(OptionCode.MESSAGE, String.join("; ", answer.reasons()));
    }
    if (lease != null) {
      putLease(lease, query, options);
    }
    if (bootFile != null) {
      putBootFile(bootFile, query, options);
    }
    return new DhcpMessage(
        false,
        message.hardwareType(),
        message.hardwareAddress(),
        0,
        message.transactionId(),
        0,
        message.broadcast()
            || (type == MessageType.NAK && !message.relay().isNone()), // RFC 2131 section 4.3.2
        type == MessageType.NAK ? Ipv4.NONE : message.client(),
        lease == null || is(query, MessageType.INFORM) ? Ipv4.NONE : lease.address(),
        bootFile == null ? Ipv4.NONE : bootFile.server(),
        message.relay(),
        "",
        bootFile != null && bootFile.name().length() <= FILE_FIELD ? bootFile.name() : "",
        options.last());
  }

  /**
   * What the server calls itself to a client: its address, unless the relay says otherwise (RFC
   * 5107).
   */
  public static Ipv4 serverIdentifier(DhcpMessage message, Ipv4 own) {
    Ipv4 said = message.relay().isNone() ? null : RelayAgent.of(message).serverIdentifier();
    return said == null ? own : said;
  }

  private static @Nullable MessageType type(DhcpQuery query, DhcpAnswer answer) {
    MessageType asked = query.message().options().messageType();
    if (asked == null) {
      return null;
    }
    return switch (answer) {
      case DhcpAnswer.Silence ignored -> null;
      case DhcpAnswer.Refusal ignored -> asked == MessageType.REQUEST ? MessageType.NAK : null;
      case DhcpAnswer.Grant ignored ->
          switch (asked) {
            case DISCOVER -> MessageType.OFFER;
            case REQUEST, INFORM -> MessageType.ACK;
            case OFFER, ACK, NAK, DECLINE, RELEASE -> null;
          };
    };
  }

  private static boolean is(DhcpQuery query, MessageType type) {
    return query.message().options().messageType() == type;
  }

  private static void putLease(AddressLease lease, DhcpQuery query, DhcpOptions.Builder options) {
    if (!is(
        query, MessageType.INFORM)) { // RFC 2131 section 4.3.5: no lease time in answer to INFORM
      options.putSeconds(OptionCode.LEASE_TIME, lease.seconds());
      options.putSeconds(OptionCode.RENEWAL_TIME, lease.seconds() / 2);
      options.putSeconds(OptionCode.REBINDING_TIME, lease.seconds() * 7 / 8);
    }
    options.put(OptionCode.SUBNET_MASK, Ipv4.mask(lease.prefixLength()));
    if (query.message().options().asksFor(OptionCode.BROADCAST_ADDRESS)) {
      int hosts = ~Ipv4.mask(lease.prefixLength()).bits();
      options.put(OptionCode.BROADCAST_ADDRESS, new Ipv4(lease.address().bits() | hosts));
    }
    put(options, OptionCode.ROUTER, lease.routers());
    put(options, OptionCode.NAME_SERVER, lease.nameServers());
    put(options, OptionCode.NTP_SERVER, lease.timeServers());
    if (lease.domain() != null) {
      options.put(OptionCode.DOMAIN_NAME, lease.domain());
    }
    if (lease.hostName() != null) {
      options.put(OptionCode.HOST_NAME, lease.hostName());
    }
  }

  private static void put(DhcpOptions.Builder options, int code, List<Ipv4> addresses) {
    if (addresses.isEmpty()) {
      return;
    }
    byte[] bytes = new byte[addresses.size() * 4];
    for (int each = 0; each < addresses.size(); each++) {
      System.arraycopy(addresses.get(each).bytes(), 0, bytes, each * 4, 4);
    }
    options.put(code, bytes);
  }

  private static void putBootFile(BootFile file, DhcpQuery query, DhcpOptions.Builder options) {
    DhcpOptions asked = query.message().options();
    boolean http = query.client().kind() == BootClient.Kind.HTTP;
    if (http || file.name().length() > FILE_FIELD || asked.asksFor(OptionCode.BOOT_FILE_NAME)) {
      options.put(OptionCode.BOOT_FILE_NAME, file.name());
    }
    if (!http && asked.asksFor(OptionCode.TFTP_SERVER_NAME)) {
      options.put(OptionCode.TFTP_SERVER_NAME, file.server().toString());
    }
    if (query.client().kind() != BootClient.Kind.OTHER) {
      options.put(OptionCode.VENDOR_CLASS, http ? "HTTPClient" : "PXEClient");
      if (!http) {
        options.put(OptionCode.VENDOR_SPECIFIC, USE_THE_OFFERED_FILE);
      }
    }
    echo(query.message(), options, OptionCode.MACHINE_IDENTIFIER);
  }

  private static void echo(DhcpMessage message, DhcpOptions.Builder options, int code) {
    byte[] value = message.options().raw(code);
    if (value != null) {
      options.put(code, value);
    }
  }

  /**
   * Where the reply goes (RFC 2131 section 4.1): the relay; else, to one who has an address, that
   * address; else everyone, since a machine without an address answers no ARP. PXE's boot server
   * port answers to the port that asked, which is 4011 for some firmware.
   */
  public static Destination destination(
      DhcpQuery query, DhcpMessage reply, int sourcePort, Ports ports) {
    DhcpMessage message = query.message();
    if (!message.relay().isNone()) {
      return new Destination(message.relay(), ports.server());
    }
    if (query.bootServerPort()) {
      return new Destination(
          message.client().isNone() ? Ipv4.BROADCAST : message.client(), sourcePort);
    }
    boolean reachable =
        !message.client().isNone() && reply.options().messageType() != MessageType.NAK;
    return new Destination(reachable ? message.client() : Ipv4.BROADCAST, ports.client());
  }

  /** The ports: 67 and 68, others in tests. */
  public record Ports(int server, int client, int bootServer) {
    public static final Ports STANDARD = new Ports(67, 68, 4011);

    public Ports {
      for (int port : List.of(server, client, bootServer)) {
        if (port < 0 || port > 65535) {
          throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
        }
      }
    }
  }
}
