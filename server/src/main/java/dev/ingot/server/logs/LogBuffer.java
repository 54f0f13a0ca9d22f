package dev.ingot.server.logs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Batches on their way to the database, bounded in number and size. */
final class LogBuffer {
  private static final int MOST_RECORDS = 100_000;
  private static final long MOST_BYTES = 32L << 20;
  private static final int TAKEN_RECORDS = 5_000;
  private static final long TAKEN_BYTES = 8L << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Deque<LogBatch> batches = new ArrayDeque<>();
  private long records;
  private long bytes;
  private boolean closed;

  /**
   * Takes a batch; false when there is no room, or no more is taken.
   *
   * @param always the sender bounds itself: there is room
   */
  boolean offer(LogBatch batch, boolean always) {
    long size = batch.size();
    lock.lock();
    try {
      if (closed
          || (!always
              && (records + batch.records().size() > MOST_RECORDS || bytes + size > MOST_BYTES))) {
        return false;
      }
      batches.add(batch);
      records += batch.records().size();
      bytes += size;
      filled.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for something and takes it; no node twice. Empty when closed and all is taken. */
  List<LogBatch> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (batches.isEmpty() && !closed) {
        filled.await();
      }
      List<LogBatch> taken = new ArrayList<>();
      Set<String> nodes = new HashSet<>();
      int takenRecords = 0;
      long takenBytes = 0;
      while (!batches.isEmpty()) {
        LogBatch next = batches.element();
        LogBatch.Origin origin = next.origin();
        takenRecords += next.records().size();
        takenBytes += next.size();
        if (!taken.isEmpty()
            && (takenRecords > TAKEN_RECORDS
                || takenBytes > TAKEN_BYTES
                || (origin != null && nodes.contains(origin.node())))) {
          break;
        }
        if (origin != null) {
          nodes.add(origin.node());
        }
        taken.add(batches.remove());
        records -= next.records().size();
        bytes -= next.size();
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more; what is here can still be taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      filled.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
