package dev.ingot.server.mercury;

import dev.ingot.amqp.Rates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What ZeroMQ calls a ROUTER, that answers each request with one reply: the last frame is the
 * request, what stands before it is sent back before the reply. Each connection has a virtual
 * thread and is answered in its order. The protocol is spoken here and not by JeroMQ: that one
 * takes memory for what a stranger only announces, and leaves connections waiting behind strangers.
 */
final class RouterSocket implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RouterSocket.class);

  private static final int MOST_CONNECTIONS = 2_048;
  private static final int MOST_AT_ONCE = 32;

  /** So many of the largest messages may lie here at once. */
  private static final int LARGEST_AT_ONCE = 8;

  private static final int BACKLOG = 512;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MOST_COMPLAINTS = 1_000;

  private final String name;
  private final ServerSocket server;
  private final int largest;
  private final Supplier<Reply> replies;
  private final BiConsumer<byte[], Reply> answering;
  private final Rates rates;
  private final LongSupplier nanos;
  private final Peers peers;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore free = new Semaphore(MOST_AT_ONCE, true);
  private final LongAdder answered = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder junk = new LongAdder();
  private final Map<String, Boolean> complained = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  /**
   * Binds it.
   *
   * @param name of the service, for the log
   * @param place {@code host:port}
   * @param largest octets of a frame; a peer that sends a larger one is disconnected
   * @param rates how often an address may ask; beyond it is answered that it may not
   * @param replies makes an empty reply
   * @param answering fills the reply to a request; throws nothing
   * @param nanos a monotonic clock
   * @throws IllegalArgumentException if it cannot be bound, which the message says
   */
  RouterSocket(
      String name,
      String place,
      int largest,
      Rates rates,
      Supplier<Reply> replies,
      BiConsumer<byte[], Reply> answering,
      LongSupplier nanos) {
    this.name = name;
    this.rates = rates;
    this.largest = largest;
    this.replies = replies;
    this.answering = answering;
    this.nanos = nanos;
    this.peers = new Peers(MOST_CONNECTIONS, (long) largest * LARGEST_AT_ONCE);
    try {
      server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(address(place), BACKLOG);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "mercury." + name + ": cannot listen at " + place + ": " + e.getMessage(), e);
    }
  }

  private static InetSocketAddress address(String place) throws UnknownHostException {
    int colon = place.lastIndexOf(':');
    String host = place.substring(0, colon);
    int port = Integer.parseInt(place.substring(colon + 1));
    return host.equals("*")
        ? new InetSocketAddress(port)
        : new InetSocketAddress(InetAddress.getByName(host), port);
  }

  void start() {
    Thread.ofVirtual().name("mercury-" + name).start(this::accept);
  }

  String name() {
    return name;
  }

  /** Where it listens, {@code host:port}. */
  String address() {
    String host = server.getInetAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + server.getLocalPort();
  }

  long answered() {
    return answered.sum();
  }

  /** Requests of addresses that ask too often. */
  long refused() {
    return refused.sum();
  }

  /** Messages that are no requests, and peers that speak no ZeroMQ. */
  long junk() {
    return junk.sum();
  }

  int connections() {
    return peers.size();
  }

  /** Disconnects those that are too long at saying something. */
  void look() {
    peers.look(nanos.getAsLong());
  }

  private void accept() {
    while (closing.getCount() > 0) {
      try {
        Socket socket = server.accept();
        Peer peer = new Peer(socket, largest, peers, nanos);
        peers.add(peer);
        workers.execute(() -> serve(peer));
      } catch (IOException e) {
        pause(e);
      }
    }
  }

  /** Too many open files, say: that passes. */
  private void pause(IOException e) {
    if (closing.getCount() > 0) {
      log.warn("Mercury's {} cannot take a connection: {}", name, e.toString());
      try {
        closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void serve(Peer peer) {
    try (peer) {
      peer.greet();
      for (List<byte[]> frames = peer.receive(); frames != null; frames = peer.receive()) {
        if (frames.size() < 2) {
          // No delimiter before a body: nothing that could be answered.
          complain(peer, "it sends what is no request");
          if (!rates.take(peer.address())) {
            return;
          }
          peer.done();
          continue;
        }
        try (Reply reply = replies.get()) {
          answer(peer, frames.getLast(), reply);
          peer.send(frames.subList(0, frames.size() - 1), reply);
        }
      }
    } catch (Zmtp.Broken e) {
      complain(peer, e.getMessage());
    } catch (IOException e) {
      log.debug("Mercury's {}: {} is gone: {}", name, peer.address(), e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // this server stops
    } finally {
      peers.remove(peer);
    }
  }

  private void answer(Peer peer, byte[] request, Reply reply) throws InterruptedException {
    if (!rates.take(peer.address())) {
      refused.increment();
      reply.instead(Wording.TOO_OFTEN);
      return;
    }
    peer.enter(Peer.Phase.ANSWERING);
    free.acquire();
    try {
      answering.accept(request, reply);
      answered.increment();
    } finally {
      free.release();
    }
  }

  private void complain(Peer peer, @Nullable String why) {
    junk.increment();
    if (complained.size() < MOST_COMPLAINTS && complained.put(peer.address(), true) == null) {
      log.warn("Mercury's {}: {} is no peer: {}", name, peer.address(), why);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      server.close();
    } catch (IOException e) {
      log.debug("close", e);
    }
    peers.close();
    workers.shutdownNow();
    try {
      if (!workers.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.debug("Mercury's {} still answers", name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
