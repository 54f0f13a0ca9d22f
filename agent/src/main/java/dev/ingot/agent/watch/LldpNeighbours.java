package dev.ingot.agent.watch;

import dev.ingot.agent.parse.LldpFrame;
import dev.ingot.agent.parse.LldpNeighbour;
import dev.ingot.agent.parse.ParseFailure;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The neighbours that were heard of and whose word still holds (IEEE 802.1AB section 9.2.7): each
 * until its time to live ends, until it says that it goes, or until it says something else.
 */
public final class LldpNeighbours {
  /** A network in which more speak at one machine is not one. */
  private static final int MOST = 1024;

  private record Known(byte[] frame, String port, long until) {}

  private final SortedMap<String, Known> known = new TreeMap<>();

  /**
   * Keeps what a frame says.
   *
   * @return whether the neighbours are others than before
   */
  public synchronized boolean heard(String port, byte[] frame, long nowMillis) {
    LldpNeighbour neighbour;
    try {
      neighbour = LldpFrame.read(port, frame);
    } catch (ParseFailure e) {
      return false; // anyone on the wire may send anything
    }
    var said = neighbour.node();
    String key =
        port + ' ' + said.path("chassis_id").asString("") + ' ' + said.path("port_id").asString("");
    if (LldpFrame.isFarewell(neighbour)) {
      return known.remove(key) != null;
    }
    if (known.size() >= MOST && !known.containsKey(key)) {
      return false;
    }
    long until = nowMillis + said.path("ttl_seconds").asLong() * 1000;
    Known before = known.put(key, new Known(frame, port, until));
    return before == null || !Arrays.equals(before.frame, frame);
  }

  /**
   * Forgets those whose time is over.
   *
   * @return whether there were any
   */
  public synchronized boolean forget(long nowMillis) {
    return known.values().removeIf(one -> one.until <= nowMillis);
  }

  /** Whether somebody was heard at each port of this machine that has link, and there is one. */
  public boolean areHeardAtAllPortsWithLink() {
    Set<String> linked = LldpReceiver.linked();
    Set<String> heard = new TreeSet<>();
    synchronized (this) {
      known.values().forEach(one -> heard.add(one.port));
    }
    return !linked.isEmpty() && heard.containsAll(linked);
  }

  /** Their last frames, a line each: port and bytes as hexadecimal; in order. */
  public synchronized String frames() {
    StringBuilder lines = new StringBuilder();
    for (Known one : known.values()) {
      lines.append(one.port).append(' ').append(HexFormat.of().formatHex(one.frame)).append('\n');
    }
    return lines.isEmpty() ? "no frames\n" : lines.toString();
  }
}
