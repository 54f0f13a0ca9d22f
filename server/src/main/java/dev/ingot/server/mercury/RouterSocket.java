package dev.ingot.server.mercury;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * One ZeroMQ ROUTER that answers each request with one reply: the last frame is the request, what
 * stands before it is sent back before the reply. One thread has the socket; requests are answered
 * by virtual threads, of which there are at most {@value #MOST_AT_ONCE}: while so many work,
 * nothing more is read.
 */
final class RouterSocket implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RouterSocket.class);

  private static final int MOST_AT_ONCE = 64;

  /** Messages that wait for one peer, and of one peer. */
  private static final int WAITING = 16;

  /** An identity, an empty frame, the request; proxies in between add two each. */
  private static final int MOST_FRAMES = 16;

  /** A message that comes while the poller goes to sleep does not always wake it (JeroMQ 0.6). */
  private static final int LOOK_MILLIS = 25;

  private static final int SILENT_HANDSHAKE_MILLIS = 10_000;
  private static final int KEEPALIVE_SECONDS = 120;

  private final String name;
  private final ZContext context = new ZContext();
  private final ZMQ.Socket socket;
  private final Pipe wake;
  private final UnaryOperator<byte[]> answering;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger working = new AtomicInteger();
  private final Queue<List<byte[]>> replies = new ConcurrentLinkedQueue<>();
  private final LongAdder answered = new LongAdder();
  private final LongAdder junk = new LongAdder();
  private final Map<String, Boolean> complained = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean closing;

  /**
   * Binds it.
   *
   * @param name of the service, for the log
   * @param address {@code host:port}
   * @param largest octets of a frame; a peer that sends a larger one is disconnected
   * @param answering makes the reply to a request; throws nothing
   * @throws IllegalArgumentException if it cannot be bound, which the message says
   */
  RouterSocket(String name, String address, int largest, UnaryOperator<byte[]> answering) {
    this.name = name;
    this.answering = answering;
    socket = context.createSocket(SocketType.ROUTER);
    socket.setMaxMsgSize(largest);
    socket.setRcvHWM(WAITING);
    socket.setSndHWM(WAITING);
    socket.setLinger(0);
    socket.setHandshakeIvl(SILENT_HANDSHAKE_MILLIS);
    socket.setTCPKeepAlive(1);
    socket.setTCPKeepAliveIdle(KEEPALIVE_SECONDS);
    try {
      wake = Pipe.open();
      wake.source().configureBlocking(false);
      wake.sink().configureBlocking(false);
      socket.bind("tcp://" + address);
    } catch (ZMQException | IOException e) {
      context.close();
      throw new IllegalArgumentException(
          "mercury." + name + ": cannot listen at " + address + ": " + e.getMessage(), e);
    }
    thread = Thread.ofPlatform().name("mercury-" + name).daemon().unstarted(this::serve);
  }

  void start() {
    thread.start();
  }

  String name() {
    return name;
  }

  /** Where it listens, {@code host:port}. */
  String address() {
    return socket.getLastEndpoint().substring("tcp://".length());
  }

  long answered() {
    return answered.sum();
  }

  /** Messages that are no requests. */
  long junk() {
    return junk.sum();
  }

  private void serve() {
    try (ZMQ.Poller poller = context.createPoller(2)) {
      poller.register(wake.source(), ZMQ.Poller.POLLIN);
      boolean reading = false;
      while (!closing) {
        boolean room = working.get() < MOST_AT_ONCE;
        if (room != reading) {
          if (room) {
            poller.register(socket, ZMQ.Poller.POLLIN);
          } else {
            poller.unregister(socket);
          }
          reading = room;
        }
        poller.poll(LOOK_MILLIS);
        drain();
        for (List<byte[]> reply = replies.poll(); reply != null; reply = replies.poll()) {
          send(reply);
        }
        while (working.get() < MOST_AT_ONCE) {
          List<byte[]> request = receive();
          if (request == null) {
            break;
          }
          take(request);
        }
      }
    } catch (ZMQException | IOException e) {
      if (!closing) {
        log.error("Mercury's {} has stopped: {}", name, e.toString(), e);
      }
    }
  }

  private void drain() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(64);
    while (wake.source().read(bytes) > 0) {
      bytes.clear();
    }
  }

  /** A whole message; null if none is there. */
  private @Nullable List<byte[]> receive() {
    byte[] frame = socket.recv(ZMQ.DONTWAIT);
    if (frame == null) {
      return null;
    }
    List<byte[]> frames = new ArrayList<>();
    frames.add(frame);
    while (socket.hasReceiveMore()) {
      byte[] more = socket.recv(0);
      if (frames.size() <= MOST_FRAMES) {
        frames.add(more);
      }
    }
    return frames;
  }

  private void take(List<byte[]> frames) {
    // Fewer than an identity, a delimiter and a body: nothing that could be answered.
    if (frames.size() < 3 || frames.size() > MOST_FRAMES) {
      junk.increment();
      String peer = HexFormat.of().formatHex(frames.getFirst());
      if (complained.size() < 1_000 && complained.put(peer, true) == null) {
        log.warn("Mercury's {}: peer {} sends what is no request; it is dropped", name, peer);
      }
      return;
    }
    working.incrementAndGet();
    workers.execute(
        () -> {
          try {
            List<byte[]> reply = new ArrayList<>(frames.subList(0, frames.size() - 1));
            reply.add(answering.apply(frames.getLast()));
            replies.add(reply);
            answered.increment();
          } finally {
            working.decrementAndGet();
            wakeUp();
          }
        });
  }

  /** A peer that takes no replies loses them: the rest is served. */
  private void send(List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      boolean last = i == frames.size() - 1;
      if (!socket.send(frames.get(i), ZMQ.DONTWAIT | (last ? 0 : ZMQ.SNDMORE))) {
        return;
      }
    }
  }

  private void wakeUp() {
    try {
      // A full pipe wakes as well.
      wake.sink().write(ByteBuffer.wrap(new byte[1]));
    } catch (IOException e) {
      if (!closing) {
        log.warn("Mercury's {} cannot be woken: {}", name, e.toString());
      }
    }
  }

  @Override
  public void close() {
    closing = true;
    wakeUp();
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    workers.shutdownNow();
    try {
      wake.sink().close();
      wake.source().close();
    } catch (IOException e) {
      log.debug("close", e);
    }
    context.close();
  }
}
