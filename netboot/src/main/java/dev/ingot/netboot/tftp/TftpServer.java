package dev.ingot.netboot.tftp;

import dev.ingot.netboot.PacketException;
import dev.ingot.netboot.socket.OncePerSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
  static final int LARGEST_PACKET = 4 + 65464;
  private static final Logger LOG = LoggerFactory.getLogger(TftpServer.class);
  private static final int MOST_TRANSFERS = 4096;
  private static final int MOST_LOOPS = 4;
  private static final int REQUEST_BUFFER = 4 << 20;

  private final TftpFiles files;
  private final TftpCounters counters = new TftpCounters();
  private final OncePerSource<InetAddress> complaints = new OncePerSource<>(1000);
  private final Selector selector;
  private final List<DatagramChannel> listening = new ArrayList<>();
  private final List<TransferLoop> loops = new ArrayList<>();
  private final ByteBuffer packet = ByteBuffer.allocateDirect(LARGEST_PACKET);
  private final Thread thread;
  private volatile boolean closed;

  private TftpServer(List<InetSocketAddress> addresses, TftpFiles files, LongSupplier milliseconds)
      throws IOException {
    this.files = files;
    this.selector = Selector.open();
    try {
      for (InetSocketAddress address : addresses) {
        DatagramChannel channel = DatagramChannel.open();
        listening.add(channel);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, REQUEST_BUFFER);
        channel.bind(address);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
      }
      int share = Math.min(MOST_LOOPS, Runtime.getRuntime().availableProcessors());
      for (int i = 0; i < share; i++) {
        loops.add(
            new TransferLoop("tftp-" + i, files, milliseconds, counters, MOST_TRANSFERS / share));
      }
    } catch (IOException failed) {
      closeAll();
      throw failed;
    }
    this.thread = Thread.ofPlatform().name("tftp").daemon().unstarted(this::run);
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
    for (DatagramChannel channel : listening) {
      addresses.add((InetSocketAddress) channel.getLocalAddress());
    }
    return addresses;
  }

  private void run() { // ends when the server is closed
    try {
      while (!closed) {
        selector.select(key -> requests((DatagramChannel) key.channel()));
      }
    } catch (IOException | ClosedSelectorException broken) {
      if (!closed) {
        LOG.error("TFTP stopped: {}", broken.toString());
      }
    }
  }

  private void requests(DatagramChannel channel) {
    try {
      while (true) {
        packet.clear();
        InetSocketAddress client = (InetSocketAddress) channel.receive(packet);
        if (client == null) {
          return;
        }
        request(channel, client, packet.flip());
      }
    } catch (IOException trouble) {
      LOG.warn("TFTP: {}", trouble.getMessage());
    }
  }

  private void request(DatagramChannel channel, InetSocketAddress client, ByteBuffer received)
      throws IOException {
    switch (decode(client, received)) {
      case TftpPacket.ReadRequest request -> {
        InetAddress local = ((InetSocketAddress) channel.getLocalAddress()).getAddress();
        loops.get(Math.floorMod(client.hashCode(), share(request))).take(local, client, request);
      }
      case TftpPacket.WriteRequest write -> refuse(channel, client, write.file());
      case null -> {}
      default -> counters.malformed.increment();
    }
  }

  /**
   * Among how many loops requests like it are shared. Where each block waits for its
   * acknowledgement, one thread that finds many of them at once is faster than two that find few.
   */
  private int share(TftpPacket.ReadRequest request) {
    boolean windows = request.options().containsKey("windowsize");
    return windows ? loops.size() : Math.max(1, loops.size() / 2);
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
    loops.forEach(TransferLoop::close);
    for (DatagramChannel channel : listening) {
      channel.close();
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
