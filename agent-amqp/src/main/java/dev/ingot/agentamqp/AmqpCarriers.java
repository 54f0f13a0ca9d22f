package dev.ingot.agentamqp;

import dev.ingot.agent.link.BrokerCarriers;
import dev.ingot.agent.link.Carrier;
import dev.ingot.amqp.BrokerAddress;
import dev.ingot.amqp.LinkNames;
import dev.ingot.amqp.Trust;
import dev.ingot.configuration.Secret;
import dev.ingot.protocol.Proof;
import java.util.Locale;

/** Carriers over AMQP 0-9-1; found by {@link java.util.ServiceLoader}. */
public final class AmqpCarriers implements BrokerCarriers {
  @Override
  public Carrier carrier(Place place) {
    BrokerAddress given = BrokerAddress.of(place.url(), place.user(), place.password());
    Trust trust = new Trust(place.ca(), place.pin());
    return listener -> {
      AmqpConnection connection = new AmqpConnection(account(given, place), trust, listener);
      connection.start();
      return connection;
    };
  }

  /** With an account of its own, else as the one who has this key. */
  private static BrokerAddress account(BrokerAddress given, Place place) {
    if (given.user() != null) {
      return given;
    }
    String key = place.key().get();
    Proof.Voucher voucher = place.voucher();
    String shown =
        voucher == null
            ? key
            : key + ":" + voucher.kind().name().toLowerCase(Locale.ROOT) + ":" + voucher.secret();
    return given.as(LinkNames.account(key), new Secret(shown));
  }
}
