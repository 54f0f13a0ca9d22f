package dev.ingot.server.mercury;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The connections of one service, and the memory that they share. Where there are too many, or too
 * much of what they say lies about half said, the one gives way that has been at it longest, of the
 * address that has most: ZeroMQ connects again by itself.
 */
final class Peers {
  private final int most;
  private final long mostOctets;
  private final Set<Peer> there = new LinkedHashSet<>();
  private long octets;
  private boolean closed;

  /**
   * @param most connections
   * @param mostOctets of messages that are being read or answered
   */
  Peers(int most, long mostOctets) {
    this.most = most;
    this.mostOctets = mostOctets;
  }

  synchronized void add(Peer peer) {
    if (there.size() >= most) {
      giveWay(
          other ->
              other.phase() == Peer.Phase.GREETING
                  || other.phase() == Peer.Phase.IDLE
                  || other.phase() == Peer.Phase.READING);
    }
    there.add(peer);
    if (closed || there.size() > most) {
      drop(peer);
    }
  }

  synchronized void remove(Peer peer) {
    there.remove(peer);
    done(peer);
  }

  synchronized int size() {
    return there.size();
  }

  /**
   * Takes memory for what a peer says.
   *
   * @throws Zmtp.Broken if there is none for it
   */
  synchronized void keep(Peer peer, int more) throws Zmtp.Broken {
    while (octets + more > mostOctets) {
      if (!giveWay(
          other -> other != peer && other.kept > 0 && other.phase() == Peer.Phase.READING)) {
        throw new Zmtp.Broken("too much is being said at once");
      }
    }
    octets += more;
    peer.kept += more;
  }

  /** What a peer said is done with. */
  synchronized void done(Peer peer) {
    octets -= peer.kept;
    peer.kept = 0;
  }

  private boolean giveWay(Predicate<Peer> who) {
    Map<String, Integer> perAddress = new HashMap<>();
    there.stream().filter(who).forEach(peer -> perAddress.merge(peer.address(), 1, Integer::sum));
    Optional<Peer> gone =
        there.stream()
            .filter(who)
            .min(
                Comparator.<Peer>comparingInt(peer -> -perAddress.getOrDefault(peer.address(), 0))
                    .thenComparing(peer -> peer.phase() == Peer.Phase.IDLE)
                    .thenComparingLong(Peer::since));
    gone.ifPresent(this::drop);
    return gone.isPresent();
  }

  private void drop(Peer peer) {
    remove(peer);
    peer.drop();
  }

  /** Lets those go that are too long at it. */
  synchronized void look(long now) {
    List<Peer> late = there.stream().filter(peer -> peer.isOverdue(now)).toList();
    late.forEach(this::drop);
  }

  synchronized void close() {
    closed = true;
    List.copyOf(there).forEach(this::drop);
  }
}
