package dev.ingot.agentamqp.ur;

import com.rabbitmq.client.Channel;
import dev.ingot.agent.face.Face;
import dev.ingot.agent.face.UrSettings;
import dev.ingot.amqp.BrokerConnection;
import dev.ingot.amqp.BrokerOptions;
import dev.ingot.amqp.BrokerSession;
import dev.ingot.amqp.Delivery;
import dev.ingot.amqp.Intake;
import dev.ingot.amqp.JsonMessage;
import dev.ingot.amqp.Rates;
import dev.ingot.amqp.Senders;
import dev.ingot.amqp.UnreadableMessage;
import dev.ingot.core.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * This node as an agent of Ur: it says that it started and what it is, runs what it is asked to
 * run, and answers.
 */
final class UrAgent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UrAgent.class);
  private static final int REMEMBERED = 1_000;

  private final Face.Node node;
  private final UrSettings settings;
  private final Path folder;
  private final Names names;
  private final RandomGenerator random;
  private final Voice voice;
  private final Runs runs;
  private final Senders senders;
  private final Rates rates;
  private final Intake requests = new Intake("Ur's requests", this::received);
  private final BrokerConnection connection;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("agent-ur-timer").factory());

  /** Requests that were taken: what the broker gives twice is run once. */
  private final Map<String, Boolean> taken =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  private volatile boolean up;

  UrAgent(Face.Node node, BrokerOptions options, RandomGenerator random) {
    this.node = node;
    this.settings = node.settings();
    this.folder = Objects.requireNonNullElse(settings.folder(), node.folder());
    this.names = Names.of(node.seen().get(), settings.ids(), Kernel.bootPort());
    this.random = random;
    this.voice = new Voice(options.address().user());
    this.runs =
        new Runs(
            node.capabilities(),
            (int) settings.timeout().toSeconds(),
            settings.reboot(),
            this::answer);
    this.senders = new Senders(settings.senders());
    this.rates = new Rates(settings.requestsPerMinute(), System::nanoTime);
    this.connection = new BrokerConnection(options, new Link(), random);
    log.warn(
        "Ur's protocol is spoken at {} as {}: it has no authentication. Whoever may use that"
            + " virtual host{} can have this machine run anything; docs/ur.md says how to bound"
            + " that",
        options.address(),
        String.join(" and ", names.own()),
        settings.senders().isEmpty() ? "" : " as " + String.join(" or ", settings.senders()));
  }

  void start() {
    byte[] sysinfo = Json.bytes(sysinfo());
    for (String name : names.own()) {
      voice.say("ur.startup." + name, sysinfo, () -> {});
    }
    voice.start();
    connection.start();
    long interval = settings.interval().toMillis();
    var unused =
        timer.scheduleWithFixedDelay(this::repeat, interval, interval, TimeUnit.MILLISECONDS);
  }

  private final class Link implements BrokerConnection.User {
    @Override
    public void connected(BrokerSession session) throws IOException {
      Channel channel = session.channel();
      String queue = "ur.request." + names.uuid() + (names.mac() == null ? "" : "." + names.mac());
      List<String> keys = new ArrayList<>(List.of("ur.broadcast.*.*"));
      names.addresses().forEach(name -> keys.add("ur.execute." + name + ".*"));
      listen(channel, queue, keys);
      String pings = "ur.ping." + names.uuid();
      listen(channel, pings, names.own().stream().map(name -> "ur.ping." + name).toList());
      session.consume(queue, 1, requests);
      session.consume(pings, 1, requests);
      channel.confirmSelect();
      voice.by(channel);
      up = true;
      describe();
    }

    @Override
    public void lost(String reason) {
      up = false;
      voice.lost();
    }
  }

  private static void listen(Channel channel, String queue, List<String> keys) throws IOException {
    channel.queueDeclare(queue, false, true, true, null);
    for (String key : keys) {
      channel.queueBind(queue, Voice.EXCHANGE, key);
    }
  }

  private void repeat() {
    try {
      if (up) {
        describe();
      }
    } catch (RuntimeException e) {
      log.warn("what this node is cannot be said to Ur's servers", e);
    }
  }

  private void describe() {
    byte[] id = new byte[4];
    random.nextBytes(id);
    voice.say(
        "ur.sysinfo." + names.own().getFirst() + "." + HexFormat.of().formatHex(id),
        Json.bytes(sysinfo()),
        () -> {});
  }

  private ObjectNode sysinfo() {
    return Sysinfo.of(node.seen().get(), names, node.hostname(), Kernel.bootTime());
  }

  private void received(Delivery delivery) {
    senders.check(delivery);
    String[] words = delivery.routingKey().split("\\.", -1);
    String kind = words.length > 1 ? words[1] : "";
    if (!rates.take(Senders.name(delivery))) {
      throw new UnreadableMessage(
          "more requests than one sender may (compat.ur.requests-per-minute)");
    }
    switch (kind) {
      case "execute" -> execute(words, JsonMessage.body(delivery));
      case "broadcast" -> broadcast(words);
      case "ping" -> ping(words, JsonMessage.body(delivery));
      default ->
          throw new UnreadableMessage(
              "its key is " + JsonMessage.shown(delivery.routingKey()) + ", which is nothing");
    }
  }

  private void execute(String[] words, JsonNode body) {
    String name = words.length == 4 ? names.answering(words[2]) : null;
    if (name == null) {
      throw new UnreadableMessage("it is for another node");
    }
    Request request = Request.of(name, words[3], body, folder);
    if (taken.put(name + "." + request.id(), true) != null) {
      throw new UnreadableMessage("its id was used before: " + JsonMessage.shown(request.id()));
    }
    log.info(
        "Ur's request {}: {}", request.id(), request.file() == null ? "a script" : request.file());
    runs.run(request);
  }

  private void answer(Request request, ObjectNode body, Runnable then) {
    voice.say(replyKey(request.name(), request.id()), Json.bytes(body), then);
  }

  private static String replyKey(String name, String request) {
    return "ur.execute-reply." + name + "." + request;
  }

  private void broadcast(String[] words) {
    if (words.length != 4 || !words[2].equals("sysinfo")) {
      throw new UnreadableMessage(
          "nobody is asked for " + JsonMessage.shown(words.length < 3 ? "" : words[2]));
    }
    voice.say(
        replyKey(names.own().getFirst(), Request.checkedId(words[3])),
        Json.bytes(sysinfo()),
        () -> {});
  }

  private void ping(String[] words, JsonNode body) {
    String name = words.length == 3 ? names.answering(words[2]) : null;
    JsonNode client = body.path("client_id");
    JsonNode id = body.path("id");
    if (name == null || !client.isValueNode() || !id.isValueNode()) {
      throw new UnreadableMessage("a ping without client_id or id");
    }
    ObjectNode answer = Json.MAPPER.createObjectNode();
    answer.set("req_id", id);
    answer.put("timestamp", Kernel.timestamp(node.clock().instant()));
    voice.say(
        "ur.ack" + Request.checkedId(client.asString()) + "." + name, Json.bytes(answer), () -> {});
  }

  @Override
  public void close() {
    timer.shutdownNow();
    connection.close();
    runs.close();
    voice.close();
  }
}
