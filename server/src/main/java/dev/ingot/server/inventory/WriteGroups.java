package dev.ingot.server.inventory;

import dev.ingot.server.inventory.ImportStore.Ask;
import dev.ingot.server.inventory.ImportStore.Outcomes;
import dev.ingot.server.inventory.ImportStore.Written;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Writes of many clients, each of one node, in one transaction: what waits while others are written
 * goes along with the next, in as many statements and with one wait for the disk. Whoever comes
 * alone is alone. There are no threads: of those who wait one does it for all. One that is refused
 * is refused for itself; when a whole group fails, each asks again by itself.
 */
final class WriteGroups {
  private static final int MOST = 32;

  /** While some wait for the disk, the next is made. */
  private static final int AT_ONCE = 3;

  /** Beyond that many nobody waits here, but for a connection. */
  private static final int WAITING = 2000;

  private final Jdbi jdbi;
  private final ImportStore store;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Waiting> waiting = new ArrayList<>();

  /** Nodes that are being written: two asks of one node are two groups, one after the other. */
  private final Set<String> busy = new HashSet<>();

  private int groups;

  WriteGroups(Jdbi jdbi, ImportStore store) {
    this.jdbi = jdbi;
    this.store = store;
  }

  private static final class Waiting {
    final String node;
    final Ask ask;
    boolean done;
    @Nullable Outcomes outcomes;
    @Nullable RuntimeException failure;

    Waiting(String node, Ask ask) {
      this.node = node;
      this.ask = ask;
    }
  }

  /**
   * Returns when it is committed; empty if there is no such node.
   *
   * @throws Problem if it is refused
   */
  Optional<Written> write(String node, Ask ask) {
    Waiting mine = new Waiting(node, ask);
    lock.lock();
    try {
      if (waiting.size() < WAITING) {
        waiting.add(mine);
        await(mine);
      }
    } finally {
      lock.unlock();
    }
    if (mine.outcomes == null && mine.failure == null) {
      commit(List.of(mine));
    }
    return result(mine);
  }

  /** Has the lock. */
  private void await(Waiting mine) {
    while (!mine.done) {
      List<Waiting> group = groups < AT_ONCE ? next() : List.of();
      if (group.isEmpty()) {
        changed.awaitUninterruptibly();
      } else {
        groups++;
        lock.unlock();
        try {
          commit(group);
        } finally {
          lock.lock();
          groups--;
          for (Waiting one : group) {
            one.done = true;
            busy.remove(one.node);
          }
          changed.signalAll();
        }
      }
    }
  }

  private List<Waiting> next() {
    List<Waiting> group = new ArrayList<>();
    Iterator<Waiting> all = waiting.iterator();
    while (all.hasNext() && group.size() < MOST) {
      Waiting one = all.next();
      if (busy.add(one.node)) {
        group.add(one);
        all.remove();
      }
    }
    return group;
  }

  /** Of several that fail together each is left to ask by itself. */
  private void commit(List<Waiting> group) {
    TreeMap<String, Ask> asks = new TreeMap<>();
    group.forEach(one -> asks.put(one.node, one.ask));
    try {
      Outcomes outcomes =
          Attempts.inTransaction(
              jdbi, handle -> store.written(handle, asks, Set.of(), group.size() == 1));
      group.forEach(one -> one.outcomes = outcomes);
    } catch (RuntimeException e) {
      if (group.size() == 1) {
        group.getFirst().failure = e;
      }
    }
  }

  private static Optional<Written> result(Waiting one) {
    if (one.failure != null) {
      throw one.failure;
    }
    Outcomes outcomes = one.outcomes;
    Problem refused = outcomes == null ? null : outcomes.refused().get(one.node);
    if (refused != null) {
      throw refused;
    }
    return outcomes == null
        ? Optional.empty()
        : Optional.ofNullable(outcomes.written().get(one.node));
  }
}
