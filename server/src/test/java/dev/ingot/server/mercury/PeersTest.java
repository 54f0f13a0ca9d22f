package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeersTest {
  private final AtomicLong nanos = new AtomicLong(1);
  private final Peers peers = new Peers(3, 1_000);
  private final List<Socket> made = new ArrayList<>();
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    for (Socket each : made) {
      each.close();
    }
    server.close();
  }

  private Socket from(String address) throws IOException {
    made.add(
        new Socket(
            server.getInetAddress(), server.getLocalPort(), InetAddress.getByName(address), 0));
    Socket accepted = server.accept();
    made.add(accepted);
    nanos.incrementAndGet();
    peers.add(new Peer(accepted, 100, peers, nanos::get));
    return accepted;
  }

  @Test
  void ofTooManyTheOldestOfTheAddressThatHasMostGivesWay() throws IOException {
    Socket other = from("127.0.0.2");
    Socket first = from("127.0.0.3");
    Socket second = from("127.0.0.3");
    Socket third = from("127.0.0.4");
    assertThat(peers.size()).isEqualTo(3);
    assertThat(first.isClosed()).isTrue();
    Socket fourth = from("127.0.0.2");
    assertThat(other.isClosed()).isTrue();
    assertThat(List.of(second, third, fourth)).noneMatch(Socket::isClosed);
  }

  @Test
  void afterTheEndNobodyComesIn() throws IOException {
    peers.close();
    assertThat(from("127.0.0.2").isClosed()).isTrue();
    assertThat(peers.size()).isZero();
  }
}
