package dev.ingot.agent.plugin;

import dev.ingot.configuration.Durations;
import java.time.Duration;

/** When a plugin runs by itself. */
sealed interface Schedule {
  Duration SHORTEST = Duration.ofSeconds(1);
  Duration LONGEST = Duration.ofDays(366);

  /** Again and again, so long from one beginning to the next. */
  record Every(Duration interval) implements Schedule {}

  /** At times of the node's own clock. */
  record At(Cron cron) implements Schedule {}

  /**
   * Reads seconds, a duration ({@code 30s}, {@code 15m}, {@code 1h30m}), a time of cron with five
   * fields, or {@code @hourly}, {@code @daily}, {@code @weekly}, {@code @monthly}.
   *
   * @throws IllegalArgumentException if it is none, with the reason
   */
  static Schedule parse(String text) {
    String written = text.strip();
    return switch (written) {
      case "@hourly" -> new At(Cron.parse("0 * * * *"));
      case "@daily", "@midnight" -> new At(Cron.parse("0 0 * * *"));
      case "@weekly" -> new At(Cron.parse("0 0 * * 0"));
      case "@monthly" -> new At(Cron.parse("0 0 1 * *"));
      default ->
          written.contains(" ") || written.contains("\t")
              ? new At(Cron.parse(written))
              : new Every(duration(written, SHORTEST, LONGEST));
    };
  }

  /**
   * Reads seconds, or a duration with units.
   *
   * @throws IllegalArgumentException if it is none, or out of bounds
   */
  static Duration duration(String text, Duration shortest, Duration longest) {
    Duration duration =
        text.matches("[0-9]{1,9}")
            ? Duration.ofSeconds(Integer.parseInt(text))
            : Durations.parse(text);
    if (duration.compareTo(shortest) < 0 || duration.compareTo(longest) > 0) {
      throw new IllegalArgumentException(
          "from %s to %s is wanted"
              .formatted(Durations.format(shortest), Durations.format(longest)));
    }
    return duration;
  }
}
