package dev.ingot.netboot.tftp;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a TFTP server met since it started. */
public final class TftpCounters {
  final LongAdder malformed = new LongAdder();
  final LongAdder overloaded = new LongAdder();
  final LongAdder blocksRepeated = new LongAdder();
  final LongAdder strangers = new LongAdder();
  private final Map<TftpFiles.Outcome, LongAdder> ended = new EnumMap<>(TftpFiles.Outcome.class);

  TftpCounters() {
    for (TftpFiles.Outcome outcome : TftpFiles.Outcome.values()) {
      ended.put(outcome, new LongAdder());
    }
  }

  void ended(TftpFiles.Outcome outcome) {
    ended.getOrDefault(outcome, malformed).increment();
  }

  /** Transfers that ended so. */
  public long transfers(TftpFiles.Outcome outcome) {
    LongAdder count = ended.get(outcome);
    return count == null ? 0 : count.sum();
  }

  public long malformed() {
    return malformed.sum();
  }

  /** Requests dropped because too many transfers ran; their clients ask again. */
  public long overloaded() {
    return overloaded.sum();
  }

  public long blocksRepeated() {
    return blocksRepeated.sum();
  }

  /** Packets that belong to no transfer. */
  public long strangers() {
    return strangers.sum();
  }
}
