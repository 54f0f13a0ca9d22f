package dev.ingot.netboot.syslog;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.socket.BatchSocket;
import dev.ingot.netboot.socket.OncePerSource;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives syslog by UDP (RFC 5426) and TCP (RFC 6587), and hands each message to a sink. */
public final class SyslogServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SyslogServer.class);
  private static final int RECEIVE_BUFFER = 8 << 20;
  private static final int MOST_CONNECTIONS = 4096;
  private static final int MOST_TRIES = 20;
  private static final int SILENCE_MILLISECONDS = 3_600_000;

  /**
   * Datagrams gather so long once all that came are read: being woken for each costs more than
   * parsing it, the sender too where it is on this machine. The receive buffer that a kernel gives
   * to everybody (208 kB) holds what comes in three times as long at 300,000 lines a second.
   */
  private static final long GATHER_NANOSECONDS = 500_000;

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
    SyslogServer server = open(address, sink, limit, clock);
    server.udp.start();
    server.tcp.start();
    return server;
  }

  private static SyslogServer open(
      InetSocketAddress address, SyslogSink sink, SourceLimit limit, InstantSource clock)
      throws IOException {
    for (int tries = address.getPort() == 0 ? MOST_TRIES : 1; ; tries--) {
      try {
        return new SyslogServer(address, sink, limit, clock);
      } catch (BindException taken) { // any port will do, and this one was free for UDP only
        if (tries == 1) {
          throw taken;
        }
      }
    }
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
    Together together = new Together();
    while (true) {
      try {
        together.ended();
        if (!datagrams.receive(together, true)) {
          LockSupport.parkNanos(GATHER_NANOSECONDS);
        }
      } catch (ClosedChannelException end) {
        return;
      } catch (IOException trouble) {
        LOG.warn("syslog: {}", trouble.getMessage());
      }
    }
  }

  /** What came together has one time, and is counted when all of it was taken. */
  private final class Together implements BatchSocket.Receiver {
    private @Nullable Instant time;
    private long count;
    private long given;

    @Override
    public void take(byte[] bytes, int length, Ipv4 from, int fromPort) {
      accept(source(from), bytes, 0, length);
    }

    private void accept(Source source, byte[] bytes, int from, int length) {
      Instant now = time;
      if (now == null) {
        now = clock.instant();
        time = now;
      }
      count++;
      if (length > 0 && source.share.allows(now.getEpochSecond())) {
        given++;
        sink.accept(SyslogParser.parse(bytes, from, length, now, source.last), source.address, now);
      }
    }

    private void ended() {
      received.add(count);
      sink.came(given);
      count = 0;
      given = 0;
      time = null;
    }
  }

  /** Who sends, as it is kept by one thread: few send much. */
  private final class Source {
    private final Ipv4 bits;
    private final InetAddress address;
    private final SourceLimit.Share share;
    private final LastLine last = new LastLine();

    private Source(Ipv4 bits, InetAddress address) {
      this.bits = bits;
      this.address = address;
      this.share = limit.of(address);
    }
  }

  private Source source(Ipv4 from) {
    int place = (from.bits() * 0x9E3779B9) >>> 22;
    Source kept = sources[place];
    if (kept == null || kept.bits.bits() != from.bits()) {
      kept = new Source(from, from.address());
      sources[place] = kept;
    }
    return kept;
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
    InetAddress address = connection.getInetAddress();
    Together together = new Together();
    try (connection) {
      connection.setSoTimeout(SILENCE_MILLISECONDS);
      Source source = new Source(Ipv4.NONE, address);
      SyslogFrames frames = new SyslogFrames(connection.getInputStream(), together::ended);
      while (frames.next()) {
        together.accept(source, frames.bytes(), frames.from(), frames.length());
      }
    } catch (dev.ingot.netboot.PacketException broken) {
      malformed.increment();
      if (complaints.first(address)) {
        LOG.warn("syslog from {}: {}", address.getHostAddress(), broken.getMessage());
      }
    } catch (IOException gone) {
      LOG.debug("syslog from {}: {}", address.getHostAddress(), gone.getMessage());
    } finally {
      together.ended();
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
