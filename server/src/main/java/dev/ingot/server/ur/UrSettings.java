package dev.ingot.server.ur;

import dev.ingot.amqp.BrokerAddress;
import dev.ingot.amqp.BrokerOptions;
import dev.ingot.amqp.Trust;
import dev.ingot.configuration.ByteSize;
import dev.ingot.configuration.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Agents of Ur as nodes; off unless a URL is given.
 *
 * @param url {@code amqp[s]://host:port/vhost}
 * @param user the account at the broker, if the URL names none
 * @param password its password, if the URL holds none
 * @param ca PEM file; when given, the broker's certificate must be signed by one in it
 * @param queue where what agents say waits for this server
 * @param largest octets of a message; larger ones are passed over
 * @param agents RabbitMQ's {@code user-id} of those that may be agents; none: everybody
 * @param messagesPerMinute of one agent; more are dropped
 * @param nodes how many may be known by Ur alone
 * @param interval how often agents are asked whether they are there
 * @param silence an agent that answered before and is not heard for so long is lost
 */
public record UrSettings(
    @Nullable String url,
    @Nullable String user,
    @Nullable Secret password,
    @Nullable Path ca,
    String queue,
    ByteSize largest,
    List<String> agents,
    int messagesPerMinute,
    int nodes,
    Duration interval,
    Duration silence) {
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final long MOST_OCTETS = 64L << 20;

  public static final UrSettings DEFAULT =
      new UrSettings(
          null,
          null,
          null,
          null,
          "ingot.ur",
          ByteSize.parse("32MiB"),
          List.of(),
          600,
          10_000,
          Duration.ofSeconds(30),
          Duration.ofSeconds(90));

  public UrSettings {
    agents = List.copyOf(agents);
    if (url != null) {
      try {
        var unused = BrokerAddress.of(url, user, password);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("ur: " + e.getMessage(), e);
      }
    }
    if (messagesPerMinute < 1 || nodes < 0) {
      throw new IllegalArgumentException("ur: messages-per-minute is at least 1, nodes at least 0");
    }
    if (interval.compareTo(Duration.ofSeconds(1)) < 0 || silence.compareTo(interval) <= 0) {
      throw new IllegalArgumentException("ur: interval is at least 1s, silence longer than it");
    }
  }

  /** The same with another broker. */
  public UrSettings with(String otherUrl) {
    return new UrSettings(
        otherUrl,
        null,
        null,
        ca,
        queue,
        largest,
        agents,
        messagesPerMinute,
        nodes,
        interval,
        silence);
  }

  /** The same with other times. */
  public UrSettings with(Duration otherInterval, Duration otherSilence) {
    return new UrSettings(
        url,
        user,
        password,
        ca,
        queue,
        largest,
        agents,
        messagesPerMinute,
        nodes,
        otherInterval,
        otherSilence);
  }

  boolean isOn() {
    return url != null;
  }

  BrokerOptions options() {
    if (url == null) {
      throw new IllegalStateException("Ur's protocol is off");
    }
    int octets = (int) Math.min(largest.bytes(), MOST_OCTETS);
    return new BrokerOptions(
        BrokerAddress.of(url, user, password), new Trust(ca, null), "ur", HEARTBEAT, octets);
  }
}
