package dev.ingot.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who holds what: the calls of {@code /api/v1/resources}, {@code /resource-kinds} and {@code
 * /claims}. A resource is named by its kind ({@code machines}, {@code public-addresses}, {@code
 * private-addresses} or a declared one) and its key (a hostname, an address) or id.
 *
 * <pre>{@code
 * ClaimRequest wanted = ClaimRequest.of("tony").count(2).length(Duration.ofHours(8));
 * JsonNode claim = client.resources().claim("machines", wanted.body(), "build-4711");
 * client.resources().releaseClaim(claim.path("id").asString(), "done");
 * }</pre>
 *
 * <p>Every call throws {@link ClientException} when the server refuses: status 409 when too few are
 * free, when a name is taken or when something is held; 412 when it changed since it was read; 422
 * when a field is wrong, which {@link ClientException#field()} names.
 */
public final class ResourceCalls {
  private static final String API = "/api/v1";

  private final Transport transport;

  ResourceCalls(Transport transport) {
    this.transport = transport;
  }

  /**
   * The kinds that there are.
   *
   * @return the first page, which has them all
   */
  public Page kinds() {
    return Page.of(call("GET", "/resource-kinds", null));
  }

  /**
   * The definition of a kind.
   *
   * @param kind its plural name, e.g. {@code machines}
   * @return its definition
   */
  public JsonNode kind(String kind) {
    return call("GET", "/resource-kinds/" + Transport.encoded(kind), null);
  }

  /**
   * Declares a kind: {key, form, link, schema, states, initial, claim, release}.
   *
   * @param kind its plural name, e.g. {@code machines}
   * @param definition as described
   * @return it, as it is stored
   */
  public JsonNode putKind(String kind, ObjectNode definition) {
    return call("PUT", "/resource-kinds/" + Transport.encoded(kind), definition);
  }

  /**
   * Deletes a declared kind of which there are none.
   *
   * @param kind its plural name, e.g. {@code machines}
   */
  public void deleteKind(String kind) {
    call("DELETE", "/resource-kinds/" + Transport.encoded(kind), null);
  }

  /**
   * Declares the kinds of a folder: {files: [{file, text}], dryRun}.
   *
   * @param folder as described
   * @return what became of each file
   */
  public JsonNode loadKinds(ObjectNode folder) {
    return call("POST", "/resource-kinds/load", folder);
  }

  /**
   * One page of resources.
   *
   * @param query where (a JSON filter as text), count, limit, cursor
   * @param kind its plural name, e.g. {@code machines}
   * @return the page
   */
  public Page list(String kind, Map<String, String> query) {
    return Page.of(transport.json("GET", API + all(kind), new LinkedHashMap<>(query), null));
  }

  /**
   * One resource; its {@code version} is its ETag.
   *
   * @param kind its plural name, e.g. {@code machines}
   * @param key a hostname, an address or an id
   * @return the resource
   */
  public JsonNode show(String kind, String key) {
    return call("GET", one(kind, key), null);
  }

  /**
   * Makes one (an object), or all of a list or none; the answer is it, or {items}.
   *
   * @param kind its plural name, e.g. {@code machines}
   * @param body as described
   * @return it, or {items}
   */
  public JsonNode create(String kind, JsonNode body) {
    return call("POST", all(kind), body);
  }

  /**
   * Changes fields (JSON merge patch, RFC 7396).
   *
   * @param version that it must still have; null for any
   * @param kind its plural name, e.g. {@code machines}
   * @param key a hostname, an address or an id
   * @param patch the fields that change
   * @return it, as it is now
   */
  public JsonNode change(String kind, String key, ObjectNode patch, @Nullable Long version) {
    return matching("PATCH", one(kind, key), patch, version);
  }

  /**
   * Replaces all fields; a state that is not given stays.
   *
   * @param kind its plural name, e.g. {@code machines}
   * @param key a hostname, an address or an id
   * @param body as described
   * @param version that it must still have; null for any
   * @return it, as it is now
   */
  public JsonNode replace(String kind, String key, ObjectNode body, @Nullable Long version) {
    return matching("PUT", one(kind, key), body, version);
  }

  /**
   * Deletes one that nobody has.
   *
   * @param kind its plural name, e.g. {@code machines}
   * @param key a hostname, an address or an id
   */
  public void delete(String kind, String key) {
    call("DELETE", one(kind, key), null);
  }

  /**
   * Frees one, whoever has it.
   *
   * @param reason for the history; null for none
   * @param kind its plural name, e.g. {@code machines}
   * @param key a hostname, an address or an id
   * @return it, as it is now
   */
  public JsonNode release(String kind, String key, @Nullable String reason) {
    return call("POST", one(kind, key) + "/release", reason(reason));
  }

  /**
   * What was done to one, newest first; also to one that is gone: {limit, cursor}.
   *
   * @param kind its plural name, e.g. {@code machines}
   * @param key a hostname, an address or an id
   * @param query see above; none for the first page of all
   * @return the page
   */
  public Page history(String kind, String key, Map<String, String> query) {
    String path = API + one(kind, key) + "/history";
    return Page.of(transport.json("GET", path, new LinkedHashMap<>(query), null));
  }

  /**
   * Claims, all or none: see {@link ClaimRequest}.
   *
   * @param kind its plural name, e.g. {@code machines}
   * @param request see {@link ClaimRequest#body}
   * @param requestKey makes it safe to ask again when no answer came: the same key brings the same
   *     claim; null for none
   * @return the claim, whose {@code state} is {@code held} or {@code waiting}
   */
  public JsonNode claim(String kind, ObjectNode request, @Nullable String requestKey) {
    return headed(
        "POST",
        all(kind) + "/claims",
        request,
        requestKey == null ? Map.of() : Map.of("Idempotency-Key", requestKey));
  }

  /**
   * Claims that wait or hold, newest first: {kind, owner, state, ended, limit, cursor}.
   *
   * @param query see above; none for the first page of all
   * @return the page
   */
  public Page claims(Map<String, String> query) {
    return Page.of(transport.json("GET", API + "/claims", new LinkedHashMap<>(query), null));
  }

  /**
   * One claim, which lives or has ended.
   *
   * @param id of the claim
   * @return the claim
   */
  public JsonNode showClaim(String id) {
    return call("GET", claim(id), null);
  }

  /**
   * Why a claim waits, or how it stands; {@code sentence} says it in words.
   *
   * @param id of the claim
   * @return the counts and the {@code sentence}
   */
  public JsonNode explainClaim(String id) {
    return call("GET", claim(id) + "/explain", null);
  }

  /**
   * Ends a claim; one that waits is cancelled.
   *
   * @param id of the claim
   * @param reason for the history; null for none
   * @return the claim, as it ended
   */
  public JsonNode releaseClaim(String id, @Nullable String reason) {
    return call("POST", claim(id) + "/release", reason(reason));
  }

  /**
   * Ends a claim: {reason, now}.
   *
   * @param id of the claim
   * @param body as described
   * @return the claim, as it ended
   */
  public JsonNode releaseClaim(String id, ObjectNode body) {
    return call("POST", claim(id) + "/release", body);
  }

  /**
   * Gives a claim another end: {until} or {length}.
   *
   * @param id of the claim
   * @param body as described
   * @return the claim, as it is now
   */
  public JsonNode renewClaim(String id, ObjectNode body) {
    return call("POST", claim(id) + "/renew", body);
  }

  /**
   * Networks of addresses: {limit, cursor}.
   *
   * @param query see above; none for the first page of all
   * @return the page
   */
  public Page networks(Map<String, String> query) {
    return Page.of(transport.json("GET", API + "/networks", new LinkedHashMap<>(query), null));
  }

  /**
   * One network with its pools and how much of it is free.
   *
   * @param name of the network
   * @return the network
   */
  public JsonNode network(String name) {
    return call("GET", networkPath(name), null);
  }

  /**
   * Makes or replaces a network: {prefix, kind, gateway, vlan, dns, pools, exclusions, …}.
   *
   * @param name of the network
   * @param body as described
   * @return it, as it is stored
   */
  public JsonNode putNetwork(String name, ObjectNode body) {
    return call("PUT", networkPath(name), body);
  }

  /**
   * Deletes a network of which nobody has an address.
   *
   * @param name of the network
   */
  public void deleteNetwork(String name) {
    call("DELETE", networkPath(name), null);
  }

  /**
   * Addresses of a network that are seen in use: {limit, cursor}.
   *
   * @param name of the network
   * @param query see above; none for the first page of all
   * @return the page
   */
  public Page conflicts(String name, Map<String, String> query) {
    String path = API + networkPath(name) + "/conflicts";
    return Page.of(transport.json("GET", path, new LinkedHashMap<>(query), null));
  }

  /**
   * The held addresses of a machine: {mac} or {hostname}.
   *
   * @param query see above; none for the first page of all
   * @return the page
   */
  public Page reservations(Map<String, String> query) {
    return Page.of(transport.json("GET", API + "/reservations", new LinkedHashMap<>(query), null));
  }

  private static String networkPath(String name) {
    return "/networks/" + Transport.encoded(name);
  }

  private static ObjectNode reason(@Nullable String reason) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    return reason == null ? body : body.put("reason", reason);
  }

  private static String all(String kind) {
    return "/resources/" + Transport.encoded(kind);
  }

  private static String one(String kind, String key) {
    return all(kind) + "/" + Transport.encoded(key);
  }

  private static String claim(String id) {
    return "/claims/" + Transport.encoded(id);
  }

  private JsonNode call(String method, String path, @Nullable JsonNode body) {
    return transport.json(method, API + path, Map.of(), body);
  }

  private JsonNode matching(String method, String path, ObjectNode body, @Nullable Long version) {
    return headed(
        method, path, body, version == null ? Map.of() : Map.of("If-Match", "\"" + version + "\""));
  }

  private JsonNode headed(
      String method, String path, ObjectNode body, Map<String, String> headers) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("Content-Type", "application/json");
    byte[] bytes = Transport.MAPPER.writeValueAsBytes(body);
    try (InputStream in =
        transport.stream(method, API + path, Map.of(), all, BodyPublishers.ofByteArray(bytes))
            .body()) {
      return Transport.MAPPER.readTree(in);
    } catch (IOException e) {
      throw ClientException.unreachable("the connection broke: " + e.getMessage(), e);
    }
  }
}
