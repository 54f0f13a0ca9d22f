package dev.ingot.server.mercury;

import dev.ingot.server.agents.OwedWork;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The agents of Mercury that this server drives. */
final class Links {
  private static final int LOCKS = 256;

  private final Map<String, MercuryLink> byNode = new ConcurrentHashMap<>();
  private final Object[] locks = new Object[LOCKS];
  private final OwedWork owed;

  Links(OwedWork owed) {
    this.owed = owed;
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new Object();
    }
  }

  /**
   * Who holds it writes alone who speaks for a node. Others write meanwhile, but for the few that
   * share its lock.
   */
  Object lock(String node) {
    return locks[Math.floorMod(node.hashCode(), LOCKS)];
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
    synchronized (lock(link.node())) {
      if (remove(link)) {
        owed.closed(link);
      }
    }
  }
}
