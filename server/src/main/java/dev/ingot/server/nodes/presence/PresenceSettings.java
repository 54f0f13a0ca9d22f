package dev.ingot.server.nodes.presence;

import java.time.Duration;

/**
 * When a node is lost.
 *
 * @param silence a session that its server has not heard from for so long
 * @param lease a server that has not written its lease for so long is dead
 * @param grace how long the sessions of a dead or restarted server may take to come back
 * @param interval how often leases are written and the lost are looked for
 */
public record PresenceSettings(
    Duration silence, Duration lease, Duration grace, Duration interval) {
  public static final PresenceSettings DEFAULT =
      new PresenceSettings(
          Duration.ofSeconds(25),
          Duration.ofSeconds(15),
          Duration.ofSeconds(60),
          Duration.ofSeconds(2));

  public PresenceSettings {
    if (silence.toMillis() < 1 || lease.toMillis() < 1 || interval.toMillis() < 1) {
      throw new IllegalArgumentException("silence, lease and interval must be at least 1ms");
    }
    if (interval.compareTo(lease) >= 0) {
      throw new IllegalArgumentException("interval must be shorter than lease");
    }
  }
}
