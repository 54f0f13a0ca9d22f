package dev.ingot.server.workflow.machine;

import java.time.Duration;

/** How long something is, for people. */
public final class Times {
  private Times() {}

  public static String text(Duration time) {
    long millis = time.toMillis();
    if (millis % 1000 != 0) {
      return millis < 1000 ? millis + " ms" : "%.1f s".formatted(millis / 1000.0);
    }
    long seconds = millis / 1000;
    if (seconds % 86_400 == 0 && seconds > 0) {
      return seconds / 86_400 + " d";
    }
    if (seconds % 3600 == 0 && seconds > 0) {
      return seconds / 3600 + " h";
    }
    return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + " min" : seconds + " s";
  }
}
