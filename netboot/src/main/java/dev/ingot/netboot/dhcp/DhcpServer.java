package dev.ingot.netboot.dhcp;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.PacketException;
import dev.ingot.netboot.dhcp.DhcpReplies.Destination;
import dev.ingot.netboot.dhcp.DhcpReplies.Ports;
import dev.ingot.netboot.socket.DeviceSocket;
import dev.ingot.netboot.socket.OncePerSource;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on the named interfaces, on the server's port and the boot server's, and answers as the
 * planner says.
 */
public final class DhcpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DhcpServer.class);

  /**
   * How many messages may be waiting for their answer; more are dropped, and their clients ask
   * again.
   */
  private static final int AT_ONCE = 1024;

  private final DhcpPlanner planner;
  private final Ports ports;
  private final DhcpCounters counters = new DhcpCounters();
  private final OncePerSource<Ipv4> complaints = new OncePerSource<>(1000);
  private final Semaphore free = new Semaphore(AT_ONCE);
  private final ExecutorService answering =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("dhcp-answer-", 0).factory());
  private final List<DeviceSocket> sockets = new ArrayList<>();
  private final List<Thread> listeners = new ArrayList<>();

  /**
   * One interface that is served.
   *
   * @param address our own address on it: the server identifier of its replies
   */
  public record Listening(String networkInterface, Ipv4 address) {}

  private DhcpServer(DhcpPlanner planner, Ports ports) {
    this.planner = planner;
    this.ports = ports;
  }

  /**
   * Starts listening.
   *
   * @throws IOException when one socket cannot be opened; none is left open then
   */
  public static DhcpServer start(List<Listening> interfaces, Ports ports, DhcpPlanner planner)
      throws IOException {
    DhcpServer server = new DhcpServer(planner, ports);
    try {
      for (Listening listening : interfaces) {
        server.listen(listening, ports.server(), false);
        server.listen(listening, ports.bootServer(), true);
      }
    } catch (IOException failed) {
      server.close();
      throw failed;
    }
    return server;
  }

  private void listen(Listening listening, int port, boolean bootServer) throws IOException {
    DeviceSocket socket = DeviceSocket.open(listening.networkInterface(), port);
    sockets.add(socket);
    listeners.add(
        Thread.ofPlatform()
            .name("dhcp-" + listening.networkInterface() + "-" + socket.port())
            .daemon()
            .start(() -> receive(socket, listening, bootServer)));
  }

  public DhcpCounters counters() {
    return counters;
  }

  /**
   * The ports in use, two for each interface in the order given: the server's and the boot
   * server's.
   */
  public List<Integer> ports() {
    return sockets.stream().map(DeviceSocket::port).toList();
  }

  private void receive(
      DeviceSocket socket,
      Listening listening,
      boolean bootServer) { // ends when the socket is closed
    while (true) {
      try {
        DeviceSocket.Received packet = socket.receive();
        if (packet != null) {
          counters.received.increment();
          accept(socket, listening, bootServer, packet);
        }
      } catch (ClosedChannelException closed) {
        return;
      } catch (IOException trouble) { // such as a link that went down; packets may come again
        LOG.warn("DHCP on {}: {}", listening.networkInterface(), trouble.getMessage());
      }
    }
  }

  private void accept(
      DeviceSocket socket, Listening listening, boolean bootServer, DeviceSocket.Received packet) {
    DhcpMessage message;
    try {
      message = DhcpCodec.decode(packet.packet(), packet.packet().length);
    } catch (PacketException malformed) {
      counters.malformed.increment();
      if (complaints.first(packet.address())) {
        LOG.warn(
            "DHCP from {} on {}: {}",
            packet.address(),
            listening.networkInterface(),
            malformed.getMessage());
      }
      return;
    }
    if (!message.request() || message.options().messageType() == null) {
      counters.silent.increment();
      return;
    }
    if (!free.tryAcquire()) {
      counters.overloaded.increment();
      return;
    }
    DhcpQuery query =
        new DhcpQuery(message, BootClient.of(message), listening.networkInterface(), bootServer);
    answer(new Asked(socket, listening, query, packet.port()));
  }

  /** One message whose answer has its place in {@link #free}; takes that answer. */
  private final class Asked implements BiConsumer<DhcpAnswer, Throwable> {
    private final DeviceSocket socket;
    private final Listening listening;
    private final DhcpQuery query;
    private final int sourcePort;

    Asked(DeviceSocket socket, Listening listening, DhcpQuery query, int sourcePort) {
      this.socket = socket;
      this.listening = listening;
      this.query = query;
      this.sourcePort = sourcePort;
    }

    @Override
    public void accept(@Nullable DhcpAnswer answer, @Nullable Throwable failed) {
      settle(this, answer, failed);
    }
  }

  private void answer(Asked asked) {
    CompletableFuture<DhcpAnswer> later;
    try {
      later = planner.later(asked.query);
    } catch (RuntimeException failed) {
      free.release();
      failed(asked, failed);
      return;
    }
    if (later != null) {
      var _ = later.whenComplete(asked);
    } else {
      answering.execute(() -> settle(asked));
    }
  }

  private void settle(Asked asked) {
    DhcpAnswer answer = null;
    RuntimeException failure = null;
    try {
      answer = planner.answer(asked.query);
    } catch (RuntimeException failed) {
      failure = failed;
    }
    settle(asked, answer, failure);
  }

  private void settle(Asked asked, @Nullable DhcpAnswer answer, @Nullable Throwable failed) {
    try {
      if (answer == null) {
        failed(asked, failed);
      } else {
        reply(asked, answer);
      }
    } finally {
      free.release();
    }
  }

  private void reply(Asked asked, DhcpAnswer answer) {
    DhcpQuery query = asked.query;
    try {
      DhcpMessage reply = DhcpReplies.reply(query, answer, asked.listening.address());
      tell(query, answer, reply != null); // before the machine can go on
      if (reply == null) {
        counters.silent.increment();
      } else {
        Destination destination = DhcpReplies.destination(query, reply, asked.sourcePort, ports);
        asked.socket.send(DhcpCodec.encode(reply), destination.address(), destination.port());
        counters.answered.increment();
      }
    } catch (IOException | RuntimeException failed) {
      failed(asked, failed);
    }
  }

  private void failed(Asked asked, @Nullable Throwable failed) {
    counters.failed.increment();
    Throwable cause =
        failed instanceof CompletionException && failed.getCause() != null
            ? failed.getCause()
            : failed;
    LOG.warn(
        "DHCP for {} on {}: {}",
        asked.query.message().mac(),
        asked.listening.networkInterface(),
        String.valueOf(cause));
  }

  private void tell(DhcpQuery query, DhcpAnswer answer, boolean owed) {
    try {
      planner.dealtWith(query, answer, owed);
    } catch (RuntimeException failed) { // the machine gets its answer all the same
      LOG.warn("DHCP for {} is not on record: {}", query.message().mac(), failed.toString());
    }
  }

  @Override
  public void close() {
    sockets.forEach(DeviceSocket::close);
    for (Thread listener : listeners) {
      try {
        listener.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    answering.close();
  }
}
