package dev.ingot.netboot.tftp;

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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a share of the clients with one thread; files are opened on virtual threads, since that
 * may ask a database.
 */
final class TransferLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TransferLoop.class);
  private static final int TICK_MILLISECONDS = 50;

  private final TftpFiles files;
  private final LongSupplier milliseconds;
  private final TftpCounters counters;
  private final int most;
  private final Selector selector;
  private final Map<InetSocketAddress, Session> sessions = new HashMap<>();
  private final Map<InetSocketAddress, Boolean> opening = new HashMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final Queue<Runnable> handed = new ConcurrentLinkedQueue<>();
  private final ExecutorService openers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("tftp-open-", 0).factory());
  private final ByteBuffer packet = ByteBuffer.allocateDirect(TftpServer.LARGEST_PACKET);
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param most transfers at once; requests beyond them are dropped and counted
   */
  TransferLoop(
      String name, TftpFiles files, LongSupplier milliseconds, TftpCounters counters, int most)
      throws IOException {
    this.files = files;
    this.milliseconds = milliseconds;
    this.counters = counters;
    this.most = most;
    this.selector = Selector.open();
    this.thread = Thread.ofPlatform().name(name).daemon().start(this::run);
  }

  /** Takes a request over; from any thread. */
  void take(InetAddress local, InetSocketAddress client, TftpPacket.ReadRequest request) {
    if (asked.incrementAndGet() > most) {
      asked.decrementAndGet();
      counters.overloaded.increment();
      return;
    }
    hand(
        () -> {
          asked.decrementAndGet();
          request(local, client, request);
        });
  }

  private void hand(Runnable work) {
    handed.add(work);
    selector.wakeup();
  }

  private void run() { // ends when it is closed
    long nextTick = milliseconds.getAsLong();
    try {
      while (!closed) {
        selector.select(this::ready, TICK_MILLISECONDS);
        for (Runnable work = handed.poll(); work != null; work = handed.poll()) {
          work.run();
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
    if (key.isValid() && key.attachment() instanceof Session session) {
      session.receive(packet, milliseconds.getAsLong());
      if (session.over()) {
        remove(session);
      }
    }
  }

  private void request(
      InetAddress local, InetSocketAddress client, TftpPacket.ReadRequest request) {
    if (closed) {
      return;
    }
    Session before = sessions.get(client);
    if (opening.containsKey(client) || (before != null && before.answers(request))) {
      return; // the request again: its answer is under way
    }
    if (before != null) { // that client vanished, and another has its port
      before.end(TftpFiles.Outcome.FAILED, "the client began another transfer");
      remove(before);
    }
    if (sessions.size() + opening.size() >= most) {
      counters.overloaded.increment();
      return;
    }
    opening.put(client, true);
    long now = milliseconds.getAsLong();
    openers.execute(() -> open(local, client, request, now));
  }

  /** On a virtual thread: asks for the file, then hands the transfer to the loop's thread. */
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
      hand(() -> begin(session));
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
      @Nullable DatagramChannel channel,
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
    hand(() -> opening.remove(client));
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
    handed.forEach(Runnable::run);
    for (Session session : List.copyOf(sessions.values())) {
      session.end(TftpFiles.Outcome.FAILED, "the server stopped");
      remove(session);
    }
    try {
      selector.close();
    } catch (IOException ignored) {
      // nothing is registered any more
    }
  }
}
