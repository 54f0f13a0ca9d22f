package dev.ingot.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Workflows and their runs: the calls of {@code /api/v1/workflows} and {@code /api/v1/runs}. */
public final class WorkflowCalls {
  private static final String WORKFLOWS = "/api/v1/workflows";
  private static final String RUNS = "/api/v1/runs";

  private final Transport transport;

  WorkflowCalls(Transport transport) {
    this.transport = transport;
  }

  /** Workflows by name: {limit, cursor}. */
  public Page list(Map<String, String> query) {
    return page(WORKFLOWS, query);
  }

  /**
   * A version with its definition.
   *
   * @param version null for the last
   */
  public JsonNode show(String name, @Nullable Integer version) {
    Map<String, String> query = new LinkedHashMap<>();
    if (version != null) {
      query.put("version", version.toString());
    }
    return transport.json("GET", one(name), query, null);
  }

  /** The versions, the last first. */
  public Page versions(String name, Map<String, String> query) {
    return page(one(name) + "/versions", query);
  }

  /** Stores the next version. */
  public JsonNode put(String name, ObjectNode definition) {
    return call("PUT", one(name), definition);
  }

  /** Stores the workflows of files: {files: [{file, text}], dryRun}. */
  public JsonNode load(ObjectNode folder) {
    return call("POST", WORKFLOWS + "/load", folder);
  }

  /** Everything that is wrong with one: {valid, findings: [{place, problem}]}. */
  public JsonNode validate(ObjectNode definition) {
    return call("POST", WORKFLOWS + "/validate", definition);
  }

  /** The JSON Schema of workflows. */
  public JsonNode schema() {
    return call("GET", "/api/v1/workflow-schema", null);
  }

  /** Runs one: {workflow, version, node, inputs, options, dryRun}. */
  public JsonNode run(ObjectNode wanted) {
    return call("POST", RUNS, wanted);
  }

  /** The same, safe to ask again when no answer came: the same key makes one run. */
  public JsonNode run(ObjectNode wanted, String key) {
    Map<String, String> headers =
        Map.of("Content-Type", "application/json", "Idempotency-Key", key);
    byte[] bytes = Transport.MAPPER.writeValueAsBytes(wanted);
    try (InputStream in =
        transport.stream("POST", RUNS, Map.of(), headers, BodyPublishers.ofByteArray(bytes))
            .body()) {
      return Transport.MAPPER.readTree(in);
    } catch (IOException e) {
      throw ClientException.unreachable("the connection broke: " + e.getMessage(), e);
    }
  }

  /** Runs, the newest first: {status, workflow, node, limit, cursor}. */
  public Page runs(Map<String, String> query) {
    return page(RUNS, query);
  }

  public JsonNode showRun(String id) {
    return call("GET", run(id), null);
  }

  /** What each step waits for, since when, until when, and what then. */
  public JsonNode explainRun(String id) {
    return call("GET", run(id) + "/explain", null);
  }

  /** Every change, oldest first: {limit, cursor}. */
  public Page timeline(String id, Map<String, String> query) {
    return page(run(id) + "/timeline", query);
  }

  /** {@code cancel}, {@code pause}, {@code resume}, {@code retry} or {@code skip}. */
  public JsonNode actOnRun(String id, String verb, ObjectNode body) {
    return call("POST", run(id) + "/" + verb, body);
  }

  /** Calls back a step that waits for it. */
  public JsonNode callBack(String token, JsonNode body) {
    return call("POST", "/api/v1/callbacks/" + Transport.encoded(token), body);
  }

  private static String one(String name) {
    return WORKFLOWS + "/" + Transport.encoded(name);
  }

  private static String run(String id) {
    return RUNS + "/" + Transport.encoded(id);
  }

  private Page page(String path, Map<String, String> query) {
    return Page.of(transport.json("GET", path, new LinkedHashMap<>(query), null));
  }

  private JsonNode call(String method, String path, @Nullable JsonNode body) {
    return transport.json(method, path, Map.of(), body);
  }
}
