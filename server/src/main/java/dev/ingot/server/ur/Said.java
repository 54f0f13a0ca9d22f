package dev.ingot.server.ur;

import dev.ingot.amqp.Delivery;
import dev.ingot.amqp.JsonMessage;
import dev.ingot.amqp.UnreadableMessage;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What an agent says, by the name that it has. */
sealed interface Said {
  /** A UUID or a MAC, in lower case. */
  String name();

  /** It started anew. */
  record Startup(String name, ObjectNode body) implements Said {}

  /** What it is. */
  record Sysinfo(String name, ObjectNode body) implements Said {}

  /** It answers a request, or the question to all what they are. */
  record Reply(String name, String request, ObjectNode body) implements Said {}

  /** It is there. */
  record Pong(String name) implements Said {}

  /** Where Ur speaks; every broker has it. */
  String EXCHANGE = "amq.topic";

  /** How this server calls itself when it asks whether somebody is there. */
  String CLIENT = "ingot";

  Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");
  Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /**
   * Reads a message.
   *
   * @throws UnreadableMessage if it is none of Ur's
   */
  static Said of(Delivery delivery) {
    String[] words = delivery.routingKey().split("\\.", -1);
    String kind = words.length > 1 && words[0].equals("ur") ? words[1] : "";
    return switch (kind) {
      case "startup" -> new Startup(name(words, 3), object(delivery));
      case "sysinfo" -> new Sysinfo(name(words, 4), object(delivery));
      case "execute-reply" -> new Reply(name(words, 4), words[3], object(delivery));
      case "ack" + CLIENT -> new Pong(name(words, 3));
      default ->
          throw new UnreadableMessage(
              "its key is " + JsonMessage.shown(delivery.routingKey()) + ", which is nothing");
    };
  }

  private static String name(String[] words, int length) {
    String name = words.length > 2 ? words[2].toLowerCase(Locale.ROOT) : "";
    if (words.length != length || !(isMac(name) || UUID.matcher(name).matches())) {
      throw new UnreadableMessage(
          "no agent is called so: " + JsonMessage.shown(String.join(".", words)));
    }
    return name;
  }

  static boolean isMac(String name) {
    return MAC.matcher(name).matches();
  }

  private static ObjectNode object(Delivery delivery) {
    JsonNode body = JsonMessage.body(delivery);
    if (body instanceof ObjectNode object) {
      return object;
    }
    throw new UnreadableMessage("no object: " + JsonMessage.shown(body.toString()));
  }
}
