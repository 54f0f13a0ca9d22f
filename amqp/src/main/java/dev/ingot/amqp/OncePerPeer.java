package dev.ingot.amqp;

import java.util.LinkedHashMap;
import java.util.Map;

/** Says a thing once for each peer; a stranger with a thousand names is forgotten in turn. */
final class OncePerPeer {
  private static final int KNOWN = 1_000;

  private final Map<String, Boolean> told =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > KNOWN;
        }
      };

  void tell(String peer, Runnable saying) {
    boolean first;
    synchronized (told) {
      first = told.put(peer, true) == null;
    }
    if (first) {
      saying.run();
    }
  }
}
