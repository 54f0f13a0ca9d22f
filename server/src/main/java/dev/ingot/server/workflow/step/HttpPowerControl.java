package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Power by a small HTTP service: {@code GET|PUT /nodes/ID/power} {on} and {@code PUT
 * /nodes/ID/boot} {device, once}.
 */
public final class HttpPowerControl implements PowerControl {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private final HttpClient client;
  private final @Nullable String service;

  /**
   * @param service null where there is none: then every call says so
   */
  public HttpPowerControl(HttpClient client, @Nullable String service) {
    this.client = client;
    this.service = service;
  }

  @Override
  public boolean isOn(String node) throws InterruptedException {
    return ask("GET", node, "power", null).path("on").asBoolean(false);
  }

  @Override
  public void set(String node, boolean on) throws InterruptedException {
    ask("PUT", node, "power", Json.MAPPER.createObjectNode().put("on", on));
  }

  @Override
  public void bootFrom(String node, String device, boolean once) throws InterruptedException {
    ask(
        "PUT",
        node,
        "boot",
        Json.MAPPER.createObjectNode().put("device", device).put("once", once));
  }

  private JsonNode ask(String method, String node, String what, @Nullable JsonNode body)
      throws InterruptedException {
    if (service == null) {
      throw new PowerException(
          what + " of node " + node + ": this server has no power control (workflow.power-url)");
    }
    String base = service;
    String path = "/nodes/" + URLEncoder.encode(node, StandardCharsets.UTF_8) + "/" + what;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base.replaceFirst("/$", "") + path))
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(Json.write(body)))
            .build();
    try {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new PowerException(
            what + " of node " + node + ": " + service + " answered " + answer.statusCode());
      }
      return answer.body().isEmpty() ? Json.MAPPER.createObjectNode() : Json.read(answer.body());
    } catch (IOException | JacksonException e) {
      throw new PowerException(what + " of node " + node + ": " + service + ": " + e.getMessage());
    }
  }
}
