package dev.ingot.agent.face;

import dev.ingot.configuration.ByteSize;
import dev.ingot.configuration.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ur's protocol on a node; off unless a URL is given.
 *
 * @param url {@code amqp[s]://host:port/vhost}
 * @param user the account at the broker, if the URL names none
 * @param password its password, if the URL holds none
 * @param ca PEM file; when given, the broker's certificate must be signed by one in it
 * @param pin SHA-256 of the public key of the broker's certificate, instead of a CA
 * @param ids by what the node calls itself, the first for answers that nobody named it in
 * @param folder where files that are asked for by a relative name lie; without it {@code ur} in the
 *     agent's folder
 * @param senders RabbitMQ's {@code user-id} of those who may have something run; none: everybody
 * @param largest octets of a message; larger ones are passed over
 * @param requestsPerMinute of one sender; more are dropped
 * @param timeout how long something may run
 * @param interval how often the node says what it is
 * @param reboot whether exit status 113 restarts the machine, as it does with Ur
 */
public record UrSettings(
    @Nullable String url,
    @Nullable String user,
    @Nullable Secret password,
    @Nullable Path ca,
    @Nullable String pin,
    List<Id> ids,
    @Nullable Path folder,
    List<String> senders,
    ByteSize largest,
    int requestsPerMinute,
    Duration timeout,
    Duration interval,
    boolean reboot) {
  private static final Duration LONGEST = Duration.ofDays(7);

  public static final UrSettings OFF =
      new UrSettings(
          null,
          null,
          null,
          null,
          null,
          List.of(Id.UUID, Id.MAC),
          null,
          List.of(),
          ByteSize.parse("4MiB"),
          120,
          Duration.ofHours(1),
          Duration.ofMinutes(1),
          false);

  /** By what a node calls itself. */
  public enum Id {
    /** The system's UUID, as from November 2010 on. */
    UUID,
    /** The address of the port that booted, as at first. */
    MAC
  }

  public UrSettings {
    ids = List.copyOf(ids);
    senders = List.copyOf(senders);
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("compat.ur.ids: uuid, mac or both");
    }
    if (requestsPerMinute < 1) {
      throw new IllegalArgumentException("compat.ur.requests-per-minute: at least 1");
    }
    if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("compat.ur.timeout: 1s to 7d");
    }
    if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("compat.ur.interval: at least 1s");
    }
  }

  /** The same at a broker. */
  public UrSettings at(String otherUrl) {
    return new UrSettings(
        otherUrl,
        user,
        password,
        ca,
        pin,
        ids,
        folder,
        senders,
        largest,
        requestsPerMinute,
        timeout,
        interval,
        reboot);
  }

  /** The same for these senders only. */
  public UrSettings of(List<String> otherSenders) {
    return new UrSettings(
        url,
        user,
        password,
        ca,
        pin,
        ids,
        folder,
        otherSenders,
        largest,
        requestsPerMinute,
        timeout,
        interval,
        reboot);
  }

  public boolean isOn() {
    return url != null;
  }
}
