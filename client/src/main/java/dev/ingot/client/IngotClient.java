package dev.ingot.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The REST API as Java calls; docs/openapi says what the answers hold. Every call throws {@link
 * ClientException} when the server says no or does not answer. Safe for use by many threads.
 */
public final class IngotClient implements AutoCloseable {
  private static final String API = "/api/v1";

  private final Transport transport;

  /** Speaks to the server of the settings; nothing is asked before the first call. */
  public IngotClient(ClientSettings settings) {
    this.transport = new Transport(settings);
  }

  /** Whether the server is ready, and what is not. */
  public JsonNode ready() {
    return transport.json("GET", "/health/ready", Map.of(), null);
  }

  /** Ready as a plain answer: false while it is not, or nobody answers. */
  public boolean isReady() {
    try {
      ready();
      return true;
    } catch (ClientException e) {
      return false;
    }
  }

  /** One page of nodes with their summaries. */
  public Page nodes(Map<String, String> query) {
    return list("/nodes", query);
  }

  /** A node by id (or by what the server takes for one). */
  public JsonNode node(String id) {
    return get("/nodes/" + Transport.encoded(id));
  }

  /** The node's inventory document. */
  public JsonNode inventory(String id) {
    return get("/nodes/" + Transport.encoded(id) + "/inventory");
  }

  /** Writing to the inventory. */
  public ImportClient imports() {
    return new ImportClient(transport);
  }

  /**
   * The node's inventory document as it stood at a time, without counters and readings.
   *
   * @param time ISO 8601 with its zone, a date, or how long ago
   */
  public JsonNode inventoryAsOf(String id, String time) {
    String path = API + "/nodes/" + Transport.encoded(id) + "/inventory";
    return transport.json("GET", path, Map.of("as-of", time), null);
  }

  /** What changed in the node's inventory: {since, until, path, change}. */
  public Page history(String id, Map<String, String> query) {
    return list("/nodes/" + Transport.encoded(id) + "/history", query);
  }

  /** What differs between two times of a node, or two nodes: {from, to, with}. */
  public JsonNode diff(String id, Map<String, String> query) {
    String path = API + "/nodes/" + Transport.encoded(id) + "/diff";
    return transport.json("GET", path, query, null);
  }

  /** Parts by serial number, where they are and were: {serial, kind, node, duplicate}. */
  public Page parts(Map<String, String> query) {
    return list("/parts", query);
  }

  /** Runs a query over the inventory: {query, projection, sort, limit, cursor, count}. */
  public JsonNode query(ObjectNode query) {
    return transport.json("POST", API + "/inventory/query", Map.of(), query);
  }

  /** Views: {limit, cursor}. */
  public Page views(Map<String, String> query) {
    return list("/views", query);
  }

  /** One view. */
  public JsonNode view(String name) {
    return get("/views/" + Transport.encoded(name));
  }

  /** Stores a view. */
  public JsonNode putView(String name, ObjectNode definition) {
    return transport.json("PUT", API + "/views/" + Transport.encoded(name), Map.of(), definition);
  }

  /** Deletes a view. */
  public void deleteView(String name) {
    transport.json("DELETE", API + "/views/" + Transport.encoded(name), Map.of(), null);
  }

  /** Stores the views of a folder: {files: [{file, text}], dryRun}. */
  public JsonNode loadViews(ObjectNode folder) {
    return transport.json("POST", API + "/views/load", Map.of(), folder);
  }

  /** A page of what a view shows: {parameters, limit, cursor, count}. */
  public JsonNode runView(String name, ObjectNode asked) {
    String path = API + "/views/" + Transport.encoded(name) + "/run";
    return transport.json("POST", path, Map.of(), asked);
  }

  /** What a pipeline makes of the inventory: {pipeline}; the answer has items. */
  public JsonNode aggregate(ObjectNode body) {
    return transport.json("POST", API + "/inventory/aggregate", Map.of(), body);
  }

  /** The declared paths of the inventory. */
  public Page indexes(Map<String, String> query) {
    return list("/inventory/indexes", query);
  }

  /** Declares a path: {path, kind}. */
  public JsonNode addIndex(ObjectNode body) {
    return transport.json("POST", API + "/inventory/indexes", Map.of(), body);
  }

  /**
   * Gives a declared path up.
   *
   * @param query kind
   */
  public void removeIndex(String path, Map<String, String> query) {
    String index = API + "/inventory/indexes/" + Transport.encoded(path);
    transport.json("DELETE", index, query, null);
  }

  /** The different values at a path: {path, filter}; the answer has values. */
  public JsonNode distinct(ObjectNode body) {
    return transport.json("POST", API + "/inventory/distinct", Map.of(), body);
  }

  /** Class rules in the order in which they are tried. */
  public Page classes() {
    return list("/classes", Map.of());
  }

  /** One class of machines. */
  public JsonNode classRule(String name) {
    return get("/classes/" + Transport.encoded(name));
  }

  /** Stores a class of machines. */
  public JsonNode putClass(String name, ObjectNode definition) {
    return transport.json("PUT", API + "/classes/" + Transport.encoded(name), Map.of(), definition);
  }

  /** Deletes a class of machines. */
  public void deleteClass(String name) {
    transport.json("DELETE", API + "/classes/" + Transport.encoded(name), Map.of(), null);
  }

  /** Stores the classes of a folder: {files: [{file, text}], dryRun}. */
  public JsonNode loadClasses(ObjectNode folder) {
    return transport.json("POST", API + "/classes/load", Map.of(), folder);
  }

  /** How far a change of a class is through the nodes. */
  public JsonNode classProgress() {
    return get("/class-progress");
  }

  /** Nodes known by a MAC, address, name or serial. */
  public JsonNode lookup(String key) {
    return transport.json("GET", API + "/lookup", Map.of("key", key), null);
  }

  /** Deletes a node with all that is known of it. */
  public void deleteNode(String id) {
    transport.json("DELETE", API + "/nodes/" + Transport.encoded(id), Map.of(), null);
  }

  /** Sets tags or location: JSON merge patch (RFC 7396). */
  public JsonNode patchNode(String id, ObjectNode patch) {
    return transport.json("PATCH", API + "/nodes/" + Transport.encoded(id), Map.of(), patch);
  }

  /**
   * Does something to a node.
   *
   * @param verb {@code approve}, {@code revoke}, {@code readmit} or {@code split}
   */
  public JsonNode actOnNode(String id, String verb, ObjectNode body) {
    String path = API + "/nodes/" + Transport.encoded(id) + "/" + verb;
    return transport.json("POST", path, Map.of(), body);
  }

  /** Makes two nodes one. */
  public JsonNode mergeNodes(ObjectNode body) {
    return transport.json("POST", API + "/nodes/merge", Map.of(), body);
  }

  /** Tokens, without their secrets: {limit, cursor}. */
  public Page tokens(Map<String, String> query) {
    return list("/tokens", query);
  }

  /** Makes a token; the answer is the only place that ever shows it. */
  public JsonNode createToken(ObjectNode body) {
    return transport.json("POST", API + "/tokens", Map.of(), body);
  }

  /** Revokes a token at once. */
  public void revokeToken(String id) {
    transport.json("DELETE", API + "/tokens/" + Transport.encoded(id), Map.of(), null);
  }

  /** Roles, those that are built in first. */
  public Page roles(Map<String, String> query) {
    return list("/roles", query);
  }

  /** One role. */
  public JsonNode role(String name) {
    return get("/roles/" + Transport.encoded(name));
  }

  /** Makes a role or replaces it: {base, nodes, read, write, description}. */
  public JsonNode setRole(String name, ObjectNode body) {
    return transport.json("PUT", API + "/roles/" + Transport.encoded(name), Map.of(), body);
  }

  /** Deletes a role that no token has. */
  public void deleteRole(String name) {
    transport.json("DELETE", API + "/roles/" + Transport.encoded(name), Map.of(), null);
  }

  /** Enrolment tokens: {limit, cursor}. */
  public Page enrolmentTokens(Map<String, String> query) {
    return list("/enrolment-tokens", query);
  }

  /** Makes an enrolment token; the answer is the only place that ever shows it. */
  public JsonNode createEnrolmentToken(ObjectNode body) {
    return transport.json("POST", API + "/enrolment-tokens", Map.of(), body);
  }

  /** Revokes an enrolment token. */
  public void revokeEnrolmentToken(String id) {
    String path = API + "/enrolment-tokens/" + Transport.encoded(id);
    transport.json("DELETE", path, Map.of(), null);
  }

  /** Makes a boot ticket; the answer is the only place that ever shows it. */
  public JsonNode createBootTicket(ObjectNode body) {
    return transport.json("POST", API + "/boot-tickets", Map.of(), body);
  }

  /** Machines that claim one id. */
  public Page conflicts(Map<String, String> query) {
    return list("/conflicts", query);
  }

  /** Machines that may join when they come. */
  public Page knownMachines(Map<String, String> query) {
    return list("/known-machines", query);
  }

  /** Lets a machine join by what is known of it. */
  public JsonNode addKnownMachine(ObjectNode body) {
    return transport.json("POST", API + "/known-machines", Map.of(), body);
  }

  /** Forgets a known machine. */
  public void removeKnownMachine(String kind, String value) {
    String path = "/known-machines/" + Transport.encoded(kind) + "/" + Transport.encoded(value);
    transport.json("DELETE", API + path, Map.of(), null);
  }

  /** Boot networks with a policy of their own. */
  public Page bootNetworks() {
    return list("/boot-networks", Map.of());
  }

  /**
   * Says who may join from a network.
   *
   * @param policy {@code approve}, {@code known} or {@code auto}
   */
  public JsonNode setBootNetwork(String name, String policy) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("policy", policy);
    String path = API + "/boot-networks/" + Transport.encoded(name);
    return transport.json("PUT", path, Map.of(), body);
  }

  /** Forgets the policy of a network. */
  public void removeBootNetwork(String name) {
    String path = API + "/boot-networks/" + Transport.encoded(name);
    transport.json("DELETE", path, Map.of(), null);
  }

  /** The audit, newest first: {limit, cursor}. */
  public Page audit(Map<String, String> query) {
    return list("/audit", query);
  }

  /** The message broker as the server sees it. */
  public JsonNode broker() {
    return get("/broker");
  }

  /** Declares what is needed at the broker: {dryRun}; the answer has items. */
  public JsonNode setUpBroker(ObjectNode body) {
    return transport.json("POST", API + "/broker/setup", Map.of(), body);
  }

  /** Tables and their budgets. */
  public JsonNode disk() {
    return get("/server/disk");
  }

  /** Writes a backup to the stream; returns its size in bytes. */
  public long backup(OutputStream out, Progress progress) throws IOException {
    HttpResponse<InputStream> answer =
        transport.stream("GET", API + "/backup", Map.of(), Map.of(), BodyPublishers.noBody());
    return copy(answer, out, progress);
  }

  static long copy(HttpResponse<InputStream> answer, OutputStream out, Progress progress)
      throws IOException {
    long total = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
    try (InputStream in = answer.body()) {
      byte[] buffer = new byte[64 << 10];
      long done = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        done += read;
        progress.moved(done, total);
      }
      return done;
    }
  }

  /** Puts a backup in the place of everything that the server has. */
  public JsonNode restore(Path backup, Progress progress) throws IOException {
    long total = Files.size(backup);
    HttpResponse<InputStream> answer =
        transport.stream(
            "POST",
            API + "/restore",
            Map.of(),
            Map.of("Content-Type", "application/octet-stream"),
            BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> counted(backup, total, progress)), total));
    try (InputStream in = answer.body()) {
      byte[] bytes = in.readAllBytes();
      return bytes.length == 0
          ? JsonNodeFactory.instance.nullNode()
          : Transport.MAPPER.readTree(bytes);
    }
  }

  private static InputStream counted(Path backup, long total, Progress progress) {
    try {
      return new CountedInput(Files.newInputStream(backup), total, progress);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + backup, e);
    }
  }

  /**
   * Follows events until the reader returns false, over broken connections and restarts of the
   * server, none twice and none left out.
   *
   * @param query {@code type}, {@code node}
   * @param after the cursor to go on after, null for from now on
   * @param attempts how many connections in a row may fail before the call does
   */
  public void follow(
      Map<String, String> query, @Nullable String after, int attempts, Predicate<Event> reader)
      throws InterruptedException {
    follow("/events", query, after, attempts, reader);
  }

  /** What machines and programs said, the newest first. */
  public Page logs(Map<String, String> query) {
    return list("/logs", query);
  }

  /**
   * Follows what is said, as {@link #follow} does events.
   *
   * @param query as of {@link #logs}; {@code last}: so many that are there already come first
   */
  public void followLogs(Map<String, String> query, int attempts, Predicate<Event> reader)
      throws InterruptedException {
    follow("/logs/stream", query, null, attempts, reader);
  }

  private void follow(
      String path,
      Map<String, String> query,
      @Nullable String after,
      int attempts,
      Predicate<Event> reader)
      throws InterruptedException {
    EventStream.Pause pause =
        attempt -> {
          pause(attempt);
          return attempt <= attempts;
        };
    new EventStream(transport, API + path, query, after, pause)
        .follow((cursor, name, json) -> reader.test(new Event(cursor, json, name.equals("gone"))));
  }

  /** Before the next connection; longer after each that failed. */
  static void pause(int attempt) throws InterruptedException {
    Thread.sleep(Math.min(5_000, 250L << Math.min(attempt, 5)));
  }

  /** What nodes run by name. */
  public PluginCalls plugins() {
    return new PluginCalls(transport);
  }

  /** Calls to many nodes. */
  public JobCalls jobs() {
    return new JobCalls(transport);
  }

  /** What machines get when they boot. */
  public BootCalls boot() {
    return new BootCalls(transport);
  }

  /** Who holds what: resources, claims, addresses. */
  public ResourceCalls resources() {
    return new ResourceCalls(transport);
  }

  /** Durable graphs of steps, and their runs. */
  public WorkflowCalls workflows() {
    return new WorkflowCalls(transport);
  }

  /** Workflows over many nodes, and what begins by itself. */
  public FleetCalls fleets() {
    return new FleetCalls(transport);
  }

  /** Where events are posted to. */
  public WebhookCalls webhooks() {
    return new WebhookCalls(transport);
  }

  private JsonNode get(String path) {
    return transport.json("GET", API + path, Map.of(), null);
  }

  private Page list(String path, Map<String, String> query) {
    return Page.of(transport.json("GET", API + path, new LinkedHashMap<>(query), null));
  }

  @Override
  public void close() {
    transport.close();
  }
}
