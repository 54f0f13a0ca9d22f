package dev.ingot.server.broker;

import dev.ingot.server.events.Event;
import java.nio.charset.StandardCharsets;

/**
 * The key of an event at the exchange: {@code <type>.<action>.<severity>.<typeId>[.<nodeId>]}. In
 * each word the dot, {@code *}, {@code #} and {@code %} are percent-encoded, so that a word stays
 * one.
 */
final class RoutingKey {
  /** AMQP 0-9-1, 4.2.5.3: a short string is at most 255 octets. */
  private static final int MOST = 255;

  private RoutingKey() {}

  static String of(Event event) {
    String before = word(event.type()) + "." + word(event.action()) + "." + event.severity() + ".";
    String after = event.nodeId() == null ? "" : "." + word(event.nodeId());
    return before + cut(word(event.typeId()), MOST - octets(before) - octets(after)) + after;
  }

  static String word(String text) {
    return text.replace("%", "%25").replace(".", "%2E").replace("*", "%2A").replace("#", "%23");
  }

  /** An id too long for a key is cut; the record has the whole. */
  private static String cut(String word, int most) {
    if (octets(word) <= most) {
      return word;
    }
    int end = word.length();
    while (octets(word.substring(0, end)) > most
        || Character.isHighSurrogate(word.charAt(end - 1))) {
      end--;
    }
    int percent = word.lastIndexOf('%', end - 1);
    return word.substring(0, percent >= 0 && percent > end - 3 ? percent : end);
  }

  private static int octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
