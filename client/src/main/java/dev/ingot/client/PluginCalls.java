package dev.ingot.client;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The calls of {@code /api/v1/plugins} and {@code /api/v1/nodes/{id}/plugins}. */
public final class PluginCalls {
  private final Transport transport;

  PluginCalls(Transport transport) {
    this.transport = transport;
  }

  /** What nodes run by name; {@code on}. */
  public JsonNode list(Map<String, String> query) {
    return transport.json("GET", "/api/v1/plugins", new LinkedHashMap<>(query), null);
  }

  /** The last result of each plugin of a node. */
  public Page results(String node) {
    return Page.of(transport.json("GET", of(node), Map.of(), null));
  }

  /** The last result of one plugin on one node. */
  public JsonNode result(String node, String name) {
    return transport.json("GET", of(node) + "/" + Transport.encoded(name), Map.of(), null);
  }

  /** The last run first. */
  public Page history(String node, String name, Map<String, String> query) {
    return Page.of(
        transport.json(
            "GET",
            of(node) + "/" + Transport.encoded(name) + "/history",
            new LinkedHashMap<>(query),
            null));
  }

  private static String of(String node) {
    return "/api/v1/nodes/" + Transport.encoded(node) + "/plugins";
  }
}
