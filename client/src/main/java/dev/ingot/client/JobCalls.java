package dev.ingot.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The calls of {@code /api/v1/jobs} and {@code /api/v1/capabilities}. */
public final class JobCalls {
  private static final String ALL = "/api/v1/jobs";
  private static final String CAPABILITIES = "/api/v1/capabilities";

  private final Transport transport;

  JobCalls(Transport transport) {
    this.transport = transport;
  }

  /** Newest first. */
  public Page list(Map<String, String> query) {
    return Page.of(transport.json("GET", ALL, new LinkedHashMap<>(query), null));
  }

  /** One job with its counts. */
  public JsonNode show(String id) {
    return transport.json("GET", one(id), Map.of(), null);
  }

  /**
   * Makes a job, or its plan with {@code dryRun}.
   *
   * @param key said again with the same body it makes no second job; null for none
   */
  public JsonNode create(ObjectNode body, @Nullable String key) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("Accept", "application/json");
    if (key != null) {
      headers.put("Idempotency-Key", key);
    }
    try (InputStream in =
        transport.stream(
                "POST",
                ALL,
                Map.of(),
                headers,
                BodyPublishers.ofByteArray(Transport.MAPPER.writeValueAsBytes(body)))
            .body()) {
      return Transport.MAPPER.readTree(in);
    } catch (IOException e) {
      throw ClientException.unreachable("the answer broke off", e);
    }
  }

  /** Cancels a job: {reason}. */
  public JsonNode cancel(String id, ObjectNode body) {
    return transport.json("POST", one(id) + "/cancel", Map.of(), body);
  }

  /** A new job over the nodes where this one failed. */
  public JsonNode retryFailed(String id) {
    return transport.json("POST", one(id) + "/retry-failed", Map.of(), null);
  }

  /** By node; {@code state}, {@code output}. */
  public Page tasks(String id, Map<String, String> query) {
    return Page.of(transport.json("GET", one(id) + "/tasks", new LinkedHashMap<>(query), null));
  }

  /** The task of one node. */
  public JsonNode task(String id, String node) {
    return transport.json("GET", ofTask(one(id), node), Map.of(), null);
  }

  /** Cancels the task of one node. */
  public JsonNode cancelTask(String id, String node, ObjectNode body) {
    return transport.json("POST", ofTask(one(id), node) + "/cancel", Map.of(), body);
  }

  /**
   * The bytes that a task wrote; the caller closes them.
   *
   * @param query {@code stream}, {@code attempt}
   */
  public InputStream output(String id, String node, Map<String, String> query) {
    return transport.stream(
            "GET", ofTask(one(id), node) + "/output", query, Map.of(), BodyPublishers.noBody())
        .body();
  }

  /**
   * Follows a job to its end, over broken connections and restarts of the server.
   *
   * @param query {@code output}
   * @param attempts how many connections in a row may fail before the call does
   * @param reader returns false when it has had enough
   */
  public void follow(String id, Map<String, String> query, int attempts, Predicate<JobEvent> reader)
      throws InterruptedException {
    EventStream.Pause pause =
        attempt -> {
          IngotClient.pause(attempt);
          return attempt <= attempts;
        };
    new EventStream(transport, one(id) + "/stream", query, null, pause)
        .follow(
            (cursor, name, json) -> reader.test(new JobEvent(name, json)) && !name.equals("end"));
  }

  /** What the nodes can do. */
  public Page capabilities(Map<String, String> query) {
    return Page.of(transport.json("GET", CAPABILITIES, new LinkedHashMap<>(query), null));
  }

  /** One capability with its signatures. */
  public JsonNode capability(String name) {
    return transport.json("GET", CAPABILITIES + "/" + Transport.encoded(name), Map.of(), null);
  }

  private static String one(String id) {
    return ALL + "/" + Transport.encoded(id);
  }

  private static String ofTask(String job, String node) {
    return job + "/tasks/" + Transport.encoded(node);
  }
}
