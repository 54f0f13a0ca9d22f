package dev.ingot.netboot.socket;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets one complaint about each source through. Bounded: past its size nobody new is complained
 * about.
 */
public final class OncePerSource<S> {
  private final int most;
  private final Set<S> seen = ConcurrentHashMap.newKeySet();

  public OncePerSource(int most) {
    this.most = most;
  }

  /** Whether this is the first word about that source. */
  public boolean first(S source) {
    return seen.size() < most && seen.add(source);
  }
}
