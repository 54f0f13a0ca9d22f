package dev.ingot.simulator;

import dev.ingot.agent.link.BrokerCarriers;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A fleet to simulate.
 *
 * @param server {@code http://host:port}, or {@code amqp://…} of a message broker
 * @param nodes how many machines
 * @param seed the same seed makes the same machines
 * @param atOnce how many agents may be on their way in at the same time
 * @param behaviours how they are
 * @param begun gets a line for each task that begins: machine, task, attempt; null for none
 */
public record FleetSettings(
    URI server, int nodes, long seed, int atOnce, Behaviours behaviours, @Nullable Path begun) {
  boolean byBroker() {
    return BrokerCarriers.isBroker(server.toString());
  }
}
