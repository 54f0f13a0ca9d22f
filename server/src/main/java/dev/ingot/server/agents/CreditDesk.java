package dev.ingot.server.agents;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/**
 * Bounds what all agents together may be sending and have sent without a commit. Who asks is
 * granted the whole of a message or waits its turn, first come first served: a grant that covers a
 * part could leave everyone with half a message and nobody able to end one.
 */
final class CreditDesk {
  private final ArrayDeque<Asked> waiting = new ArrayDeque<>();
  private final Executor grants;
  private long free;

  private record Asked(long bytes, Object who, LongConsumer grant) {}

  CreditDesk(long bytes, Executor grants) {
    free = bytes;
    this.grants = grants;
  }

  /**
   * Calls {@code grant} with the bytes: at once by whoever asks if nobody waits and so much is
   * free, else later on the executor.
   */
  void ask(Object who, long bytes, LongConsumer grant) {
    if (takes(bytes)) {
      grant.accept(bytes);
      return;
    }
    synchronized (this) {
      waiting.add(new Asked(bytes, who, grant));
    }
    serve();
  }

  private synchronized boolean takes(long bytes) {
    boolean enough = waiting.isEmpty() && bytes <= free;
    free -= enough ? bytes : 0;
    return enough;
  }

  /** Bytes that were granted and are committed, or will not come. */
  void release(long bytes) {
    synchronized (this) {
      free += bytes;
    }
    serve();
  }

  /** Who has gone waits no more. */
  synchronized void forget(Object who) {
    waiting.removeIf(asked -> asked.who().equals(who));
  }

  synchronized long free() {
    return free;
  }

  private void serve() {
    List<Asked> served = new ArrayList<>();
    synchronized (this) {
      while (!waiting.isEmpty() && waiting.element().bytes() <= free) {
        Asked next = waiting.remove();
        free -= next.bytes();
        served.add(next);
      }
    }
    // Elsewhere: a grant takes its session's lock, and who is here may hold another's.
    for (Asked next : served) {
      grants.execute(() -> next.grant().accept(next.bytes()));
    }
  }
}
