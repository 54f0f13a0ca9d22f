package dev.ingot.server.mercury;

import dev.ingot.server.agents.OwedWork;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** The agents of Mercury that this server drives. */
final class Links {
  private static final int LOCKS = 256;

  private final Map<String, MercuryLink> byNode = new ConcurrentHashMap<>();
  private final ReentrantLock[] locks = new ReentrantLock[LOCKS];
  private final OwedWork owed;

  Links(OwedWork owed) {
    this.owed = owed;
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  /**
   * Does what only one may do at a time that speaks for the node. Others do the same meanwhile, but
   * for the few nodes that share its lock.
   */
  <T> T alone(String node, Supplier<T> work) {
    return alone(List.of(node), work);
  }

  /** The same for several nodes. */
  <T> T alone(Collection<String> nodes, Supplier<T> work) {
    // In the order of the locks, so that nobody waits for who waits for it.
    List<ReentrantLock> held =
        nodes.stream()
            .map(node -> Math.floorMod(node.hashCode(), LOCKS))
            .distinct()
            .sorted()
            .map(place -> locks[place])
            .toList();
    held.forEach(ReentrantLock::lock);
    try {
      return work.get();
    } finally {
      held.forEach(ReentrantLock::unlock);
    }
  }

  Optional<MercuryLink> of(String node) {
    return Optional.ofNullable(byNode.get(node));
  }

  boolean has(MercuryLink link) {
    return link.equals(byNode.get(link.node()));
  }

  List<MercuryLink> all() {
    return List.copyOf(byNode.values());
  }

  int size() {
    return byNode.size();
  }

  void add(MercuryLink link) {
    byNode.put(link.node(), link);
    owed.opened(link);
  }

  /** It is no longer driven here; false if it was not. */
  boolean remove(MercuryLink link) {
    return byNode.remove(link.node(), link);
  }

  /** The next look opens it again: the jobs hear what it holds, and say what is not done. */
  void again(MercuryLink link) {
    alone(
        link.node(),
        () -> {
          boolean removed = remove(link);
          if (removed) {
            owed.closed(link);
          }
          return removed;
        });
  }
}
