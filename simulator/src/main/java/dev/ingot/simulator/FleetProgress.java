package dev.ingot.simulator;

import dev.ingot.agent.link.LinkNews;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What happened to a fleet so far, over all its agents. */
public final class FleetProgress {
  private static final int MAX_REASONS = 20;

  private final LongAdder sentBytes = new LongAdder();
  private final LongAdder receivedBytes = new LongAdder();
  private final LongAdder joined = new LongAdder();
  private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();

  void sent(int bytes) {
    sentBytes.add(bytes);
  }

  void received(int bytes) {
    receivedBytes.add(bytes);
  }

  void heard(LinkNews news) {
    switch (news) {
      case LinkNews.Joined _ -> joined.increment();
      case LinkNews.Refused refused -> count("refused: " + refused.reason());
      case LinkNews.Apart apart -> count("apart: " + apart.reason());
      case LinkNews.SectionRefused refused -> count("section refused: " + refused.reason());
      case LinkNews.NotUnderstood not -> count("not understood: " + not.what());
    }
  }

  /** A task began that had begun before: that may never be, unless its job allows retries. */
  void beganTwice() {
    count("a task began twice");
  }

  /** A task began and the file that is to say so does not. */
  void beginningNotWritten() {
    count("a beginning was not written");
  }

  private void count(String reason) {
    if (reasons.size() < MAX_REASONS || reasons.containsKey(reason)) {
      reasons.computeIfAbsent(reason, _ -> new LongAdder()).increment();
    }
  }

  /** Bytes of frames, without those of WebSocket, TCP and IP around them. */
  public long sentBytes() {
    return sentBytes.sum();
  }

  /** Bytes of frames, without those of WebSocket, TCP and IP around them. */
  public long receivedBytes() {
    return receivedBytes.sum();
  }

  /** How often an agent was let in. */
  public long joined() {
    return joined.sum();
  }

  /** Why agents were refused or cut off, and how often. */
  public Map<String, Long> reasons() {
    Map<String, Long> counts = new java.util.TreeMap<>();
    reasons.forEach((reason, count) -> counts.put(reason, count.sum()));
    return counts;
  }
}
