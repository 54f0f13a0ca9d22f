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
}
