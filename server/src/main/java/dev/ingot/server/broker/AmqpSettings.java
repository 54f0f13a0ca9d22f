package dev.ingot.server.broker;

import dev.ingot.amqp.BrokerAddress;
import dev.ingot.amqp.BrokerOptions;
import dev.ingot.amqp.Trust;
import dev.ingot.configuration.Secret;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The message broker, RabbitMQ 3.10 or later; none unless a URL is given.
 *
 * @param url {@code amqp://host:port/vhost} or {@code amqps://…}; the nodes of a cluster with
 *     commas
 * @param user the server's account there, if the URL names none
 * @param password its password, if the URL holds none
 * @param ca PEM file; when given, the broker's certificate must be signed by one in it
 * @param pin SHA-256 of the public key of the broker's certificate; then nothing else is asked of
 *     it
 * @param heartbeat a broker that says nothing for twice as long is gone
 * @param durable what is declared outlives a restart of the broker, and events are kept on its disk
 * @param declare what is missing is declared when the server connects; else only by {@code ingot
 *     setup broker}
 * @param events events go to the exchange {@code ingot.events}
 * @param agents agents may come by the broker
 * @param accounts whose accounts agents have there
 * @param plainAgents with plain accounts, how many agents may come by the broker
 * @param authSecret what RabbitMQ adds to the path at which it asks for virtual hosts, as {@code
 *     ?secret=…}: whoever shows it is believed when it says from which address an agent comes,
 *     which boot tickets need
 */
public record AmqpSettings(
    @Nullable String url,
    @Nullable String user,
    @Nullable Secret password,
    @Nullable Path ca,
    @Nullable String pin,
    Duration heartbeat,
    boolean durable,
    boolean declare,
    boolean events,
    boolean agents,
    Accounts accounts,
    int plainAgents,
    @Nullable Secret authSecret) {
  /** Whose accounts agents have at the broker. */
  public enum Accounts {
    /** Those that somebody made at the broker. */
    PLAIN,
    /** Each agent's own key, of which the broker asks this server. */
    KEYS
  }

  public static final AmqpSettings DEFAULT =
      new AmqpSettings(
          null,
          null,
          null,
          null,
          null,
          Duration.ofSeconds(10),
          true,
          true,
          true,
          true,
          Accounts.PLAIN,
          100,
          null);

  public AmqpSettings {
    if (heartbeat.compareTo(Duration.ofSeconds(1)) < 0
        || heartbeat.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException("amqp.heartbeat: 1s to 10m");
    }
    if (url != null) {
      try {
        var unused = BrokerAddress.of(url, user, password);
        var unusedToo = new Trust(ca, pin);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("amqp: " + e.getMessage(), e);
      }
    } else if (user != null || password != null) {
      throw new IllegalArgumentException("amqp.url: is needed with a user or password");
    }
  }

  /** Whether there is a broker. */
  public boolean isConfigured() {
    return url != null;
  }

  /** The same with another broker. */
  public AmqpSettings with(String otherUrl) {
    return with(otherUrl, plainAgents);
  }

  /** The same with the broker of a try-out, which has one account for as many as like to come. */
  public AmqpSettings tryingOut(String otherUrl) {
    return with(otherUrl, Math.max(plainAgents, 10_000));
  }

  private AmqpSettings with(String otherUrl, int agentsAtMost) {
    return new AmqpSettings(
        otherUrl,
        null,
        null,
        ca,
        pin,
        heartbeat,
        durable,
        declare,
        events,
        agents,
        accounts,
        agentsAtMost,
        authSecret);
  }

  /** The broker, by its URL and account. */
  public BrokerAddress address() {
    if (url == null) {
      throw new IllegalStateException("no broker is configured");
    }
    return BrokerAddress.of(url, user, password);
  }

  /**
   * A connection of its own for some purpose.
   *
   * @param largestBody octets of the largest message that is read
   */
  public BrokerOptions options(String purpose, int largestBody) {
    return new BrokerOptions(address(), new Trust(ca, pin), purpose, heartbeat, largestBody);
  }
}
