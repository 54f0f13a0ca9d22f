package dev.ingot.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is claimed, for {@link ResourceCalls#claim}: each method adds to it and returns it. Without
 * more than an owner it is one of the kind, at once or not at all, and without end.
 */
public final class ClaimRequest {
  private final ObjectNode body = JsonNodeFactory.instance.objectNode();

  private ClaimRequest() {}

  /**
   * For whom.
   *
   * @param owner whose it is to be
   * @return a request to add to
   */
  public static ClaimRequest of(String owner) {
    ClaimRequest request = new ClaimRequest();
    request.body.put("owner", owner);
    return request;
  }

  /**
   * Why, for people.
   *
   * @param reason shown with the claim
   * @return this
   */
  public ClaimRequest reason(String reason) {
    body.put("reason", reason);
    return this;
  }

  /**
   * How many, all or none.
   *
   * @param count from 1 to 4096
   * @return this
   */
  public ClaimRequest count(int count) {
    body.put("count", count);
    return this;
  }

  /**
   * A filter in the inventory's language, e.g. {@code {"node.location.rack": {"$ne": "7"}}}.
   *
   * @param filter over the resource, and for machines over their node's inventory
   * @return this
   */
  public ClaimRequest where(JsonNode filter) {
    body.set("where", filter);
    return this;
  }

  /**
   * Exactly these.
   *
   * @param keys hostnames or addresses
   * @return this
   */
  public ClaimRequest keys(List<String> keys) {
    ArrayNode named = body.putArray("keys");
    keys.forEach(named::add);
    return this;
  }

  /**
   * Addresses out of the pools of a network.
   *
   * @param network its name
   * @return this
   */
  public ClaimRequest network(String network) {
    body.put("network", network);
    return this;
  }

  /**
   * Addresses out of one pool.
   *
   * @param pool its name
   * @return this
   */
  public ClaimRequest pool(String pool) {
    body.put("pool", pool);
    return this;
  }

  /**
   * All addresses of one free block of a network or pool.
   *
   * @param prefixLength e.g. 28 for sixteen IPv4 addresses
   * @return this
   */
  public ClaimRequest prefixLength(int prefixLength) {
    body.put("prefixLength", prefixLength);
    return this;
  }

  /**
   * It ends then.
   *
   * @param end in the future
   * @return this
   */
  public ClaimRequest until(Instant end) {
    body.put("until", end.toString());
    return this;
  }

  /**
   * It ends so long after it began to hold.
   *
   * @param length in whole seconds
   * @return this
   */
  public ClaimRequest length(Duration length) {
    body.put("length", length.toSeconds() + "s");
    return this;
  }

  /**
   * It may wait so long until enough are free.
   *
   * @param patience in whole seconds
   * @return this
   */
  public ClaimRequest waitFor(Duration patience) {
    body.put("waitFor", patience.toSeconds() + "s");
    return this;
  }

  /**
   * As it is sent.
   *
   * @return the JSON object
   */
  public ObjectNode body() {
    return body.deepCopy();
  }
}
