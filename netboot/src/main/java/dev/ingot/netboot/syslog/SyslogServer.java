package dev.ingot.netboot.syslog;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.socket.BatchSocket;
import dev.ingot.netboot.socket.OncePerSource;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives syslog by UDP (RFC 5426) and TCP (RFC 6587), and hands each message to a sink. */
public final class SyslogServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SyslogServer.class);
  private static final int RECEIVE_BUFFER = 8 << 20;
  private static final int MOST_CONNECTIONS = 4096;
  private static final int SILENCE_MILLISECONDS = 3_600_000;
  private static final int SOURCES_AT_HAND = 1024;

  private final SyslogSink sink;
  private final SourceLimit limit;
  private final InstantSource clock;
  private final BatchSocket datagrams;
  private final ServerSocket connections;
  private final @Nullable Source[] sources = new @Nullable Source[SOURCES_AT_HAND];
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final OncePerSource<InetAddress> complaints = new OncePerSource<>(1000);
  private final LongAdder received = new LongAdder();
  private final LongAdder malformed = new LongAdder();
  private final ExecutorService readers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("syslog-tcp-", 0).factory());
  private final Thread udp;
  private final Thread tcp;
  private volatile boolean closed;

  private SyslogServer(
      InetSocketAddress address, SyslogSink sink, SourceLimit limit, InstantSource clock)
      throws IOException {
    this.sink = sink;
    this.limit = limit;
    this.clock = clock;
    if (!(address.getAddress() instanceof Inet4Address own)) {
      throw new IOException(address + " is no IPv4 address");
    }
    this.datagrams = BatchSocket.open(Ipv4.of(own), address.getPort(), RECEIVE_BUFFER);
    this.connections = new ServerSocket();
    try {
      connections.bind(new InetSocketAddress(own, datagrams.port()), 1024);
    } catch (IOException failed) {
      datagrams.close();
      connections.close();
      throw failed;
    }
    this.udp = Thread.ofPlatform().name("syslog-udp").daemon().unstarted(this::receive);
    this.tcp = Thread.ofVirtual().name("syslog-accept").unstarted(this::acceptConnections);
  }

  /**
   * Starts receiving on one address, UDP and TCP on the same port.
   *
   * @throws IOException when either cannot be listened on; neither is then
   */
  public static SyslogServer start(
      InetSocketAddress address, SyslogSink sink, SourceLimit limit, InstantSource clock)
      throws IOException {
    SyslogServer server = new SyslogServer(address, sink, limit, clock);
    server.udp.start();
    server.tcp.start();
    return server;
  }

  public int port() {
    return datagrams.port();
  }

  public long received() {
    return received.sum();
  }

  /** Frames that broke their own rule; each ended its connection. */
  public long malformed() {
    return malformed.sum();
  }

  private void receive() { // ends when the socket is closed
    while (true) {
      try {
        datagrams.receive((bytes, length, from) -> accept(bytes, length, source(from)));
      } catch (ClosedChannelException end) {
        return;
      } catch (IOException trouble) {
        LOG.warn("syslog: {}", trouble.getMessage());
      }
    }
  }

  private record Source(Ipv4 bits, InetAddress address) {}

  /** Java's own form of an address, kept: few send much. */
  private InetAddress source(Ipv4 from) {
    int place = (from.bits() * 0x9E3779B9) >>> 22;
    Source kept = sources[place];
    if (kept == null || kept.bits.bits() != from.bits()) {
      kept = new Source(from, from.address());
      sources[place] = kept;
    }
    return kept.address;
  }

  private void accept(byte[] bytes, int length, InetAddress source) {
    var now = clock.instant();
    received.increment();
    if (length > 0 && limit.allows(source, now.getEpochSecond())) {
      sink.accept(SyslogParser.parse(bytes, 0, length, now), source, now);
    }
  }

  private void acceptConnections() { // ends when the socket is closed
    while (!closed) {
      try {
        Socket connection = connections.accept();
        if (open.size() >= MOST_CONNECTIONS) {
          connection.close();
        } else {
          open.add(connection);
          readers.execute(() -> read(connection));
        }
      } catch (IOException trouble) {
        if (!closed) {
          LOG.warn("syslog: {}", trouble.getMessage());
        }
      }
    }
  }

  private void read(Socket connection) {
    InetAddress source = connection.getInetAddress();
    try (connection) {
      connection.setSoTimeout(SILENCE_MILLISECONDS);
      SyslogFrames frames = new SyslogFrames(connection.getInputStream());
      while (frames.next()) {
        accept(frames.bytes(), frames.length(), source);
      }
    } catch (dev.ingot.netboot.PacketException broken) {
      malformed.increment();
      if (complaints.first(source)) {
        LOG.warn("syslog from {}: {}", source.getHostAddress(), broken.getMessage());
      }
    } catch (IOException gone) {
      LOG.debug("syslog from {}: {}", source.getHostAddress(), gone.getMessage());
    } finally {
      open.remove(connection);
    }
  }

  @Override
  public void close() {
    closed = true;
    datagrams.close();
    try {
      connections.close();
      for (Socket connection : open) {
        connection.close();
      }
    } catch (IOException ignored) {
      // nothing is read from it any more
    }
    readers.close();
    try {
      udp.join();
      tcp.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
