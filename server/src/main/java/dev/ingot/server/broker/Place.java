package dev.ingot.server.broker;

import dev.ingot.amqp.BrokerOptions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A broker, and what is to be there: ours, or the one at which the protocol of an old system is
 * spoken.
 *
 * @param purpose a word for people
 * @param options how to come there
 * @param needs what is wanted there
 * @param trouble why there is no connection; null when there is one
 */
public record Place(
    String purpose, BrokerOptions options, BrokerNeeds needs, Supplier<@Nullable String> trouble) {}
