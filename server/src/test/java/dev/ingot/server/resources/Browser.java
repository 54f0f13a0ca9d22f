package dev.ingot.server.resources;

import dev.ingot.core.Json;
import dev.ingot.testkit.TestFolders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A headless Chromium with one page, driven by the DevTools protocol over its WebSocket. */
final class Browser implements AutoCloseable {
  static final List<String> PLACES = List.of("/usr/bin/chromium", "/usr/bin/chromium-browser");

  private final Path folder;
  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final String session;

  static boolean isThere() {
    return PLACES.stream().anyMatch(each -> Files.isExecutable(Path.of(each)));
  }

  Browser(URI page) throws Exception {
    folder = TestFolders.fresh("browser");
    String program =
        PLACES.stream().filter(each -> Files.isExecutable(Path.of(each))).findFirst().orElseThrow();
    process =
        new ProcessBuilder(
                program,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder,
                "about:blank")
            .redirectErrorStream(true)
            .start();
    socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(address()), new Listener())
            .get(30, TimeUnit.SECONDS);
    ObjectNode target = Json.MAPPER.createObjectNode().put("url", page.toString());
    String id = call("Target.createTarget", target, null).path("targetId").asString();
    ObjectNode attach = Json.MAPPER.createObjectNode().put("targetId", id).put("flatten", true);
    session = call("Target.attachToTarget", attach, null).path("sessionId").asString();
  }

  private String address() throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      int at = line.indexOf("ws://");
      if (at >= 0) {
        Thread.ofVirtual().start(() -> drain(lines));
        return line.substring(at).strip();
      }
    }
    throw new IOException("the browser did not start");
  }

  private static void drain(BufferedReader lines) {
    try {
      String line = lines.readLine();
      while (line != null) {
        line = lines.readLine();
      }
    } catch (IOException e) {
      return; // it ends
    }
  }

  private JsonNode call(String method, JsonNode parameters, String inSession) throws Exception {
    int id = ids.incrementAndGet();
    ObjectNode message = Json.MAPPER.createObjectNode().put("id", id).put("method", method);
    message.set("params", parameters);
    if (inSession != null) {
      message.put("sessionId", inSession);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    socket.sendText(Json.write(message), true).get(30, TimeUnit.SECONDS);
    JsonNode said = answer.get(60, TimeUnit.SECONDS);
    if (said.has("error")) {
      throw new IOException(method + ": " + said.path("error"));
    }
    return said.path("result");
  }

  /** What an expression is in the page. */
  JsonNode evaluate(String expression) {
    try {
      ObjectNode asked = Json.MAPPER.createObjectNode().put("expression", expression);
      asked.put("returnByValue", true).put("awaitPromise", true).put("userGesture", true);
      return call("Runtime.evaluate", asked, session).path("result").path("value");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until an expression is true in the page. */
  void await(String expression) {
    Awaitility.await(expression)
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> evaluate(expression).asBoolean(false));
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        JsonNode message = Json.read(text.toString());
        text.setLength(0);
        CompletableFuture<JsonNode> answer = waiting.remove(message.path("id").asInt(0));
        if (answer != null) {
          answer.complete(message);
        }
      }
      from.request(1);
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    http.shutdownNow();
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
    children.forEach(child -> child.onExit().orTimeout(10, TimeUnit.SECONDS).join());
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
