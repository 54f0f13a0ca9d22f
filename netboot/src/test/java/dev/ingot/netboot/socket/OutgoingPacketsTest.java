package dev.ingot.netboot.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.netboot.Ipv4;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real sockets over loopback. */
class OutgoingPacketsTest {
  private static final Ipv4 HERE = Ipv4.parse("127.0.0.1");

  private BatchSocket socket;
  private OutgoingPackets out;
  private DatagramSocket one;
  private DatagramSocket other;

  @BeforeEach
  void open() throws IOException {
    socket = BatchSocket.openForShort(HERE, 0, 1 << 20);
    out = socket.outgoing(1 << 20);
    one = receiver();
    other = receiver();
  }

  @AfterEach
  void close() {
    socket.close();
    one.close();
    other.close();
  }

  @Test
  void eachOfManyGoesToItsReceiver() throws IOException {
    for (int number = 0; number < 200; number++) { // more than leave at once
      out.room(4).putInt(number);
      out.add(HERE, (number % 2 == 0 ? one : other).getLocalPort());
    }
    out.flush();
    for (int number = 0; number < 200; number++) {
      DatagramPacket packet = receive(number % 2 == 0 ? one : other);
      assertThat(packet.getPort()).isEqualTo(socket.port());
      assertThat(packet.getLength()).isEqualTo(4);
      assertThat(ByteBuffer.wrap(packet.getData()).getInt()).isEqualTo(number);
    }
  }

  @Test
  void packetsThatLieBehindOneAnotherArriveOneByOne() throws IOException {
    AtomicInteger refused = new AtomicInteger();
    for (int count : new int[] {10, 200}) { // the kernel cuts up to 64 or 128 apart
      out.room(count * 100).put(new byte[(count - 1) * 100 + 40]);
      out.add(HERE, one.getLocalPort(), 100, refused::incrementAndGet);
      out.flush();
      assertThat(refused).hasValue(count / 200);
      for (int packet = 1; packet <= count; packet++) {
        assertThat(receive(one).getLength()).isEqualTo(packet < count ? 100 : 40);
      }
    }
  }

  @Test
  void whoHasClosedItsPortIsNamed() throws IOException {
    int gone = other.getLocalPort();
    other.close();
    List<String> told = new ArrayList<>();
    out.room(4).putInt(1);
    out.add(HERE, gone);
    out.flush();
    await()
        .until(
            () -> {
              out.closedPorts((address, port) -> told.add(address + ":" + port));
              return !told.isEmpty();
            });
    assertThat(told).containsExactly(HERE + ":" + gone);
    out.room(4).putInt(1);
    out.add(HERE, gone);
    out.flush();
    out.room(4).putInt(2);
    out.add(HERE, one.getLocalPort()); // reaches it, although the one before came back
    out.flush();
    assertThat(ByteBuffer.wrap(receive(one).getData()).getInt()).isEqualTo(2);
  }

  @Test
  void anEmptyPacketToItselfEndsAWait() throws IOException {
    socket.wake();
    List<Integer> lengths = new ArrayList<>();
    socket.receive((bytes, length, from, port) -> lengths.add(length), true);
    assertThat(lengths).containsExactly(0);
  }

  private static DatagramSocket receiver() throws IOException {
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static DatagramPacket receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
    socket.receive(packet);
    return packet;
  }
}
