package dev.ingot.server.broker;

/** Something that is to be at the broker. */
public sealed interface Need {
  /** Which part of the server needs it: an exchange's name, mostly. */
  String owner();

  /** One word for people. */
  default String kind() {
    return switch (this) {
      case Exchange _ -> "exchange";
      case Queue _ -> "queue";
      case Binding _ -> "binding";
    };
  }

  /** What it is called. */
  default String name() {
    return switch (this) {
      case Exchange exchange -> exchange.exchange();
      case Queue queue -> queue.queue();
      case Binding binding ->
          binding.exchange() + " -> " + binding.queue() + " by \"" + binding.key() + "\"";
    };
  }

  /**
   * @param type topic, direct or fanout
   */
  record Exchange(String owner, String exchange, String type) implements Need {}

  /** A shared queue, not exclusive, that stays; without arguments, which Qpid refuses. */
  record Queue(String owner, String queue) implements Need {}

  record Binding(String owner, String queue, String exchange, String key) implements Need {}
}
