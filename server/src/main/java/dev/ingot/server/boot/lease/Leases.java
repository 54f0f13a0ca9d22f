package dev.ingot.server.boot.lease;

import dev.ingot.core.MacAddress;
import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpAnswer;
import dev.ingot.netboot.dhcp.DhcpMessage;
import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The feature: addresses for machines on the networks where they are given here. */
public final class Leases implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
  private static final long LOOK_AGAIN_MILLISECONDS = 5000;

  /** Groups that are written at once: while one waits for the disk, the next is made. */
  private static final int LANES = 2;

  /** What another server committed just before we looked is seen at the next look. */
  private static final Duration OVERLAP = Duration.ofMinutes(2);

  private final Jdbi jdbi;
  private final AddressSource source;
  private final List<Network> networks;
  private final LongSupplier milliseconds;
  private final UUID writer = UUID.randomUUID();
  private final List<LeaseCommits> commits;
  private final LeaseDesk desk;
  private final Map<String, LeaseBook> books = new ConcurrentHashMap<>();
  private final Map<String, Instant> looked = new HashMap<>();
  private final Map<String, String> complaints = new HashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable Thread thread;

  /**
   * A network where addresses are given.
   *
   * @param own our own address, which nobody gets
   */
  public record Network(String name, DhcpSettings settings, Ipv4 prefix, int length, Ipv4 own) {}

  public Leases(
      Jdbi jdbi, AddressSource source, List<Network> networks, LongSupplier milliseconds) {
    this.jdbi = jdbi;
    this.source = source;
    this.networks = List.copyOf(networks);
    this.milliseconds = milliseconds;
    this.commits =
        IntStream.range(0, LANES)
            .mapToObj(lane -> new LeaseCommits(jdbi, source, writer, lane))
            .toList();
    this.desk =
        new LeaseDesk(
            this::write,
            whose ->
                jdbi.withHandle(handle -> LeaseTable.ofMac(handle, whose.network(), whose.mac())),
            milliseconds);
  }

  /**
   * Reads the leases that there are.
   *
   * @throws IllegalStateException one line for the person who starts the server
   */
  public void start() {
    for (Network network : networks) {
      Subnet said =
          Subnet.of(
              network.name(),
              network.prefix(),
              network.length(),
              network.own(),
              network.settings(),
              AddressSource.Book.EMPTY);
      String trouble = said.trouble("netboot.networks." + network.name());
      if (trouble != null) {
        throw new IllegalStateException(trouble);
      }
      jdbi.useHandle(handle -> look(handle, network));
    }
    commits.forEach(LeaseCommits::start);
    if (!networks.isEmpty()) {
      thread = Thread.ofVirtual().name("dhcp-books").start(this::run);
    }
  }

  /**
   * What a message about an address is answered; waits for the database.
   *
   * @param server what we are called there
   */
  public DhcpAnswer answer(DhcpMessage message, MacAddress mac, String network, Ipv4 server) {
    try {
      return later(message, mac, network, server).join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  /**
   * The same without waiting; who goes on with the answer must not wait either.
   *
   * @return an acknowledgement when its lease is in the database's log, not before; fails when
   *     nothing can be written
   */
  public CompletableFuture<DhcpAnswer> later(
      DhcpMessage message, MacAddress mac, String network, Ipv4 server) {
    LeaseBook book = books.get(network);
    return book == null
        ? CompletableFuture.completedFuture(
            new DhcpAnswer.Silence(List.of("no addresses are given in " + network)))
        : desk.answer(message, mac.value(), book, server);
  }

  /** By address, so that what is written of one goes in the order in which it came. */
  private CompletableFuture<@Nullable LeaseRow> write(LeaseWish wish) {
    return commits.get(Math.floorMod(wish.address().bits(), LANES)).write(wish);
  }

  private void run() { // ends when it is closed
    try {
      while (!closing.await(LOOK_AGAIN_MILLISECONDS, TimeUnit.MILLISECONDS)) {
        for (Network network : networks) {
          lookAgain(network);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookAgain(Network network) {
    try {
      jdbi.useHandle(handle -> look(handle, network));
      complaints.remove(network.name());
    } catch (JdbiException | Problem | IllegalStateException trouble) {
      String said = String.valueOf(trouble.getMessage());
      if (!said.equals(complaints.put(network.name(), said))) {
        LOG.warn("addresses of {} stay as they were known: {}", network.name(), said);
      }
    }
  }

  /** Learns what changed: in the books of others, and in the leases that another server gave. */
  private void look(Handle handle, Network network) {
    String name = network.name();
    Subnet subnet =
        Subnet.of(
            name,
            network.prefix(),
            network.length(),
            network.own(),
            network.settings(),
            source.book(handle, network.prefix(), network.length()));
    String trouble = subnet.trouble("netboot.networks." + name);
    if (trouble != null) {
      throw new IllegalStateException(trouble);
    }
    LeaseBook known = books.get(name);
    boolean same = known != null && known.subnet().equals(subnet);
    LeaseBook book = same && known != null ? known : new LeaseBook(subnet);
    Instant now =
        handle.createQuery("SELECT now()").mapTo(java.time.OffsetDateTime.class).one().toInstant();
    Instant since = looked.get(name);
    String prefix = network.prefix() + "/" + network.length();
    List<LeaseRow> rows =
        same && since != null
            ? LeaseTable.changed(handle, prefix, since.minus(OVERLAP), writer)
            : LeaseTable.all(handle, prefix);
    rows.forEach(row -> book.learn(row, milliseconds.getAsLong()));
    looked.put(name, now);
    books.put(name, book);
  }

  @Override
  public void close() {
    closing.countDown();
    Thread running = thread;
    if (running != null) {
      try {
        running.join(Duration.ofSeconds(3));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    commits.forEach(LeaseCommits::close);
  }
}
