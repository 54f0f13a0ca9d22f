package dev.ingot.server.boot.lease;

import dev.ingot.netboot.Ipv4;
import dev.ingot.server.boot.lease.AddressSource.Given;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Writes leases, those of many machines in one transaction: what comes while one commits goes along
 * with the next, at most a few milliseconds later. Who asked hears of it when it is in the
 * database's log, never before.
 */
final class LeaseCommits implements AutoCloseable {
  private static final int MOST_TRIES = 5;
  private static final int ROOM = 4096;
  private static final int MOST = 256;

  private final int lane;
  private final Jdbi jdbi;
  private final AddressSource source;
  private final UUID writer;
  private final BlockingQueue<Job> waiting = new ArrayBlockingQueue<>(ROOM);
  private volatile boolean closed;
  private @Nullable Thread thread;

  /** A wish, and where its answer is waited for: the row as it is now, or null for none. */
  private record Job(LeaseWish wish, CompletableFuture<@Nullable LeaseRow> done) {}

  /**
   * @param writer this start of this server
   * @param lane which of several this is: what is written of one address goes by one of them
   */
  LeaseCommits(Jdbi jdbi, AddressSource source, UUID writer, int lane) {
    this.lane = lane;
    this.writer = writer;
    this.jdbi = jdbi;
    this.source = source;
  }

  /** Starts its thread, which {@link #close} ends. */
  void start() {
    thread = Thread.ofPlatform().name("dhcp-leases-" + lane).daemon().start(this::run);
  }

  /**
   * Writes it.
   *
   * @return once it is committed, what the table says of the address then: for a {@link
   *     LeaseWish.Take} whether it was given, by the row's MAC; null when it says nothing. It fails
   *     when there is no room or no database: nothing was given. Who goes on with it does so in the
   *     thread that writes, and must not wait.
   */
  CompletableFuture<@Nullable LeaseRow> write(LeaseWish wish) {
    Job job = new Job(wish, new CompletableFuture<>());
    if (closed || !waiting.offer(job)) {
      job.done.completeExceptionally(
          new IllegalStateException(
              "no lease is written: " + (closed ? "stopping" : "too many wait")));
    }
    return job.done;
  }

  private void run() { // ends when it is closed and nothing is left
    ArrayDeque<Job> left = new ArrayDeque<>();
    List<Job> more = new ArrayList<>();
    while (!closed || !waiting.isEmpty() || !left.isEmpty()) {
      try {
        if (left.isEmpty()) {
          Job first = waiting.poll(200, TimeUnit.MILLISECONDS);
          if (first == null) {
            continue;
          }
          left.add(first);
        }
        more.clear();
        waiting.drainTo(more, MOST - Math.min(MOST, left.size()));
        left.addAll(more);
        commit(group(left), 0);
      } catch (InterruptedException stopped) {
        break;
      }
    }
    waiting.drainTo(left);
    left.forEach(job -> job.done.completeExceptionally(new IllegalStateException("stopping")));
  }

  /**
   * Takes from the front what can be written together: no machine and no address twice, in the
   * order in which they came. What asks for the same as another shares its answer, unless something
   * else about that address came between.
   */
  private static Collection<List<Job>> group(ArrayDeque<Job> left) {
    List<List<Job>> group = new ArrayList<>();
    Map<Ipv4, List<Job>> shared = new HashMap<>();
    Set<Object> touched = new HashSet<>(); // addresses, and machines by their MAC
    List<Job> later = new ArrayList<>();
    for (Job job = left.poll(); job != null; job = left.poll()) {
      LeaseWish wish = job.wish;
      List<Job> same = shared.get(wish.address());
      if (same != null && same.getFirst().wish.equals(wish)) {
        same.add(job);
        continue;
      }
      boolean address = touched.add(wish.address());
      boolean machine = touched.add(wish.mac());
      if (address && machine) {
        List<Job> first = new ArrayList<>(1);
        first.add(job);
        shared.put(wish.address(), first);
        group.add(first);
      } else {
        later.add(job);
        shared.remove(wish.address());
      }
    }
    left.addAll(later);
    return group;
  }

  /**
   * @param tries how often it failed before; after the first it is looked what machines had that we
   *     believe to have had nothing
   */
  private void commit(Collection<List<Job>> group, int tries) {
    List<LeaseWish> wishes = group.stream().map(same -> same.getFirst().wish).toList();
    Map<Ipv4, LeaseRow> rows;
    try {
      rows = jdbi.inTransaction(handle -> write(handle, wishes, tries > 0));
    } catch (RuntimeException failed) {
      // One is to blame, or another server was faster, maybe more than once.
      if (wishes.size() > 1 || tries < MOST_TRIES) {
        group.forEach(same -> commit(List.of(same), tries + 1));
      } else {
        group.forEach(same -> same.forEach(job -> fail(job, failed)));
      }
      return;
    }
    group.forEach(same -> same.forEach(job -> job.done.complete(rows.get(job.wish.address()))));
  }

  private static void fail(Job job, RuntimeException failed) {
    job.done.completeExceptionally(
        new IllegalStateException(
            "the lease of " + job.wish.address() + " was not written: " + failed.getMessage(),
            failed));
  }

  private Map<Ipv4, LeaseRow> write(Handle handle, List<LeaseWish> wishes, boolean careful) {
    List<LeaseWish.Take> takes = new ArrayList<>();
    List<Given> given = new ArrayList<>();
    Set<Ipv4> others = new HashSet<>();
    for (LeaseWish wish : wishes) {
      switch (wish) {
        case LeaseWish.Take take -> takes.add(take);
        case LeaseWish.GiveBack back -> {
          LeaseTable.giveBack(handle, back);
          given.add(new Given(back.network(), back.mac(), back.address(), 0));
          others.add(back.address());
        }
        case LeaseWish.Decline decline -> {
          LeaseTable.decline(handle, decline);
          others.add(decline.address());
        }
      }
    }
    Map<Ipv4, LeaseRow> rows = new HashMap<>();
    boolean written = !given.isEmpty();
    if (!takes.isEmpty()) {
      AddressSource.Taken taken =
          source.taken(handle, takes.stream().map(LeaseCommits::given).toList());
      written |= taken.written();
      takes.removeIf(take -> taken.addresses().contains(take.address()));
      LeaseTable.leave(handle, takes.stream().filter(take -> careful || !take.fresh()).toList());
      rows.putAll(LeaseTable.take(handle, takes, writer));
      for (LeaseWish.Take take : takes) {
        if (rows.containsKey(take.address())) {
          given.add(given(take));
        } else {
          others.add(take.address());
        }
      }
    }
    if (!others.isEmpty()) {
      LeaseTable.rows(handle, others).forEach(row -> rows.put(row.address(), row));
    }
    if (written) {
      source.given(handle, given);
    }
    return rows;
  }

  private static Given given(LeaseWish.Take take) {
    return new Given(take.network(), take.mac(), take.address(), take.seconds());
  }

  @Override
  public void close() {
    closed = true;
    Thread running = thread;
    if (running != null) {
      try {
        if (!running.join(Duration.ofSeconds(3))) {
          running.interrupt();
          running.join(Duration.ofSeconds(2));
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
