package dev.ingot.client;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The calls of {@code /api/v1/boot} and {@code /api/v1/nodes/{id}/boot}. */
public final class BootCalls {
  private static final String BOOT = "/api/v1/boot";
  private static final String PROFILES = BOOT + "/profiles";

  private final Transport transport;

  BootCalls(Transport transport) {
    this.transport = transport;
  }

  /** The networks that the server answers machines on. */
  public Page networks() {
    return Page.of(call("GET", BOOT + "/networks", null));
  }

  /**
   * Has the server answer machines on one more network: {@code networkInterface}, {@code insecure}.
   */
  public JsonNode openNetwork(String name, ObjectNode body) {
    return call("PUT", BOOT + "/networks/" + Transport.encoded(name), body);
  }

  /** Boots nothing on a network any more. */
  public void closeNetwork(String name) {
    call("DELETE", BOOT + "/networks/" + Transport.encoded(name), null);
  }

  /** Boot profiles, shipped ones and others. */
  public Page profiles() {
    return Page.of(call("GET", PROFILES, null));
  }

  /** One boot profile. */
  public JsonNode profile(String name) {
    return call("GET", profilePath(name), null);
  }

  /** Stores a boot profile. */
  public JsonNode putProfile(String name, ObjectNode definition) {
    return call("PUT", profilePath(name), definition);
  }

  /** Deletes a boot profile. */
  public void deleteProfile(String name) {
    call("DELETE", profilePath(name), null);
  }

  /** The profile that somebody gave a node. */
  public JsonNode assignment(String node) {
    return call("GET", assignmentPath(node), null);
  }

  /** Gives a node a profile: {@code profile} and {@code once}. */
  public JsonNode assign(String node, ObjectNode body) {
    return call("PUT", assignmentPath(node), body);
  }

  /** Takes the profile off a node. */
  public void release(String node) {
    call("DELETE", assignmentPath(node), null);
  }

  /** What a machine would get now: {@code key}, {@code architecture}, {@code network}. */
  public JsonNode explain(Map<String, String> query) {
    return transport.json("GET", BOOT + "/explain", new LinkedHashMap<>(query), null);
  }

  /** The evidence of a machine's boots, by attempt. */
  public JsonNode history(String key) {
    return transport.json("GET", BOOT + "/history", new LinkedHashMap<>(Map.of("key", key)), null);
  }

  /** Addresses that were given: {@code network}, {@code mac}, {@code state}, {@code limit}. */
  public Page leases(Map<String, String> query) {
    return Page.of(transport.json("GET", BOOT + "/leases", new LinkedHashMap<>(query), null));
  }

  /** Ends a lease, or frees an address that was found in use. */
  public void endLease(String address) {
    call("DELETE", BOOT + "/leases/" + Transport.encoded(address), null);
  }

  private static String profilePath(String name) {
    return PROFILES + "/" + Transport.encoded(name);
  }

  private static String assignmentPath(String node) {
    return "/api/v1/nodes/" + Transport.encoded(node) + "/boot";
  }

  private JsonNode call(String method, String path, @Nullable JsonNode body) {
    return transport.json(method, path, Map.of(), body);
  }
}
