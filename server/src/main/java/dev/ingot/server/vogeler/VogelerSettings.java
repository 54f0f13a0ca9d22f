package dev.ingot.server.vogeler;

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
 * Vogeler's protocol; off unless a URL is given.
 *
 * @param url {@code amqp://host:port/vhost}; Vogeler's own virtual host, {@code /vogeler}, is
 *     written {@code %2Fvogeler}
 * @param user the account at the broker, if the URL names none
 * @param password its password, if the URL holds none
 * @param ca PEM file; when given, the broker's certificate must be signed by one in it
 * @param requests the queue in which requests of runners wait for this server
 * @param results the queue in which results of clients wait for it; {@code master.in} to take the
 *     place of a Vogeler server rather than to stand beside it
 * @param largest octets of a message; larger ones are passed over
 * @param expiry how long a request waits for a node that is offline
 * @param runners RabbitMQ's {@code user-id} of those who may ask; none: everybody
 * @param clients RabbitMQ's {@code user-id} of those who may answer; none: everybody
 * @param requestsPerMinute of one sender; more are dropped
 * @param resultsPerMinute of one host; of more only the last of each plugin is kept
 * @param nodes how many may be known by their hostname alone
 */
public record VogelerSettings(
    @Nullable String url,
    @Nullable String user,
    @Nullable Secret password,
    @Nullable Path ca,
    String requests,
    String results,
    ByteSize largest,
    Duration expiry,
    List<String> runners,
    List<String> clients,
    int requestsPerMinute,
    int resultsPerMinute,
    int nodes) {
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  public static final VogelerSettings DEFAULT =
      new VogelerSettings(
          null,
          null,
          null,
          null,
          "ingot.vogeler.requests",
          "ingot.vogeler.results",
          ByteSize.parse("4MiB"),
          Duration.ofDays(1),
          List.of(),
          List.of(),
          60,
          120,
          10_000);

  public VogelerSettings {
    runners = List.copyOf(runners);
    clients = List.copyOf(clients);
    if (url != null) {
      try {
        var unused = BrokerAddress.of(url, user, password);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("vogeler: " + e.getMessage(), e);
      }
    }
    if (requestsPerMinute < 1 || resultsPerMinute < 1 || nodes < 0) {
      throw new IllegalArgumentException("vogeler: rates are at least 1, nodes at least 0");
    }
    if (expiry.compareTo(Duration.ofSeconds(1)) < 0 || expiry.compareTo(Duration.ofDays(90)) > 0) {
      throw new IllegalArgumentException("vogeler.expiry: 1s to 90d");
    }
  }

  /** The same with another broker. */
  public VogelerSettings with(String otherUrl) {
    return new VogelerSettings(
        otherUrl,
        null,
        null,
        ca,
        requests,
        results,
        largest,
        expiry,
        runners,
        clients,
        requestsPerMinute,
        resultsPerMinute,
        nodes);
  }

  boolean isOn() {
    return url != null;
  }

  BrokerOptions options() {
    if (url == null) {
      throw new IllegalStateException("Vogeler's protocol is off");
    }
    int octets = (int) Math.min(largest.bytes(), 64L << 20);
    return new BrokerOptions(
        BrokerAddress.of(url, user, password), new Trust(ca, null), "vogeler", HEARTBEAT, octets);
  }
}
