package dev.ingot.server;

import static dev.ingot.server.SegmentedRoutesIT.forbidden;
import static dev.ingot.server.SegmentedRoutesIT.gone;
import static dev.ingot.server.SegmentedRoutesIT.ok;

import dev.ingot.server.SegmentedRoutesIT.Try;
import dev.ingot.server.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What somebody who sees one node of two tries of jobs and capabilities. */
final class SegmentedJobs {
  private SegmentedJobs() {}

  /** Job 1 is the administrator's, over both nodes. */
  static Map<String, List<Try>> tries(String seen, String unseen) {
    String jobs = "/api/v1/jobs";
    String echo = "\"capability\": \"echo\", \"arguments\": {\"text\": \"a\"}}";
    Map<String, List<Try>> tries = new TreeMap<>();
    tries.put("GET " + jobs, List.of(ok(jobs)));
    tries.put(
        "POST " + jobs,
        List.of(
            new Try(jobs, "{\"on\": \"all\", " + echo, Set.of(201)),
            ok(jobs, "{\"on\": \"all\", \"dryRun\": true, " + echo),
            new Try(jobs, "{\"on\": \"host2*\", " + echo, Set.of(404, 422)),
            new Try(jobs, "{\"on\": \"%s\", %s".formatted(unseen, echo), Set.of(404, 422)),
            forbidden(
                jobs,
                "{\"on\": {\"dmi.product_serial\": {\"$exists\": true}}, \"dryRun\": true, "
                    + echo),
            forbidden(
                jobs,
                "{\"on\": \"all\", \"capability\": \"echo\", \"preprocessor\": \"template\","
                    + " \"instruction\": \"text: '{{inventory.secret.a}}'\"}")));
    tries.put("GET " + jobs + "/{id}", List.of(gone(jobs + "/1", null)));
    tries.put("POST " + jobs + "/{id}/cancel", List.of(gone(jobs + "/1/cancel", "{}")));
    tries.put("POST " + jobs + "/{id}/retry-failed", List.of(gone(jobs + "/1/retry-failed", null)));
    tries.put("GET " + jobs + "/{id}/stream", List.of(gone(jobs + "/1/stream", null)));
    tries.put("GET " + jobs + "/{id}/tasks", List.of(gone(jobs + "/1/tasks", null)));
    String task = jobs + "/1/tasks/" + seen;
    tries.put("GET " + jobs + "/{id}/tasks/{node}", List.of(gone(task, null)));
    tries.put("GET " + jobs + "/{id}/tasks/{node}/output", List.of(gone(task + "/output", null)));
    tries.put("POST " + jobs + "/{id}/tasks/{node}/cancel", List.of(gone(task + "/cancel", "{}")));
    tries.put(
        "GET /api/v1/capabilities",
        List.of(ok("/api/v1/capabilities"), gone("/api/v1/capabilities?on=host2-unseen", null)));
    tries.put(
        "GET /api/v1/capabilities/{name}",
        List.of(ok("/api/v1/capabilities/echo"), gone("/api/v1/capabilities/only-there", null)));
    return tries;
  }

  /** What an agent of both nodes would have published, and one of the hidden node alone. */
  static void publish(Store store, String seen, String unseen) {
    String list =
        "[{\"name\": \"echo\", \"description\": \"\", \"parameters\": {}, \"timeout\": 10}%s]";
    String more =
        ", {\"name\": \"only-there\", \"description\": \"\", \"parameters\": {}, \"timeout\": 1}";
    store
        .api()
        .useHandle(
            handle -> {
              handle.execute(
                  "INSERT INTO capability_list (digest, list) VALUES ('a', ?), ('b', ?)",
                  list.formatted(""),
                  list.formatted(more));
              handle.execute(
                  "INSERT INTO node_capability (node, digest, said) VALUES (?, 'a', ''), (?, 'b',"
                      + " '')",
                  seen,
                  unseen);
            });
  }
}
