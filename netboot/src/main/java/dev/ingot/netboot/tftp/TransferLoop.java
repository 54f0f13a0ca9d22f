package dev.ingot.netboot.tftp;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.PacketException;
import dev.ingot.netboot.socket.BatchSocket;
import dev.ingot.netboot.socket.OutgoingPackets;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a share of the clients of one of our addresses with one thread and one port: transfers are
 * told apart by the client's address and port. So what many clients acknowledge is read at once,
 * and what they get next is sent at once. Files are opened on virtual threads, since that may ask a
 * database.
 */
final class TransferLoop implements AutoCloseable, BatchSocket.Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(TransferLoop.class);
  private static final int TICK_MILLISECONDS = 50;
  private static final int BUFFER = 4 << 20;

  /** Packets are read before what was handed over is done, this many times at most. */
  private static final int MOST_READS = 16;

  /** Strangers that are told so, between two ticks. */
  private static final int MOST_TOLD = 10;

  /** Clients whose late packets are no stranger's. */
  private static final int MOST_REMEMBERED = 1024;

  private final TftpFiles files;
  private final LongSupplier milliseconds;
  private final TftpCounters counters;
  private final int most;
  private final BatchSocket socket;
  private final OutgoingPackets out;
  private final Map<Long, Session> sessions = new HashMap<>();
  private final Set<Long> opening = new HashSet<>();
  private final LinkedHashSet<Long> ended = new LinkedHashSet<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final Queue<Runnable> handed = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean asleep = new AtomicBoolean();
  private final ExecutorService openers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("tftp-open-", 0).factory());
  private final Thread thread;
  private long now;
  private boolean timed;
  private int told;
  private volatile boolean closed;

  /**
   * @param own the address that clients ask, and get their answers from
   * @param most transfers at once; requests beyond them are dropped and counted
   */
  TransferLoop(
      String name,
      Ipv4 own,
      TftpFiles files,
      LongSupplier milliseconds,
      TftpCounters counters,
      int most)
      throws IOException {
    this.files = files;
    this.milliseconds = milliseconds;
    this.counters = counters;
    this.most = most;
    this.socket = BatchSocket.openForShort(own, 0, BUFFER);
    this.out = socket.outgoing(BUFFER);
    this.thread = Thread.ofPlatform().name(name).daemon().start(this::run);
  }

  /** Takes a request over; from any thread. */
  void take(TftpClient client, TftpPacket.ReadRequest request) {
    if (asked.incrementAndGet() > most) {
      asked.decrementAndGet();
      counters.overloaded.increment();
      return;
    }
    TftpFiles.Content known =
        request.isOctet() ? files.known(request.file(), client.inetAddress()) : null;
    hand(
        () -> {
          asked.decrementAndGet();
          request(client, request, known);
        });
  }

  private void hand(Runnable work) {
    handed.add(work);
    if (asleep.getAndSet(false)) {
      wake();
    }
  }

  private void wake() {
    try {
      socket.wake();
    } catch (IOException unheard) {
      LOG.debug("TFTP: {}", unheard.getMessage()); // its wait is short anyhow
    }
  }

  private void run() { // ends when it is closed
    long nextTick = milliseconds.getAsLong();
    try {
      while (!closed) {
        asleep.set(true);
        timed = false;
        boolean more = socket.receive(this, handed.isEmpty() && !closed);
        asleep.set(false);
        for (int reads = 1; more && reads < MOST_READS; reads++) {
          out.flush();
          more = socket.receive(this, false);
        }
        now = milliseconds.getAsLong();
        for (Runnable work = handed.poll(); work != null; work = handed.poll()) {
          work.run();
        }
        if (now >= nextTick) {
          nextTick = now + TICK_MILLISECONDS;
          tick();
        }
        out.flush();
      }
    } catch (IOException broken) {
      LOG.error("TFTP stopped: {}", broken.toString());
    }
  }

  @Override
  public void take(byte[] bytes, int length, Ipv4 from, int fromPort) {
    if (!timed) { // packets that came together have one time
      timed = true;
      now = milliseconds.getAsLong();
    }
    ByteBuffer packet = ByteBuffer.wrap(bytes, 0, length);
    Session session = sessions.get(TftpClient.key(from, fromPort));
    if (session != null) {
      session.receive(packet, out, now);
      if (session.over()) {
        remove(session);
      }
    } else if (length > 0) { // an empty one woke us
      stranger(new TftpClient(from, fromPort), packet);
    }
  }

  /** RFC 1350 section 4. An error is never answered: two servers would never end. */
  private void stranger(TftpClient client, ByteBuffer packet) {
    counters.strangers.increment();
    if (told == MOST_TOLD || ended.contains(client.key()) || opening.contains(client.key())) {
      return;
    }
    try {
      if (!(TftpCodec.decode(packet) instanceof TftpPacket.Failure)) {
        told++;
        client.send(
            out, new TftpPacket.Failure(TftpPacket.Failure.UNKNOWN_TRANSFER, "no such transfer"));
      }
    } catch (PacketException malformed) {
      counters.malformed.increment();
    }
  }

  private void request(
      TftpClient client, TftpPacket.ReadRequest request, TftpFiles.@Nullable Content known) {
    if (closed) {
      return;
    }
    Session before = sessions.get(client.key());
    if (opening.contains(client.key())) {
      return; // its answer is under way
    }
    if (before != null) {
      if (before.answers(request, out, now)) {
        return;
      }
      // that client vanished, and another has its port
      before.end(TftpFiles.Outcome.FAILED, "the client began another transfer");
      remove(before);
    }
    if (sessions.size() + opening.size() >= most) {
      counters.overloaded.increment();
      return;
    }
    if (known != null) {
      begin(session(client, request, known, now));
      return;
    }
    opening.add(client.key());
    long began = now;
    openers.execute(() -> open(client, request, began));
  }

  /** On a virtual thread: asks for the file, then hands the transfer to the loop's thread. */
  private void open(TftpClient client, TftpPacket.ReadRequest request, long began) {
    try {
      Session session = session(client, request, content(request, client.inetAddress()), began);
      hand(() -> begin(session));
    } catch (TftpFiles.RefusedException refused) {
      failed(
          client,
          request,
          TftpFiles.Outcome.REFUSED,
          new TftpPacket.Failure(refused.code(), String.valueOf(refused.getMessage())),
          began);
    } catch (IOException | RuntimeException broken) {
      LOG.warn(
          "TFTP: '{}' for {} could not be opened: {}", request.file(), client, broken.toString());
      failed(
          client,
          request,
          TftpFiles.Outcome.FAILED,
          new TftpPacket.Failure(TftpPacket.Failure.UNDEFINED, "the file could not be opened"),
          began);
    }
  }

  private Session session(
      TftpClient client, TftpPacket.ReadRequest request, TftpFiles.Content content, long began) {
    TransferOptions options = TransferOptions.choose(request.options(), content.size());
    return new Session(client, request, content, options, counters, began);
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
      TftpClient client,
      TftpPacket.ReadRequest request,
      TftpFiles.Outcome outcome,
      TftpPacket.Failure failure,
      long began) {
    ended(
        new TftpFiles.Ended(
            request.file(),
            client.inetAddress(),
            outcome,
            failure.message(),
            0,
            0,
            milliseconds.getAsLong() - began));
    hand(
        () -> {
          opening.remove(client.key());
          client.send(out, failure);
        });
  }

  private void begin(Session session) {
    opening.remove(session.client().key());
    sessions.put(session.client().key(), session);
    session.send(out, now);
    if (session.over()) {
      remove(session);
    }
  }

  private void tick() {
    told = 0;
    out.closedPorts(
        (address, port) -> {
          Session session = sessions.get(TftpClient.key(address, port));
          if (session != null) {
            session.clientIsGone();
          }
        });
    List<Session> over = new ArrayList<>();
    for (Session session : sessions.values()) {
      session.tick(out, now);
      if (session.over()) {
        over.add(session);
      }
    }
    over.forEach(this::remove);
  }

  private void remove(Session session) {
    long key = session.client().key();
    sessions.remove(key);
    ended.addLast(key);
    if (ended.size() > MOST_REMEMBERED) {
      ended.removeFirst();
    }
    ended(session.close(now));
  }

  private void ended(TftpFiles.Ended transfer) {
    counters.ended(transfer.outcome());
    files.ended(transfer);
  }

  @Override
  public void close() {
    closed = true;
    wake();
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
    socket.close();
  }
}
