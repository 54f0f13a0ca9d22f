package dev.ingot.amqp;

import java.util.List;

/**
 * Who may send: by the property {@code user-id}, which RabbitMQ compares with the account of the
 * connection and which is the only thing of a message that its sender cannot make up.
 *
 * @param allowed none: everybody
 */
public record Senders(List<String> allowed) {
  public Senders {
    allowed = List.copyOf(allowed);
  }

  /**
   * Looks at who sent a message.
   *
   * @throws UnreadableMessage if it may not
   */
  public void check(Delivery delivery) {
    String user = delivery.properties().getUserId();
    if (!allowed.isEmpty() && (user == null || !allowed.contains(user))) {
      throw new UnreadableMessage(
          user == null ? "its sender does not say its user-id" : "its sender may not");
    }
  }

  /** Whom a rate is counted for: nobody else can be told apart. */
  public static String name(Delivery delivery) {
    String user = delivery.properties().getUserId();
    return user == null ? "" : user;
  }
}
