package dev.ingot.server.jobs;

import java.time.Duration;

/**
 * Jobs and tasks.
 *
 * @param expiry how long a task waits for a node that is offline or busy, unless its job says
 * @param offer how long a node may take to answer an offer
 * @param accepted how long an accepted task may wait on its node for its start
 * @param grace how much longer than its timeout a task may take to be heard of
 * @param cancel how long a node may take to end a cancelled task
 * @param nodes how many nodes one job may have
 * @param running how many jobs may run at once
 * @param offered tasks that may be offered and unanswered at once
 * @param keep how long a finished job is kept
 */
public record JobsSettings(
    Duration expiry,
    Duration offer,
    Duration accepted,
    Duration grace,
    Duration cancel,
    int nodes,
    int running,
    int offered,
    Duration keep) {
  public static final JobsSettings DEFAULT =
      new JobsSettings(
          Duration.ofMinutes(10),
          Duration.ofSeconds(30),
          Duration.ofHours(1),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          100_000,
          10_000,
          500,
          Duration.ofDays(90));
}
