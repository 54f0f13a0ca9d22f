package dev.ingot.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Workflows over many nodes, and what begins by itself: {@code /fleets} and {@code /triggers}. */
public final class FleetCalls {
  private static final String FLEETS = "/api/v1/fleets";
  private static final String TRIGGERS = "/api/v1/triggers";

  private final Transport transport;

  FleetCalls(Transport transport) {
    this.transport = transport;
  }

  /**
   * Runs a workflow over a target: {workflow, version, on, inputs, options, canary, wave,
   * haltPercent, pause, atOnce, dryRun}.
   *
   * @param key the same key makes one fleet run
   */
  public JsonNode start(ObjectNode wanted, String key) {
    Map<String, String> headers =
        Map.of("Content-Type", "application/json", "Idempotency-Key", key);
    byte[] bytes = Transport.MAPPER.writeValueAsBytes(wanted);
    try (InputStream in =
        transport.stream("POST", FLEETS, Map.of(), headers, BodyPublishers.ofByteArray(bytes))
            .body()) {
      return Transport.MAPPER.readTree(in);
    } catch (IOException e) {
      throw ClientException.unreachable("the connection broke: " + e.getMessage(), e);
    }
  }

  /** What the same would run where: {version, nodes, waves, leftOut}. */
  public JsonNode plan(ObjectNode wanted) {
    return call("POST", "/api/v1/fleet-plans", wanted);
  }

  /** The newest first: {workflow, limit, cursor}. */
  public Page list(Map<String, String> query) {
    return page(FLEETS, query);
  }

  public JsonNode show(String id) {
    return call("GET", one(id), null);
  }

  /** Its nodes in their order: {status, limit, cursor}. */
  public Page nodes(String id, Map<String, String> query) {
    return page(one(id) + "/nodes", query);
  }

  /** {@code pause}, {@code resume} or {@code cancel}. */
  public JsonNode act(String id, String verb, ObjectNode body) {
    return call("POST", one(id) + "/" + verb, body);
  }

  /** Triggers by name: {limit, cursor}. */
  public Page triggers(Map<String, String> query) {
    return page(TRIGGERS, query);
  }

  public JsonNode trigger(String name) {
    return call("GET", oneTrigger(name), null);
  }

  /** Stores one: {workflow, inputs, schedule | event | nodes, on, fleet, limit, …}. */
  public JsonNode putTrigger(String name, ObjectNode definition) {
    return call("PUT", oneTrigger(name), definition);
  }

  public void removeTrigger(String name) {
    call("DELETE", oneTrigger(name), null);
  }

  /** Lets one stand still. */
  public JsonNode pauseTrigger(String name) {
    return call("POST", oneTrigger(name) + "/pause", null);
  }

  /** Lets one go on; what happened meanwhile is nothing to it. */
  public JsonNode resumeTrigger(String name) {
    return call("POST", oneTrigger(name) + "/resume", null);
  }

  /** What one did, or why it did not, the newest first. */
  public Page shots(String name, Map<String, String> query) {
    return page(oneTrigger(name) + "/shots", query);
  }

  private static String one(String id) {
    return FLEETS + "/" + Transport.encoded(id);
  }

  private static String oneTrigger(String name) {
    return TRIGGERS + "/" + Transport.encoded(name);
  }

  private Page page(String path, Map<String, String> query) {
    return Page.of(transport.json("GET", path, new LinkedHashMap<>(query), null));
  }

  private JsonNode call(String method, String path, @Nullable JsonNode body) {
    return transport.json(method, path, Map.of(), body);
  }
}
