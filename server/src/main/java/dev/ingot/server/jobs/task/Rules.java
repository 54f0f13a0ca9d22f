package dev.ingot.server.jobs.task;

import java.time.Duration;

/**
 * What a job and the settings say about its tasks.
 *
 * @param retries attempts after the first
 * @param expiry how long a task waits for a node that is offline or busy
 * @param reboots the capability succeeds when its node says hello from another boot
 * @param over the job was cancelled or stopped: nothing is tried again
 * @param offerWait how long a node may take to answer an offer
 * @param acceptedWait how long an accepted task may wait on its node for its start
 * @param grace how much longer than its timeout a task may take to be heard of
 * @param cancelWait how long a node may take to end a cancelled task
 */
public record Rules(
    int retries,
    Duration expiry,
    boolean reboots,
    boolean over,
    Duration offerWait,
    Duration acceptedWait,
    Duration grace,
    Duration cancelWait) {}
