package dev.ingot.server.agents;

import dev.ingot.configuration.ByteSize;
import dev.ingot.protocol.Lane;
import java.time.Duration;

/**
 * The agents' link.
 *
 * @param heartbeat how long an idle link says nothing before the agent sends a ping
 * @param silence after so long without a frame a node is lost
 * @param maxSessions agents connected at once; more are told to come back
 * @param admissions agents at the door at once
 * @param waitingAdmissions agents that wait for their turn at the door; more are told to come back
 * @param ingestWorkers commits of reports at once
 * @param ingestBatch documents per commit at most
 * @param receiveBytes bytes of reports that may be under way or uncommitted, over all agents
 * @param outputBytes bytes of tasks' output and logs that may be, likewise
 */
public record AgentsSettings(
    Duration heartbeat,
    Duration silence,
    int maxSessions,
    int admissions,
    int waitingAdmissions,
    int ingestWorkers,
    int ingestBatch,
    ByteSize receiveBytes,
    ByteSize outputBytes) {
  public static final AgentsSettings DEFAULT =
      new AgentsSettings(
          Duration.ofSeconds(10),
          Duration.ofSeconds(25),
          20_000,
          4,
          2_000,
          2,
          50,
          ByteSize.ofMebibytes(64),
          ByteSize.ofMebibytes(16));

  public AgentsSettings {
    if (heartbeat.toMillis() < 1 || silence.compareTo(heartbeat) <= 0) {
      throw new IllegalArgumentException(
          "heartbeat must be at least 1ms, and silence longer than it");
    }
    if (Math.min(Math.min(maxSessions, admissions), Math.min(ingestWorkers, ingestBatch)) < 1
        || waitingAdmissions < 0) {
      throw new IllegalArgumentException(
          "max-sessions, admissions, ingest-workers and ingest-batch must be at least 1,"
              + " waiting-admissions at least 0");
    }
    if (receiveBytes.bytes() < Lane.INVENTORY.maxMessage()) {
      throw new IllegalArgumentException(
          "agents.receive-bytes: at least " + Lane.INVENTORY.maxMessage() + ", one whole report");
    }
    if (outputBytes.bytes() < Lane.BULK.maxMessage()) {
      throw new IllegalArgumentException(
          "agents.output-bytes: at least " + Lane.BULK.maxMessage() + ", one whole message");
    }
  }
}
