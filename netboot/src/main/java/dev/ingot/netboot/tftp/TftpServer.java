package dev.ingot.netboot.tftp;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.PacketException;
import dev.ingot.netboot.socket.OncePerSource;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves reads to many clients: one thread listens, a few each serve a share of the clients. */
public final class TftpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TftpServer.class);
  private static final int MOST_TRANSFERS = 4096;
  private static final int MOST_LOOPS = 4;
  private static final int REQUEST_BUFFER = 4 << 20;
  private static final int LARGEST_REQUEST = 65_536;

  private final TftpFiles files;
  private final TftpCounters counters = new TftpCounters();
  private final OncePerSource<InetAddress> complaints = new OncePerSource<>(1000);
  private final Selector selector;
  private final List<Listening> listening = new ArrayList<>();
  private final ByteBuffer packet = ByteBuffer.allocateDirect(LARGEST_REQUEST);
  private final Thread thread;
  private volatile boolean closed;

  /** One of our addresses, and who serves those that ask there. */
  private record Listening(DatagramChannel channel, List<TransferLoop> loops) {}

  private TftpServer(List<InetSocketAddress> addresses, TftpFiles files, LongSupplier milliseconds)
      throws IOException {
    this.files = files;
    this.selector = Selector.open();
    try {
      for (InetSocketAddress address : addresses) {
        listen(address, milliseconds);
      }
    } catch (IOException failed) {
      closeAll();
      throw failed;
    }
    this.thread = Thread.ofPlatform().name("tftp").daemon().unstarted(this::run);
  }

  private void listen(InetSocketAddress address, LongSupplier milliseconds) throws IOException {
    if (!(address.getAddress() instanceof Inet4Address own)) {
      throw new IOException(address + " is no IPv4 address");
    }
    Listening here =
        new Listening(DatagramChannel.open(StandardProtocolFamily.INET), new ArrayList<>());
    listening.add(here);
    here.channel.setOption(StandardSocketOptions.SO_RCVBUF, REQUEST_BUFFER);
    here.channel.bind(address);
    here.channel.configureBlocking(false);
    here.channel.register(selector, SelectionKey.OP_READ, here);
    int share = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MOST_LOOPS);
    for (int i = 0; i < share; i++) {
      String name = "tftp-" + i;
      int most = MOST_TRANSFERS / share;
      here.loops.add(new TransferLoop(name, Ipv4.of(own), files, milliseconds, counters, most));
    }
  }

  /**
   * Starts serving.
   *
   * @param addresses our own addresses, one for each network that is served; a reply comes from the
   *     one that was asked
   * @param milliseconds a running count that never goes back
   * @throws IOException when one cannot be listened on; none is then
   */
  public static TftpServer start(
      List<InetSocketAddress> addresses, TftpFiles files, LongSupplier milliseconds)
      throws IOException {
    TftpServer server = new TftpServer(addresses, files, milliseconds);
    server.thread.start();
    return server;
  }

  public TftpCounters counters() {
    return counters;
  }

  /** The addresses listened on, with the ports in use. */
  public List<InetSocketAddress> addresses() throws IOException {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (Listening each : listening) {
      addresses.add((InetSocketAddress) each.channel.getLocalAddress());
    }
    return addresses;
  }

  private void run() { // ends when the server is closed
    try {
      while (!closed) {
        selector.select(key -> requests((Listening) key.attachment()));
      }
    } catch (IOException | ClosedSelectorException broken) {
      if (!closed) {
        LOG.error("TFTP stopped: {}", broken.toString());
      }
    }
  }

  private void requests(Listening here) {
    try {
      while (true) {
        packet.clear();
        InetSocketAddress client = (InetSocketAddress) here.channel.receive(packet);
        if (client == null) {
          return;
        }
        request(here, client, packet.flip());
      }
    } catch (IOException trouble) {
      LOG.warn("TFTP: {}", trouble.getMessage());
    }
  }

  private void request(Listening here, InetSocketAddress from, ByteBuffer received)
      throws IOException {
    switch (decode(from, received)) {
      case TftpPacket.ReadRequest request -> {
        if (from.getAddress() instanceof Inet4Address address) { // as it is on such a socket
          TftpClient client = new TftpClient(Ipv4.of(address), from.getPort());
          int loop = Math.floorMod(Long.hashCode(client.key()), here.loops.size());
          here.loops.get(loop).take(client, request);
        }
      }
      case TftpPacket.WriteRequest write -> refuse(here.channel, from, write.file());
      case null -> {}
      default -> counters.malformed.increment();
    }
  }

  private @Nullable TftpPacket decode(InetSocketAddress client, ByteBuffer received) {
    try {
      return TftpCodec.decode(received);
    } catch (PacketException malformed) {
      counters.malformed.increment();
      if (complaints.first(client.getAddress())) {
        LOG.warn("TFTP from {}: {}", client.getAddress().getHostAddress(), malformed.getMessage());
      }
      return null;
    }
  }

  private void refuse(DatagramChannel channel, InetSocketAddress client, String file)
      throws IOException {
    TftpPacket.Failure failure =
        new TftpPacket.Failure(TftpPacket.Failure.ACCESS_VIOLATION, "nothing can be written here");
    channel.send(TftpCodec.encode(failure), client);
    counters.ended(TftpFiles.Outcome.REFUSED);
    files.ended(
        new TftpFiles.Ended(
            file, client.getAddress(), TftpFiles.Outcome.REFUSED, failure.message(), 0, 0, 0));
  }

  private void closeAll() throws IOException {
    for (Listening each : listening) {
      each.loops.forEach(TransferLoop::close);
      each.channel.close();
    }
    selector.close();
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    try {
      closeAll();
    } catch (IOException ignored) {
      // the sockets go with the process at the latest
    }
  }
}
