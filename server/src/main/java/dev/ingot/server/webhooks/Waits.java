package dev.ingot.server.webhooks;

import java.util.HashSet;
import java.util.Set;

/** Where threads wait for others and may be woken to stop; never in the middle of a statement. */
final class Waits {
  private final Set<Thread> waiting = new HashSet<>();
  private boolean over;

  /** A wait that ends early when it has to. */
  interface Wait<T> {
    T end() throws InterruptedException;
  }

  <T> T on(Wait<T> wait) throws InterruptedException {
    synchronized (this) {
      if (over) {
        throw new InterruptedException("stopping");
      }
      waiting.add(Thread.currentThread());
    }
    try {
      return wait.end();
    } finally {
      synchronized (this) {
        waiting.remove(Thread.currentThread());
        if (Thread.interrupted() && !over) {
          Thread.currentThread().interrupt(); // somebody else's
        }
      }
    }
  }

  synchronized boolean over() {
    return over;
  }

  synchronized void end() {
    over = true;
    waiting.forEach(Thread::interrupt);
  }
}
