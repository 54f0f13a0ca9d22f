package dev.ingot.cli;

import dev.ingot.client.Progress;
import dev.ingot.configuration.FileFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** One line on a terminal that says how far a transfer is, once it takes longer than 2 s. */
final class ProgressLine implements Progress, AutoCloseable {
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final Duration BETWEEN = Duration.ofMillis(200);

  private final Terminal terminal;
  private final String what;
  private final Instant started;
  private Instant shown;
  private boolean any;

  ProgressLine(Terminal terminal, String what) {
    this.terminal = terminal;
    this.what = what;
    this.started = terminal.clock().instant();
    this.shown = started;
  }

  @Override
  public void moved(long done, long total) {
    Instant now = terminal.clock().instant();
    if (now.isBefore(started.plus(QUIET)) || now.isBefore(shown.plus(BETWEEN))) {
      return;
    }
    if (!terminal.personIsThere()) {
      return;
    }
    shown = now;
    any = true;
    long millis = Math.max(1, Duration.between(started, now).toMillis());
    String of = total > 0 ? " of " + Units.bytes(total) + ", " + done * 100 / total + " %" : "";
    String speed = Units.bytes(done * 1_000 / millis) + "/s";
    terminal.err().print("\r\u001b[K" + what + ": " + Units.bytes(done) + of + ", " + speed);
    terminal.err().flush();
  }

  @Override
  public void close() {
    if (any) {
      terminal.err().print("\r\u001b[K");
      terminal.err().flush();
    }
  }

  /** What a person can make of an error of the file system. */
  static String reason(IOException e) {
    return FileFailure.words(e);
  }
}
