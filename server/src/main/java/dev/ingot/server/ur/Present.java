package dev.ingot.server.ur;

/** An agent that is there, and what this process remembers of it. Guarded by {@link UrAgents}. */
final class Present {
  final UrLink link;

  /** When it was last heard, by the monotonic clock. */
  long heard;

  /** Whether it ever answered when it was asked whether it is there. */
  boolean answers;

  /** Whether it answers pings, as later versions do. */
  boolean answersPings;

  /** What it said of its machine, in short. */
  int described;

  /** Of its reports to the inventory. */
  long reports;

  Present(UrLink link, long now) {
    this.link = link;
    this.heard = now;
    this.answers = link.known().answers();
  }
}
