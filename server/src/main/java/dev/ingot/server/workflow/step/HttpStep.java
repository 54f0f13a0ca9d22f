package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.http.Reach;
import dev.ingot.server.workflow.machine.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks an HTTP server. After a server's death a request that changes nothing there is sent again;
 * another is, with the same Idempotency-Key, only where the definition says that it may.
 */
final class HttpStep implements StepType {
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "PUT", "DELETE");
  private static final Set<String> OURS =
      Set.of("host", "content-length", "connection", "expect", "upgrade", "idempotency-key");
  private static final int LARGEST = 128 << 10;

  private final HttpClient client;
  private final Reach allowed;

  /**
   * @param allowed how near the addresses may be that it asks
   */
  HttpStep(HttpClient client, Reach allowed) {
    this.client = client;
    this.allowed = allowed;
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public String summary() {
    return "Sends an HTTP request with an Idempotency-Key; its result are status and body.";
  }

  @Override
  public JsonNode options() {
    return Schemas.object(
        "url",
        "'url': {'type': 'string', 'maxLength': 4000}, 'method': {'enum': ['GET', 'HEAD', 'POST',"
            + " 'PUT', 'PATCH', 'DELETE']}, 'headers': {'type': 'object', 'additionalProperties':"
            + " {'type': 'string'}}, 'body': {}, 'expect': {'type': 'array', 'items': {'type':"
            + " 'integer'}}, 'repeatable': {'type': 'boolean', 'description': 'Whether it may be"
            + " sent twice: the other side heeds Idempotency-Key'}");
  }

  @Override
  public Progress begin(Beginning step) {
    String url = step.text("url", "");
    try {
      URI uri = URI.create(url);
      if (!("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          || uri.getHost() == null) {
        return new Progress.Failed("url: " + url + " is no http or https address", null);
      }
    } catch (IllegalArgumentException e) {
      return new Progress.Failed("url: " + e.getMessage(), null);
    }
    return new Progress.Acting(step.text("method", "GET") + " " + url, step.options());
  }

  @Override
  public Progress act(Act step) throws InterruptedException {
    JsonNode asked = step.memory();
    String method = asked.path("method").asString("GET");
    if (step.again() && !SAFE.contains(method) && !asked.path("repeatable").asBoolean(false)) {
      return new Progress.Failed(
          "a server died while it sent this request, so that it is not known whether it arrived;"
              + " it may not be sent twice (repeatable)",
          null);
    }
    String forbidden = forbidden(URI.create(asked.path("url").asString()));
    if (forbidden != null) {
      return new Progress.Failed(forbidden, null);
    }
    JsonNode body = asked.path("body");
    HttpRequest.Builder request;
    try {
      request = request(step, asked, method, body);
    } catch (IllegalArgumentException e) {
      return new Progress.Failed("headers: " + e.getMessage(), null);
    }
    try {
      HttpResponse<InputStream> answer = client.send(request.build(), BodyHandlers.ofInputStream());
      try (InputStream in = answer.body()) {
        return progress(asked, answer.statusCode(), in.readNBytes(LARGEST + 1));
      }
    } catch (IOException e) {
      return new Progress.Failed(
          method
              + " "
              + asked.path("url").asString()
              + ": "
              + e.getClass().getSimpleName()
              + (e.getMessage() == null ? "" : ": " + e.getMessage()),
          null);
    }
  }

  /**
   * Why it may not ask there: what whoever writes a workflow could not reach himself. Looked at
   * just before the connection, which then sees the resolver's same answer; null when it may.
   */
  private @Nullable String forbidden(URI url) {
    if (allowed == Reach.ANY) {
      return null;
    }
    String host = url.getHost();
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try {
      for (InetAddress address : InetAddress.getAllByName(bare)) {
        if (Reach.of(address).compareTo(allowed) > 0) {
          return "url: %s is %s, which workflow.targets (%s) does not allow"
              .formatted(host, address.getHostAddress(), allowed.name().toLowerCase(Locale.ROOT));
        }
      }
      return null;
    } catch (UnknownHostException e) {
      return "url: nobody knows the host " + host;
    }
  }

  private static HttpRequest.Builder request(
      Act step, JsonNode asked, String method, JsonNode body) {
    Duration most = Duration.ofMinutes(5);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(asked.path("url").asString()))
            .timeout(step.timeout().compareTo(most) < 0 ? step.timeout() : most)
            .method(
                method,
                body.isMissingNode()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(
                        body.isString() ? body.stringValue() : Json.write(body)))
            .setHeader("Idempotency-Key", step.key());
    if (!body.isMissingNode()) {
      request.setHeader("Content-Type", body.isString() ? "text/plain" : "application/json");
    }
    asked
        .path("headers")
        .forEachEntry(
            (name, value) -> {
              if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(name + " is not for you to set");
              }
              request.setHeader(name, value.asString());
            });
    return request;
  }

  private static Progress progress(JsonNode asked, int status, byte[] bytes) {
    ObjectNode result = Json.MAPPER.createObjectNode().put("status", status);
    if (bytes.length > LARGEST) {
      return new Progress.Failed("the answer is larger than " + (LARGEST >> 10) + " kB", result);
    }
    result.set("body", read(bytes));
    List<Integer> expected = asked.path("expect").valueStream().map(JsonNode::asInt).toList();
    boolean right = expected.isEmpty() ? status >= 200 && status < 300 : expected.contains(status);
    return right
        ? new Progress.Succeeded(result)
        : new Progress.Failed("answered " + status, result);
  }

  private static JsonNode read(byte[] bytes) {
    try {
      return Json.read(bytes);
    } catch (JacksonException e) {
      return Json.MAPPER
          .getNodeFactory()
          .stringNode(new String(bytes, StandardCharsets.UTF_8)); // no JSON: as it is
    }
  }
}
