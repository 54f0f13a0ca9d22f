package dev.ingot.agent;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the sections that may have changed and has them inspected: not at once, because devices
 * come in crowds, and not all the time, because some never stop coming.
 */
final class SlowScan implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SlowScan.class);

  /** How things are looked at again. */
  interface Looking {
    /** Inspects these sections and waits for it. */
    void look(List<String> sections) throws InterruptedException;
  }

  /**
   * @param quietMillis how long nothing more must be said before it is looked at
   * @param mostMillis how long that is waited for at most
   * @param restMillis how long nothing is looked at after that
   */
  record Patience(long quietMillis, long mostMillis, long restMillis) {
    static final Patience USUAL = new Patience(1_000, 5_000, 10_000);
  }

  private final Looking looking;
  private final Patience patience;
  private final Set<String> changed = new TreeSet<>();
  private final Thread thread;
  private long said;

  SlowScan(Looking looking, Patience patience) {
    this.looking = looking;
    this.patience = patience;
    this.thread = Thread.ofPlatform().daemon().name("agent-slow-scan").unstarted(this::work);
  }

  void start() {
    thread.start();
  }

  /** These may be others now. */
  synchronized void changed(Set<String> sections) {
    changed.addAll(sections);
    said = nowMillis();
    notifyAll();
  }

  private void work() {
    try {
      while (true) {
        List<String> sections = next();
        log.debug("the kernel or a neighbour says that these may be others: {}", sections);
        looking.look(sections);
        rest();
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    }
  }

  private synchronized List<String> next() throws InterruptedException {
    while (changed.isEmpty()) {
      wait();
    }
    long first = nowMillis();
    long left = patience.quietMillis;
    while (left > 0) {
      wait(left);
      long now = nowMillis();
      left = Math.min(said + patience.quietMillis, first + patience.mostMillis) - now;
    }
    List<String> sections = List.copyOf(changed);
    changed.clear();
    return sections;
  }

  private synchronized void rest() throws InterruptedException {
    long until = nowMillis() + patience.restMillis;
    for (long left = patience.restMillis; left > 0; left = until - nowMillis()) {
      wait(left);
    }
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
