package dev.ingot.netboot.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpAnswer.BootFile;
import dev.ingot.netboot.dhcp.DhcpReplies.Ports;
import dev.ingot.netboot.dhcp.DhcpServer.Listening;
import dev.ingot.netboot.socket.PortHolder;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Over the loopback interface; the client has an address, so that it hears unicast. */
class DhcpServerTest {
  private static final Ipv4 LOOPBACK = Ipv4.parse("127.0.0.1");
  private static final List<Listening> INTERFACES = List.of(new Listening("lo", LOOPBACK));
  private static final DhcpAnswer GRANT =
      new DhcpAnswer.Grant(null, new BootFile(LOOPBACK, "a.efi"), List.of("a test"));
  private static final DhcpPlanner GRANTS = query -> GRANT;

  @Test
  void bothPortsAnswerAndBadPacketsDoNoHarm() throws IOException {
    try (DatagramSocket client = client();
        DhcpServer server =
            DhcpServer.start(INTERFACES, new Ports(0, client.getLocalPort(), 0), GRANTS)) {
      for (int port : server.ports()) {
        send(client, port, new byte[] {1, 2, 3});
        send(
            client,
            port,
            DhcpCodec.encode(
                Messages.request(
                    Messages.pxe(MessageType.REQUEST, 7).build(), LOOPBACK, Ipv4.NONE)));
        DhcpMessage reply = receive(client);
        assertThat(reply.options().messageType()).isEqualTo(MessageType.ACK);
        assertThat(reply.file()).isEqualTo("a.efi");
        assertThat(reply.transactionId()).isEqualTo(0xcafe);
      }
      await().untilAsserted(() -> assertThat(server.counters().answered()).isEqualTo(2));
      assertThat(server.counters().malformed()).isEqualTo(2);
      assertThat(server.counters().received()).isEqualTo(4);
    }
  }

  @Test
  void aPlannerThatFailsCostsOneAnswerOnly() throws IOException {
    DhcpPlanner planner =
        query -> {
          if (query.message().seconds() > 0) {
            throw new IllegalStateException("no database");
          }
          return GRANTS.answer(query);
        };
    DhcpMessage failing =
        Messages.request(Messages.pxe(MessageType.REQUEST, 7).build(), LOOPBACK, Ipv4.NONE);
    DhcpMessage working = request(7);
    try (DatagramSocket client = client();
        DhcpServer server =
            DhcpServer.start(INTERFACES, new Ports(0, client.getLocalPort(), 0), planner)) {
      send(client, server.ports().getFirst(), DhcpCodec.encode(failing));
      send(client, server.ports().getFirst(), DhcpCodec.encode(working));
      assertThat(receive(client).transactionId()).isEqualTo(7);
      await().untilAsserted(() -> assertThat(server.counters().failed()).isEqualTo(1));
    }
  }

  @Test
  void anAnswerThatComesLaterKeepsNobodyElseWaitingAndOneThatFailsCostsOnlyItself()
      throws IOException {
    BlockingQueue<CompletableFuture<DhcpAnswer>> asked = new LinkedBlockingQueue<>();
    DhcpPlanner planner =
        new DhcpPlanner() {
          @Override
          public DhcpAnswer answer(DhcpQuery query) {
            return GRANTS.answer(query);
          }

          @Override
          public @Nullable CompletableFuture<DhcpAnswer> later(DhcpQuery query) {
            if (query.message().transactionId() == 3) {
              throw new IllegalStateException("no words");
            }
            if (query.message().transactionId() == 4) {
              return null;
            }
            CompletableFuture<DhcpAnswer> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
          }
        };
    try (DatagramSocket client = client();
        DhcpServer server =
            DhcpServer.start(INTERFACES, new Ports(0, client.getLocalPort(), 0), planner)) {
      for (int transaction = 1; transaction <= 4; transaction++) {
        send(client, server.ports().getFirst(), DhcpCodec.encode(request(transaction)));
      }
      assertThat(receive(client).transactionId()).isEqualTo(4); // the others have no answer yet
      await().until(() -> asked.size() == 2);
      asked.remove().completeExceptionally(new IllegalStateException("no database"));
      asked.remove().complete(GRANT);
      assertThat(receive(client).transactionId()).isEqualTo(2);
      await().untilAsserted(() -> assertThat(server.counters().failed()).isEqualTo(2));
    }
  }

  @Test
  void whoHasThePortIsNamed() throws IOException {
    try (DatagramSocket taken = client()) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> DhcpServer.start(INTERFACES, new Ports(port, 68, 0), GRANTS))
          .isInstanceOf(BindException.class)
          .hasMessage("port " + port + "/udp is taken on lo");
      assertThat(PortHolder.of(port))
          .hasSize(1)
          .first()
          .asString()
          .contains("(process " + ProcessHandle.current().pid() + ")");
    }
  }

  @Test
  void anInterfaceThatIsNotThereIsNamed() {
    assertThatThrownBy(
            () ->
                DhcpServer.start(
                    List.of(new Listening("nowhere0", LOOPBACK)), new Ports(0, 0, 0), GRANTS))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot bind to the interface nowhere0: there is no such interface");
  }

  private static DhcpMessage request(int transaction) {
    return new DhcpMessage(
        true,
        1,
        new byte[6],
        0,
        transaction,
        0,
        false,
        LOOPBACK,
        Ipv4.NONE,
        Ipv4.NONE,
        Ipv4.NONE,
        "",
        "",
        Messages.pxe(MessageType.REQUEST, 7).build());
  }

  private static DatagramSocket client() throws IOException {
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void send(DatagramSocket client, int port, byte[] packet) throws IOException {
    client.send(new DatagramPacket(packet, packet.length, InetAddress.getLoopbackAddress(), port));
  }

  private static DhcpMessage receive(DatagramSocket client) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    client.receive(packet);
    return DhcpCodec.decode(
        Arrays.copyOf(packet.getData(), packet.getLength()), packet.getLength());
  }
}
