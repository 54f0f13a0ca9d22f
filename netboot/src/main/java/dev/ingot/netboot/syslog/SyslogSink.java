package dev.ingot.netboot.syslog;

import java.net.InetAddress;
import java.time.Instant;

/**
 * The port: takes what was received. Called by many threads at once; must not wait, so it drops and
 * counts what is too much.
 */
public interface SyslogSink {
  void accept(SyslogMessage message, InetAddress source, Instant received);

  /**
   * Of those that a thread gave, so many came together: counting them one by one costs a tenth of
   * what reading them does.
   */
  default void came(long messages) {}
}
