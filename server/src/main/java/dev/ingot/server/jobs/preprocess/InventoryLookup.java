package dev.ingot.server.jobs.preprocess;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * {@code inventory_lookup}: asks an HTTP source of the operator's about each node ({@code
 * INGOT_LOOKUP_URL}, in which <code>{id}</code> and <code>{hostname}</code> stand for the node's)
 * and renders {@code template} with the answer, a JSON object, as {@code asset}. Only the server's
 * own environment says where the source is: whoever makes a job cannot send it elsewhere. A token
 * in the file {@code INGOT_LOOKUP_TOKEN_FILE} goes along as bearer.
 */
public final class InventoryLookup implements JobPreprocessor {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Duration ALL_WITHIN = Duration.ofSeconds(15);
  private static final int AT_ONCE = 16;
  private static final int MOST_ANSWER = 1 << 20;

  private final Map<String, String> environment;
  private @Nullable HttpClient client;

  public InventoryLookup() {
    this(System.getenv());
  }

  InventoryLookup(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public String name() {
    return "inventory_lookup";
  }

  @Override
  public Map<String, Rendered> render(Request request) {
    String source = environment.getOrDefault("INGOT_LOOKUP_URL", "");
    if (!source.matches("https?://.+")) {
      throw Problem.invalid(
          "preprocessor", "inventory_lookup has no source: the server's INGOT_LOOKUP_URL names it");
    }
    Instruction instruction = Instruction.read(request.instruction(), Set.of("template"));
    ArgumentTemplate template = new ArgumentTemplate(instruction.template());
    List<Callable<Rendered>> questions = new ArrayList<>();
    request.nodes().forEach(node -> questions.add(() -> render(node, source, template)));
    Map<String, Rendered> rendered = new LinkedHashMap<>();
    List<Future<Rendered>> answers = ask(questions);
    for (int at = 0; at < answers.size(); at++) {
      rendered.put(request.nodes().get(at).id(), answer(answers.get(at), questions.size()));
    }
    return rendered;
  }

  /** All within the one time: whoever makes the job waits for it. */
  private static List<Future<Rendered>> ask(List<Callable<Rendered>> questions) {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("lookup-", 0).factory())) {
      try {
        return threads.invokeAll(questions, ALL_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable("inventory_lookup: the server stops", null);
    }
  }

  private static Rendered answer(Future<Rendered> answer, int asked) {
    return switch (answer.state()) {
      case SUCCESS -> answer.resultNow();
      case FAILED -> throw new IllegalStateException("inventory_lookup", answer.exceptionNow());
      case CANCELLED, RUNNING ->
          throw Problem.unavailable(
              "inventory_lookup: the source did not answer for %d nodes within %d s"
                  .formatted(asked, ALL_WITHIN.toSeconds()),
              null);
    };
  }

  private Rendered render(Node node, String source, ArgumentTemplate template) {
    String url =
        source
            .replace("{id}", encoded(node.id()))
            .replace("{hostname}", encoded(node.attributes().path("hostname").asString("")));
    JsonNode asset;
    try {
      asset = ask(url);
    } catch (IOException | JacksonException | IllegalArgumentException e) {
      return new Rendered.Failure("inventory_lookup: " + url + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Rendered.Failure("inventory_lookup: the server stops");
    }
    if (!asset.isObject()) {
      return new Rendered.Failure("inventory_lookup: " + url + " answered no JSON object");
    }
    Map<String, Object> scope = ArgumentTemplate.scope(node);
    scope.put("asset", java.util.Objects.requireNonNull(ArgumentTemplate.plain(asset)));
    return template.render(scope, null);
  }

  private JsonNode ask(String url) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(WITHIN)
            .header("Accept", "application/json");
    String tokenFile = environment.get("INGOT_LOOKUP_TOKEN_FILE");
    if (tokenFile != null) {
      request.header("Authorization", "Bearer " + Files.readString(Path.of(tokenFile)).strip());
    }
    HttpResponse<InputStream> answer =
        client().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      if (answer.statusCode() != 200) {
        throw new IOException("the source answered " + answer.statusCode());
      }
      byte[] bytes = body.readNBytes(MOST_ANSWER + 1);
      if (bytes.length > MOST_ANSWER) {
        throw new IOException("the source answered more than " + MOST_ANSWER + " bytes");
      }
      return Json.read(bytes);
    }
  }

  private synchronized HttpClient client() {
    if (client == null) {
      client = HttpClient.newBuilder().connectTimeout(WITHIN).build();
    }
    return client;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
