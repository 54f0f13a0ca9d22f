package dev.ingot.server.ur;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.core.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Somebody else at the broker, written with python3-pika: hears what it bound, and speaks. */
final class UrPeer implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(40);

  /** A head node: says what stands in its input, a message a line, and prints what it hears. */
  private static final String HEAD_NODE =
      """
      import json, sys, threading, pika
      c = pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
      ch = c.channel()
      q = ch.queue_declare("", exclusive=True).method.queue
      for key in sys.argv[2:]:
          ch.queue_bind(q, "amq.topic", key)
      def heard(ch, m, p, b):
          print(json.dumps({"key": m.routing_key, "type": p.content_type, "body": json.loads(b)}), flush=True)
      def say(line):
          m = json.loads(line)
          p = pika.BasicProperties(content_type=m.get("type"), user_id=m.get("user"))
          for _ in range(m.get("copies", 1)):
              ch.basic_publish("amq.topic", m["key"], m["body"] * m.get("times", 1), p)
      def read():
          for line in sys.stdin:
              c.add_callback_threadsafe(lambda line=line: say(line))
          c.add_callback_threadsafe(ch.stop_consuming)
      ch.basic_consume(q, heard, auto_ack=True)
      threading.Thread(target=read, daemon=True).start()
      print('"ready"', flush=True)
      ch.start_consuming()
      """;

  private final Process process;
  private final Writer input;
  private final BlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
  private final List<String> said = new ArrayList<>();

  private UrPeer(Path folder, String script, List<String> arguments)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile(folder, "peer", ".py");
    Files.writeString(file, script);
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3", file.toString()));
    command.addAll(arguments);
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    input = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().start(this::listen);
    JsonNode first = heard.poll(SOON.toSeconds(), TimeUnit.SECONDS);
    if (first == null) {
      throw new AssertionError("the peer does not begin: " + said);
    }
  }

  static void hasPika() {
    assumeTrue(
        Files.isDirectory(Path.of("/usr/lib/python3/dist-packages/pika")),
        "python3-pika is not installed");
  }

  static UrPeer headNode(Path folder, String url, String... keys) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(url));
    arguments.addAll(List.of(keys));
    return new UrPeer(folder, HEAD_NODE, arguments);
  }

  static UrPeer of(Path folder, String script, String... arguments) throws Exception {
    return new UrPeer(folder, script, List.of(arguments));
  }

  private void listen() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("{") || line.startsWith("\"")) {
          heard.add(Json.read(line));
        } else {
          said.add(line);
        }
      }
    } catch (IOException e) {
      said.add(e.toString());
    }
  }

  void say(String key, Object body) {
    say(key, body, Map.of("type", "application/json"));
  }

  void say(String key, Object body, Map<String, Object> more) {
    Map<String, Object> message = new TreeMap<>(more);
    message.put("key", key);
    message.put("body", body instanceof String text ? text : Json.write(body));
    tell(Json.write(message));
  }

  void tell(String line) {
    try {
      input.write(line + "\n");
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the peer is gone: " + said, e);
    }
  }

  /** The next message with such a key; those before it are passed over. */
  JsonNode next(String keyPattern) throws InterruptedException {
    return next(message -> message.path("key").asString("").matches(keyPattern));
  }

  JsonNode next(Predicate<JsonNode> wanted) throws InterruptedException {
    List<JsonNode> others = new ArrayList<>();
    long end = System.nanoTime() + SOON.toNanos();
    while (true) {
      JsonNode message = heard.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (message == null) {
        throw new AssertionError("not heard; heard " + others + ", said " + said);
      }
      if (wanted.test(message)) {
        return message;
      }
      others.add(message);
    }
  }

  /** What was heard and not asked for. */
  List<JsonNode> others() {
    List<JsonNode> others = new ArrayList<>();
    heard.drainTo(others);
    return others;
  }

  @Nullable JsonNode poll() {
    return heard.poll();
  }

  /** As kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    try {
      input.close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (IOException e) {
      said.add(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
