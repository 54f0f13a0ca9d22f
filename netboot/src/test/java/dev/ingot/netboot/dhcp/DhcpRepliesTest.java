package dev.ingot.netboot.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpAnswer.AddressLease;
import dev.ingot.netboot.dhcp.DhcpAnswer.BootFile;
import dev.ingot.netboot.dhcp.DhcpReplies.Destination;
import dev.ingot.netboot.dhcp.DhcpReplies.Ports;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DhcpRepliesTest {
  private static final Ipv4 SERVER = Ipv4.parse("10.0.0.2");
  private static final Ipv4 CLIENT = Ipv4.parse("10.0.0.77");
  private static final Ipv4 RELAY = Ipv4.parse("10.3.0.1");
  private static final BootFile FILE = new BootFile(SERVER, "snponly.efi");
  private static final AddressLease LEASE =
      new AddressLease(
          CLIENT,
          24,
          600,
          List.of(Ipv4.parse("10.0.0.1")),
          List.of(),
          List.of(),
          "rack.example",
          "node-1");

  @Test
  void aProxyOfferNamesTheServerInItsHeaderForIpxeAndGivesNoAddress() {
    DhcpMessage reply =
        reply(
            Messages.query(Messages.request(Messages.pxe(MessageType.DISCOVER, 7).build())),
            grant(null, FILE));
    assertThat(reply.options().messageType()).isEqualTo(MessageType.OFFER);
    assertThat(reply.your()).isEqualTo(Ipv4.NONE);
    assertThat(reply.server()).isEqualTo(SERVER);
    assertThat(reply.file()).isEqualTo("snponly.efi");
    assertThat(reply.options().text(OptionCode.VENDOR_CLASS)).isEqualTo("PXEClient");
    assertThat(reply.options().address(OptionCode.SERVER_IDENTIFIER)).isEqualTo(SERVER);
    assertThat(reply.options().has(OptionCode.LEASE_TIME)).isFalse();
    assertThat(reply.options().get(OptionCode.MACHINE_IDENTIFIER)).hasSize(17);
  }

  @Test
  void anOfferedAddressComesWithItsNetwork() {
    DhcpMessage reply =
        reply(
            Messages.query(Messages.request(Messages.pxe(MessageType.REQUEST, 0).build())),
            grant(LEASE, FILE));
    assertThat(reply.options().messageType()).isEqualTo(MessageType.ACK);
    assertThat(reply.your()).isEqualTo(CLIENT);
    assertThat(reply.options().address(OptionCode.SUBNET_MASK)).hasToString("255.255.255.0");
    assertThat(reply.options().address(OptionCode.ROUTER)).hasToString("10.0.0.1");
    assertThat(reply.options().number(OptionCode.LEASE_TIME)).isEqualTo(600);
    assertThat(reply.options().number(OptionCode.RENEWAL_TIME)).isEqualTo(300);
    assertThat(reply.options().text(OptionCode.HOST_NAME)).isEqualTo("node-1");
    assertThat(reply.options().has(OptionCode.NAME_SERVER)).isFalse();
  }

  @Test
  void whoOnlyInformsGetsNoLeaseTimeAndNoAddress() {
    DhcpMessage message =
        Messages.request(DhcpOptions.builder().put(MessageType.INFORM).build(), CLIENT, Ipv4.NONE);
    DhcpMessage reply = reply(Messages.query(message), grant(LEASE, null));
    assertThat(reply.options().messageType()).isEqualTo(MessageType.ACK);
    assertThat(reply.your()).isEqualTo(Ipv4.NONE);
    assertThat(reply.options().has(OptionCode.LEASE_TIME)).isFalse();
  }

  @Test
  void httpBootIsNamedAsSuchWithItsUrlInOption67() {
    DhcpOptions options =
        DhcpOptions.builder()
            .put(MessageType.DISCOVER)
            .put(OptionCode.VENDOR_CLASS, "HTTPClient:Arch:00016")
            .build();
    DhcpMessage reply =
        reply(
            Messages.query(Messages.request(options)),
            grant(null, new BootFile(SERVER, "http://10.0.0.2/x.efi")));
    assertThat(reply.options().text(OptionCode.VENDOR_CLASS)).isEqualTo("HTTPClient");
    assertThat(reply.options().text(OptionCode.BOOT_FILE_NAME)).isEqualTo("http://10.0.0.2/x.efi");
    assertThat(reply.options().has(OptionCode.VENDOR_SPECIFIC)).isFalse();
  }

  @Test
  void aLongUrlTravelsAsAnOption() {
    String url = "http://10.0.0.2:8081/boot/" + "x".repeat(200);
    DhcpMessage reply =
        reply(
            Messages.query(Messages.request(Messages.pxe(MessageType.DISCOVER, 0).build())),
            grant(null, new BootFile(SERVER, url)));
    assertThat(reply.file()).isEmpty();
    assertThat(reply.options().text(OptionCode.BOOT_FILE_NAME)).isEqualTo(url);
    assertThat(DhcpCodec.encode(reply)).hasSizeGreaterThan(300);
  }

  @Test
  void aRefusalIsANakToARequestAndSilenceToTheRest() {
    DhcpAnswer refusal = new DhcpAnswer.Refusal(List.of("10.0.0.77 is another machine's"));
    DhcpMessage reply =
        reply(
            Messages.query(
                Messages.request(DhcpOptions.builder().put(MessageType.REQUEST).build())),
            refusal);
    assertThat(reply.options().messageType()).isEqualTo(MessageType.NAK);
    assertThat(reply.options().text(OptionCode.MESSAGE))
        .isEqualTo("10.0.0.77 is another machine's");
    DhcpQuery discover =
        Messages.query(Messages.request(DhcpOptions.builder().put(MessageType.DISCOVER).build()));
    assertThat(DhcpReplies.reply(discover, refusal, SERVER)).isNull();
    assertThat(DhcpReplies.reply(discover, new DhcpAnswer.Silence(List.of("not ours")), SERVER))
        .isNull();
    DhcpQuery release =
        Messages.query(Messages.request(DhcpOptions.builder().put(MessageType.RELEASE).build()));
    assertThat(DhcpReplies.reply(release, grant(LEASE, null), SERVER)).isNull();
  }

  @Test
  void theRelaysWordsGoBackToIt() {
    DhcpOptions options =
        Messages.pxe(MessageType.DISCOVER, 0)
            .put(OptionCode.RELAY_AGENT, (byte) 1, (byte) 1, (byte) 7)
            .build();
    DhcpQuery query = Messages.query(Messages.request(options, Ipv4.NONE, RELAY));
    DhcpMessage reply = reply(query, grant(LEASE, FILE));
    assertThat(reply.options().get(OptionCode.RELAY_AGENT)).containsExactly(1, 1, 7);
    assertThat(reply.relay()).isEqualTo(RELAY);
    assertThat(to(query, reply, 67)).isEqualTo(new Destination(RELAY, 67));
  }

  @Test
  void whoHasNoAddressIsAnsweredByBroadcastAndWhoHasOneAtIt() {
    DhcpQuery without =
        Messages.query(Messages.request(Messages.pxe(MessageType.DISCOVER, 0).build()));
    assertThat(to(without, reply(without, grant(LEASE, FILE)), 68))
        .isEqualTo(new Destination(Ipv4.BROADCAST, 68));
    DhcpQuery renewing =
        Messages.query(
            Messages.request(
                DhcpOptions.builder().put(MessageType.REQUEST).build(), CLIENT, Ipv4.NONE));
    assertThat(to(renewing, reply(renewing, grant(LEASE, null)), 68))
        .isEqualTo(new Destination(CLIENT, 68));
    DhcpMessage nak = reply(renewing, new DhcpAnswer.Refusal(List.of("no")));
    assertThat(to(renewing, nak, 68)).isEqualTo(new Destination(Ipv4.BROADCAST, 68));
  }

  @Test
  void theBootServersPortAnswersToThePortThatAsked() {
    DhcpMessage message =
        Messages.request(Messages.pxe(MessageType.REQUEST, 7).build(), CLIENT, Ipv4.NONE);
    DhcpQuery query = new DhcpQuery(message, BootClient.of(message), "lo", true);
    assertThat(to(query, reply(query, grant(null, FILE)), 4011))
        .isEqualTo(new Destination(CLIENT, 4011));
  }

  private static DhcpAnswer grant(@Nullable AddressLease lease, @Nullable BootFile file) {
    return new DhcpAnswer.Grant(lease, file, List.of("because"));
  }

  private static DhcpMessage reply(DhcpQuery query, DhcpAnswer answer) {
    return Objects.requireNonNull(DhcpReplies.reply(query, answer, SERVER));
  }

  private static Destination to(DhcpQuery query, DhcpMessage reply, int sourcePort) {
    return DhcpReplies.destination(query, reply, sourcePort, Ports.STANDARD);
  }
}
