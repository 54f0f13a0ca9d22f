package dev.ingot.server.vogeler;

import com.rabbitmq.client.AMQP;
import dev.ingot.amqp.Delivery;
import dev.ingot.amqp.JsonMessage;
import dev.ingot.amqp.UnreadableMessage;
import dev.ingot.core.Json;
import dev.ingot.server.broker.BrokerNeeds;
import dev.ingot.server.broker.Need;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Names and shapes of messages, of Vogeler 0.8 to 0.9.2 and of lstep's fork of it. */
final class Wire {
  /** Topic; runners ask there. */
  static final String BROADCAST = "vogeler.broadcast.in";

  /** Direct, with an empty key; clients answer there. */
  static final String MASTER = "vogeler.master.in";

  /** What the code of all versions binds, and what its documents say. */
  static final List<String> BROADCAST_KEYS = List.of("broadcasts.*", "broadcast.*");

  /** Says that a message is ours, so that we do not take it for news. */
  static final String OURS = "ingot";

  private static final Pattern TO_ALL = Pattern.compile("broadcasts?\\.[^.]+");
  private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,254}");
  private static final int MOST_RESULTS = 64;
  private static final int LONGEST_NAME = 192;

  /** Python's str(datetime.utcnow()). */
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Wire() {}

  /** What a client says: its host, and results by the plugin's name. */
  record Results(String host, String format, Map<String, JsonNode> byName) {}

  /** Exchanges, queues and bindings of the protocol, as a Vogeler server declares them. */
  static BrokerNeeds needs(String owner, VogelerSettings settings) {
    String requests = settings.requests();
    String results = settings.results();
    List<Need> needs = new ArrayList<>();
    needs.add(new Need.Exchange(owner, BROADCAST, "topic"));
    needs.add(new Need.Exchange(owner, MASTER, "direct"));
    needs.add(new Need.Queue(owner, requests));
    BROADCAST_KEYS.forEach(key -> needs.add(new Need.Binding(owner, requests, BROADCAST, key)));
    // And every hostname: which of them are ours is looked up when somebody asks.
    needs.add(new Need.Binding(owner, requests, BROADCAST, "#"));
    needs.add(new Need.Queue(owner, results));
    needs.add(new Need.Binding(owner, results, MASTER, ""));
    return BrokerNeeds.ofProtocol(needs.toArray(new Need[0]));
  }

  static boolean isToAll(String key) {
    return TO_ALL.matcher(key).matches();
  }

  static boolean isHostname(String text) {
    return HOSTNAME.matcher(text).matches();
  }

  /** What a runner asks for: the name of a plugin, as a text or as {@code {"myrequest": …}}. */
  static String request(Delivery delivery) {
    JsonNode body = JsonMessage.body(delivery);
    JsonNode word = body.isObject() ? body.path("myrequest") : body;
    if (!word.isString() || word.stringValue().isBlank() || word.stringValue().length() > 255) {
      throw new UnreadableMessage("no plugin's name: " + JsonMessage.shown(body.toString()));
    }
    return word.stringValue();
  }

  /** What a client answers; a message without format is taken as it is. */
  static Results results(Delivery delivery) {
    if (!(JsonMessage.body(delivery) instanceof ObjectNode body)) {
      throw new UnreadableMessage("no object with a syskey");
    }
    String host = body.path("syskey").isString() ? body.path("syskey").stringValue() : "";
    if (!isHostname(host)) {
      throw new UnreadableMessage(
          "its syskey is no hostname: " + JsonMessage.shown(body.path("syskey") + ""));
    }
    JsonNode format = body.path("format");
    Map<String, JsonNode> byName = new LinkedHashMap<>();
    body.forEachEntry(
        (key, value) -> {
          if (!key.equals("syskey") && !key.equals("format")) {
            byName.put(name(key), value);
          }
        });
    if (byName.isEmpty()) {
      throw new UnreadableMessage("no result in it", host);
    }
    if (byName.size() > MOST_RESULTS) {
      throw new UnreadableMessage("more than " + MOST_RESULTS + " results in it", host);
    }
    return new Results(
        host, format.isString() ? JsonMessage.shown(format.stringValue()) : "none", byName);
  }

  /** A key of a node's record: lstep's prefix goes, what is no letter or digit is encoded. */
  static String name(String key) {
    String plain =
        key.startsWith("plugin_") && key.length() > 7 ? key.substring("plugin_".length()) : key;
    StringBuilder name = new StringBuilder();
    for (byte b : plain.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-')) {
        name.append(c);
      } else {
        name.append("%%%02X".formatted((int) c));
      }
    }
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw new UnreadableMessage("a key that is no plugin's name: " + JsonMessage.shown(key));
    }
    return name.toString();
  }

  /** A client's answer. */
  static byte[] answer(String host, String plugin, String format, String output) {
    return Json.bytes(
        Json.MAPPER
            .createObjectNode()
            .put("syskey", host)
            .put(plugin, output)
            .put("format", format));
  }

  /** A client's answer when it ran nothing. */
  static byte[] error(String host, String message, Instant now) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("syskey", host);
    body.putObject("last_error").put("timestamp", TIMESTAMP.format(now)).put("message", message);
    return Json.bytes(body.put("format", "pydict"));
  }

  /** Persistent, as every version sends answers, and marked as ours. */
  static AMQP.BasicProperties properties() {
    return new AMQP.BasicProperties.Builder().deliveryMode(2).appId(OURS).build();
  }
}
