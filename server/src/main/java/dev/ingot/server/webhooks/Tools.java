package dev.ingot.server.webhooks;

import dev.ingot.server.events.EventFeed;
import dev.ingot.server.events.Outbox;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What sending needs, the same for every webhook. */
record Tools(
    Jdbi jdbi,
    EventFeed feed,
    Outbox outbox,
    NodeMatch match,
    Sender sender,
    WebhooksSettings settings,
    RandomGenerator random,
    Tally tally) {
  /**
   * The pause after an attempt that failed: doubled for each, varied by a quarter so that receivers
   * are not hit in step, and no shorter than what the receiver asks for.
   */
  Duration pause(int attempt, @Nullable Duration asked) {
    Duration pause = settings.pauseAfter(attempt);
    Duration varied = Duration.ofNanos((long) (pause.toNanos() * random.nextDouble(0.75, 1.25)));
    if (asked == null || asked.compareTo(varied) <= 0) {
      return varied;
    }
    return asked.compareTo(settings.longestPause()) > 0 ? settings.longestPause() : asked;
  }
}
