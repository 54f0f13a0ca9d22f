package dev.ingot.client;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The calls of {@code /api/v1/webhooks}. */
public final class WebhookCalls {
  private static final String ALL = "/api/v1/webhooks";

  private final Transport transport;

  WebhookCalls(Transport transport) {
    this.transport = transport;
  }

  /** Webhooks: {limit, cursor}. */
  public Page list(Map<String, String> query) {
    return Page.of(transport.json("GET", ALL, new LinkedHashMap<>(query), null));
  }

  /** One webhook with how it fares. */
  public JsonNode show(String name) {
    return call("GET", one(name), null);
  }

  /** Adds one; when its secret was made by the server, this is the only time it is shown. */
  public JsonNode add(ObjectNode body) {
    return call("POST", ALL, body);
  }

  /** Changes what is said of one. */
  public JsonNode change(String name, ObjectNode body) {
    return call("PATCH", one(name), body);
  }

  /** Removes one, with what it has not delivered. */
  public void remove(String name) {
    call("DELETE", one(name), null);
  }

  /** Posts a made-up event once and says what came of it. */
  public JsonNode test(String name) {
    return call("POST", one(name) + "/test", null);
  }

  /** What was posted, what waits or what was given up: {@code state}. */
  public Page deliveries(String name, Map<String, String> query) {
    return Page.of(
        transport.json("GET", one(name) + "/deliveries", new LinkedHashMap<>(query), null));
  }

  /** Has events posted again: {@code events}, {@code all} or {@code after}. */
  public JsonNode replay(String name, ObjectNode body) {
    return call("POST", one(name) + "/replay", body);
  }

  private static String one(String name) {
    return ALL + "/" + Transport.encoded(name);
  }

  private JsonNode call(String method, String path, @Nullable JsonNode body) {
    return transport.json(method, path, Map.of(), body);
  }
}
