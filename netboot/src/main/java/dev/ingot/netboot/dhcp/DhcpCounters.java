package dev.ingot.netboot.dhcp;

import java.util.concurrent.atomic.LongAdder;

/** What a DHCP server met since it started. */
public final class DhcpCounters {
  final LongAdder received = new LongAdder();
  final LongAdder answered = new LongAdder();
  final LongAdder silent = new LongAdder();
  final LongAdder malformed = new LongAdder();
  final LongAdder overloaded = new LongAdder();
  final LongAdder failed = new LongAdder();

  public long received() {
    return received.sum();
  }

  public long answered() {
    return answered.sum();
  }

  /** Messages that were meant for others, or that policy leaves unanswered. */
  public long silent() {
    return silent.sum();
  }

  public long malformed() {
    return malformed.sum();
  }

  /** Messages dropped because too many were being answered. */
  public long overloaded() {
    return overloaded.sum();
  }

  /** Messages whose answer failed: in the planner, or on the way out. */
  public long failed() {
    return failed.sum();
  }
}
