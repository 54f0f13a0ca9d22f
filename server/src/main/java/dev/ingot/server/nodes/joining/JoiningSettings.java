package dev.ingot.server.nodes.joining;

import java.time.Duration;

/**
 * How machines come in.
 *
 * @param policy for boot tickets of a network without a policy of its own
 * @param ticketLifetime how long a boot ticket is good, where its maker does not say
 * @param tokenLifetime how long an enrolment token is good, where its maker does not say
 * @param readmitWindow how long after {@code readmit} a machine may come back with another key or
 *     other hardware
 */
public record JoiningSettings(
    AdmissionPolicy policy,
    Duration ticketLifetime,
    Duration tokenLifetime,
    Duration readmitWindow) {
  public static final JoiningSettings DEFAULT =
      new JoiningSettings(
          AdmissionPolicy.KNOWN, Duration.ofMinutes(30), Duration.ofDays(7), Duration.ofHours(1));

  public JoiningSettings {
    if (ticketLifetime.toMillis() < 1 || tokenLifetime.toMillis() < 1) {
      throw new IllegalArgumentException("ticket-lifetime and token-lifetime must be at least 1ms");
    }
  }
}
