package dev.ingot.amqp;

import com.rabbitmq.client.AMQP;

/**
 * A message as it came.
 *
 * @param queue where it stood
 * @param redelivered it was given to somebody before, maybe to us
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Delivery(
    String queue,
    String exchange,
    String routingKey,
    AMQP.BasicProperties properties,
    byte[] body,
    boolean redelivered) {
  /** Who sent it, as far as it says: RabbitMQ checks {@code user-id} alone. */
  public String peer() {
    String user = properties.getUserId();
    String said = user != null ? user : properties.getAppId();
    return said == null || said.isBlank() ? "an unnamed sender" : Reasons.line(said);
  }
}
