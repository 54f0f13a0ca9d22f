package dev.ingot.netboot.tftp;

import dev.ingot.netboot.PacketException;
import dev.ingot.netboot.socket.OncePerSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves reads to many clients with one thread; files are opened on virtual threads, since that may
 * ask a database.
 */
public final class TftpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TftpServer.class);
  private static final int MOST_TRANSFERS = 4096;
  private static final int TICK_MILLISECONDS = 50;
  private static final int LARGEST_PACKET = 4 + 65464;
  private static final int REQUEST_BUFFER = 4 << 20;

  private final TftpFiles files;
  private final LongSupplier milliseconds;
  private final TftpCounters counters = new TftpCounters();
  private final OncePerSource<InetAddress> complaints = new OncePerSource<>(1000);
  private final Selector selector;
  private final List<DatagramChannel> listening = new ArrayList<>();
  private final Map<InetSocketAddress, Session> sessions = new HashMap<>();
  private final Map<InetSocketAddress, Boolean> opening = new HashMap<>();
  private final Queue<Runnable> opened = new ConcurrentLinkedQueue<>();
  private final ExecutorService openers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("tftp-open-", 0).factory());
  private final ByteBuffer packet = ByteBuffer.allocateDirect(LARGEST_PACKET);
  private final Thread thread;
  private volatile boolean closed;

  private TftpServer(List<InetSocketAddress> addresses, TftpFiles files, LongSupplier milliseconds)
      throws IOException {
    this.files = files;
    this.milliseconds = milliseconds;
    this.selector = Selector.open();
    try {
      for (InetSocketAddress address : addresses) {
        DatagramChannel channel = DatagramChannel.open();
        listening.add(channel);
        channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, REQUEST_BUFFER);
        channel.bind(address);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
      }
    } catch (IOException failed) {
      closeListening();
      selector.close();
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
    long nextTick = milliseconds.getAsLong();
    try {
      while (!closed) {
        selector.select(this::ready, TICK_MILLISECONDS);
        for (Runnable start = opened.poll(); start != null; start = opened.poll()) {
          start.run();
        }
        long now = milliseconds.getAsLong();
        if (now >= nextTick) {
          nextTick = now + TICK_MILLISECONDS;
          tick(now);
        }
      }
    } catch (IOException | ClosedSelectorException broken) {
      if (!closed) {
        LOG.error("TFTP stopped: {}", broken.toString());
      }
    }
  }

  private void ready(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    if (key.attachment() instanceof Session session) {
      session.receive(packet, milliseconds.getAsLong());
      if (session.over()) {
        remove(session);
      }
    } else {
      requests((DatagramChannel) key.channel());
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
        Session before = sessions.get(client);
        if (opening.containsKey(client) || (before != null && before.answers(request))) {
          return; // the request again: its answer is under way
        }
        if (before != null) { // that client vanished, and another has its port
          before.end(TftpFiles.Outcome.FAILED, "the client began another transfer");
          remove(before);
        }
        if (sessions.size() + opening.size() >= MOST_TRANSFERS) {
          counters.overloaded.increment();
          return;
        }
        opening.put(client, true);
        InetAddress local = ((InetSocketAddress) channel.getLocalAddress()).getAddress();
        long now = milliseconds.getAsLong();
        openers.execute(() -> open(local, client, request, now));
      }
      case TftpPacket.WriteRequest write -> refuse(channel, client, write.file());
      case null -> {}
      default -> counters.malformed.increment();
    }
  }

  private @org.jspecify.annotations.Nullable TftpPacket decode(
      InetSocketAddress client, ByteBuffer received) {
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
    ended(
        new TftpFiles.Ended(
            file, client.getAddress(), TftpFiles.Outcome.REFUSED, failure.message(), 0, 0, 0));
  }

  /** On a virtual thread: asks for the file, then hands the transfer to the server's thread. */
  private void open(
      InetAddress local, InetSocketAddress client, TftpPacket.ReadRequest request, long began) {
    DatagramChannel channel = null;
    try {
      channel = DatagramChannel.open().bind(new InetSocketAddress(local, 0)).connect(client);
      channel.configureBlocking(false);
      TftpFiles.Content content = content(request, client.getAddress());
      TransferOptions options = TransferOptions.choose(request.options(), content.size());
      Session session =
          new Session(channel, client, request.file(), content, options, counters, began);
      opened.add(() -> begin(session));
    } catch (TftpFiles.RefusedException refused) {
      failed(
          channel,
          client,
          request,
          TftpFiles.Outcome.REFUSED,
          refused.code(),
          String.valueOf(refused.getMessage()),
          began);
    } catch (IOException | RuntimeException broken) {
      LOG.warn(
          "TFTP: '{}' for {} could not be opened: {}", request.file(), client, broken.toString());
      failed(
          channel,
          client,
          request,
          TftpFiles.Outcome.FAILED,
          TftpPacket.Failure.UNDEFINED,
          "the file could not be opened",
          began);
    }
    selector.wakeup();
  }

  private TftpFiles.Content content(TftpPacket.ReadRequest request, InetAddress client)
      throws IOException, TftpFiles.RefusedException {
    return switch (request.mode().toLowerCase(Locale.ROOT)) {
      case "octet" -> files.open(request.file(), client);
      case "netascii" -> Netascii.of(files.open(request.file(), client));
      default ->
          throw new TftpFiles.RefusedException(
              TftpPacket.Failure.ILLEGAL_OPERATION, "the mode is octet or netascii");
    };
  }

  private void failed(
      @org.jspecify.annotations.Nullable DatagramChannel channel,
      InetSocketAddress client,
      TftpPacket.ReadRequest request,
      TftpFiles.Outcome outcome,
      int code,
      String reason,
      long began) {
    try (DatagramChannel open = channel) {
      if (open != null) {
        open.write(TftpCodec.encode(new TftpPacket.Failure(code, reason)));
      }
    } catch (IOException gone) {
      // the client learns it by silence
    }
    ended(
        new TftpFiles.Ended(
            request.file(),
            client.getAddress(),
            outcome,
            reason,
            0,
            0,
            milliseconds.getAsLong() - began));
    opened.add(() -> opening.remove(client));
  }

  private void begin(Session session) {
    opening.remove(session.client());
    sessions.put(session.client(), session);
    try {
      session.channel().register(selector, SelectionKey.OP_READ, session);
      session.send(packet, milliseconds.getAsLong());
    } catch (IOException closedMeanwhile) {
      session.end(TftpFiles.Outcome.FAILED, String.valueOf(closedMeanwhile.getMessage()));
    }
    if (session.over()) {
      remove(session);
    }
  }

  private void tick(long now) {
    List<Session> over = new ArrayList<>();
    for (Session session : sessions.values()) {
      session.tick(packet, now);
      if (session.over()) {
        over.add(session);
      }
    }
    over.forEach(this::remove);
  }

  private void remove(Session session) {
    sessions.remove(session.client());
    ended(session.close(milliseconds.getAsLong()));
  }

  private void ended(TftpFiles.Ended transfer) {
    counters.ended(transfer.outcome());
    files.ended(transfer);
  }

  private void closeListening() {
    for (DatagramChannel channel : listening) {
      try {
        channel.close();
      } catch (IOException ignored) {
        // the socket goes with the process at the latest
      }
    }
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
    openers.close();
    opened.forEach(Runnable::run);
    for (Session session : List.copyOf(sessions.values())) {
      session.end(TftpFiles.Outcome.FAILED, "the server stopped");
      remove(session);
    }
    closeListening();
    try {
      selector.close();
    } catch (IOException ignored) {
      // nothing is registered any more
    }
  }
}
