package dev.ingot.server.webhooks;

import java.util.concurrent.atomic.LongAdder;

/** What this process has sent, for its metrics. */
final class Tally {
  final LongAdder delivered = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder dead = new LongAdder();
  final LongAdder lost = new LongAdder();
}
