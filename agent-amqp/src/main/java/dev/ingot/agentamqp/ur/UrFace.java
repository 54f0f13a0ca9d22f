package dev.ingot.agentamqp.ur;

import dev.ingot.agent.face.Face;
import dev.ingot.amqp.BrokerAddress;
import dev.ingot.amqp.BrokerOptions;
import dev.ingot.amqp.Trust;
import java.security.SecureRandom;
import java.time.Duration;

/** Ur's protocol; found by {@link java.util.ServiceLoader}. */
public final class UrFace implements Face {
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);
  private static final long MOST_OCTETS = 64L << 20;

  @Override
  public AutoCloseable speak(Node node) {
    String url = node.settings().url();
    if (url == null) {
      throw new IllegalArgumentException("Ur's protocol is off");
    }
    BrokerOptions options =
        new BrokerOptions(
            BrokerAddress.of(url, node.settings().user(), node.settings().password()),
            new Trust(node.settings().ca(), node.settings().pin()),
            "Ur",
            HEARTBEAT,
            (int) Math.min(node.settings().largest().bytes(), MOST_OCTETS));
    UrAgent agent = new UrAgent(node, options, new SecureRandom());
    agent.start();
    return agent;
  }
}
