package dev.ingot.agent.link;

import dev.ingot.configuration.Secret;
import dev.ingot.protocol.Proof;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes carriers over a message broker. It is a module of its own, which an image that has no use
 * for it leaves out.
 */
public interface BrokerCarriers {
  /**
   * Where the broker is and how to come.
   *
   * @param url {@code amqp[s]://…}
   * @param user an account at the broker; null if the URL names one or the agent shows its key
   * @param ca PEM file with the only CAs to trust
   * @param pin SHA-256 of the public key of the broker's certificate
   * @param key the agent's key as it is now
   * @param voucher why a key that is not known is to be let in
   */
  record Place(
      String url,
      @Nullable String user,
      @Nullable Secret password,
      @Nullable Path ca,
      @Nullable String pin,
      Supplier<String> key,
      Proof.@Nullable Voucher voucher) {}

  /**
   * A carrier.
   *
   * @throws IllegalArgumentException that says what is wrong with the place
   */
  Carrier carrier(Place place);

  /** The one that is among this program's modules; null if it was left out. */
  static @Nullable BrokerCarriers find() {
    return ServiceLoader.load(BrokerCarriers.class).findFirst().orElse(null);
  }

  /** Whether somebody means a broker by this address of a server. */
  static boolean isBroker(String url) {
    return url.startsWith("amqp://") || url.startsWith("amqps://");
  }
}
