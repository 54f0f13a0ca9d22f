package dev.ingot.server.mercury;

import java.util.List;
import java.util.Set;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The HTTP routes of mercury-api that its command line uses. */
final class HttpFace implements HttpListener.Face {
  private static final int USUAL_LIMIT = 250;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final InventoryFace inventory;
  private final JobsFace jobs;

  /** What is answered beside the list that the reply has: a status and a body. */
  private record Answer(int status, JsonNode body) {
    static Answer ok(JsonNode body) {
      return new Answer(200, body);
    }

    static Answer error(int status, String message) {
      return new Answer(status, NODES.stringNode(message));
    }
  }

  HttpFace(InventoryFace inventory, JobsFace jobs) {
    this.inventory = inventory;
    this.jobs = jobs;
  }

  @Override
  public int answer(Request request, JsonNode body, Reply reply) {
    List<String> path =
        List.of(request.getHttpURI().getDecodedPath().replaceAll("^/|/$", "").split("/", 8));
    int[] status = new int[1];
    Endpoints.Failure failure =
        Endpoints.guarded(
            "api",
            () -> {
              Fields query = Request.extractQueryParameters(request);
              Answer answer = answer(!body.isMissingNode(), path, query, body, reply);
              status[0] = answer.status();
              if (answer.status() == 200) {
                reply.end(answer.body());
              } else {
                reply.instead(answer.body().stringValue());
              }
            });
    if (failure != null) {
      reply.instead(failure.message());
      return failure.status();
    }
    return status[0];
  }

  private Answer answer(
      boolean posts, List<String> path, Fields query, JsonNode body, Reply reply) {
    if (path.size() < 3 || !path.getFirst().equals("api")) {
      return missing();
    }
    List<String> rest = path.subList(2, path.size());
    return switch (path.get(1)) {
      case "inventory" -> computers(posts, rest, query, body, reply, false);
      case "active" -> computers(posts, rest, query, body, reply, true);
      case "rpc" -> rpc(posts, rest, query, body, reply);
      default -> missing();
    };
  }

  private static Answer missing() {
    return Answer.error(404, "The requested URL was not found on the server");
  }

  private static Answer notAllowed() {
    return Answer.error(405, "The method is not allowed for the requested URL");
  }

  private Answer computers(
      boolean posts, List<String> path, Fields query, JsonNode body, Reply reply, boolean active) {
    if (!path.getFirst().equals("computers") || path.size() > 2) {
      return missing();
    }
    JsonNode projection = projection(query);
    if (path.size() == 1) {
      JsonNode shown = active && projection == null ? paths("mercury_id") : projection;
      return posts ? notAllowed() : page(NODES.objectNode(), query, shown, reply, active);
    }
    String last = path.get(1);
    boolean asks = last.equals("query") || (last.equals("count") && !active);
    if (posts != asks) {
      return notAllowed();
    }
    if (posts) {
      ObjectNode asked = object(body, "query");
      return last.equals("query")
          ? page(asked, query, projection, reply, active)
          : Answer.ok(NODES.objectNode().put("count", inventory.count(asked)));
    }
    JsonNode one =
        inventory.one(
            last, active && projection == null ? paths("active", "mercury_id") : projection);
    return one == null
        ? Answer.error(404, "Device " + Wording.shown(last) + " does not exist")
        : Answer.ok(one);
  }

  private static ArrayNode paths(String... paths) {
    ArrayNode list = NODES.arrayNode();
    List.of(paths).forEach(list::add);
    return list;
  }

  private Answer page(
      ObjectNode asked, Fields query, @Nullable JsonNode shown, Reply reply, boolean active) {
    ObjectNode filter = asked;
    if (active) {
      filter = NODES.objectNode();
      ArrayNode both = filter.putArray("$and").add(asked);
      both.addObject().putObject("active").putNull("$ne");
    }
    String after = query.getValue("offset_id");
    return Answer.ok(
        inventory.query(
            filter,
            shown,
            number(query.getValue("limit"), USUAL_LIMIT),
            query.getValue("sort_key"),
            "-1".equals(query.getValue("sort_direction")),
            after == null ? null : NODES.stringNode(after),
            reply));
  }

  private Answer rpc(boolean posts, List<String> path, Fields query, JsonNode body, Reply reply) {
    JsonNode projection = projection(query);
    if (path.getFirst().equals("task") && path.size() == 2 && !posts) {
      JsonNode task = jobs.task(path.get(1));
      return task == null ? Answer.error(404, "Task not found") : Answer.ok(task);
    }
    if (!path.getFirst().equals("jobs") || path.size() > 3) {
      return missing();
    }
    if (path.size() == 1) {
      if (!posts) {
        return Answer.ok(jobs.jobs(projection, reply));
      }
      JsonNode made = jobs.create(object(body, "query"), object(body, "instruction"));
      return made == null
          ? Answer.error(404, "The query did not match any active devices")
          : Answer.ok(made);
    }
    if (posts) {
      return notAllowed();
    }
    // Clients of 2017 and 2018 have them in the other order: jobs/status/{job_id}.
    boolean turned = path.size() == 3 && Set.of("status", "tasks").contains(path.get(1));
    String id = path.get(turned ? 2 : 1);
    JsonNode found =
        switch (path.size() == 3 ? path.get(turned ? 1 : 2) : "") {
          case "" -> JobsFace.projected(jobs.job(id), projection);
          case "status" -> jobs.status(id, reply);
          case "tasks" -> {
            ObjectNode tasks = jobs.tasks(id, projection, reply);
            yield tasks.path("count").intValue() == 0 ? null : tasks;
          }
          default -> null;
        };
    return found == null ? Answer.error(404, "Job not found") : Answer.ok(found);
  }

  private static ObjectNode object(JsonNode body, String key) {
    if (body.path(key) instanceof ObjectNode object) {
      return object;
    }
    throw new Refused(key + " is missing from the body, or no object");
  }

  private static @Nullable JsonNode projection(Fields query) {
    String text = query.getValue("projection");
    if (text == null || text.isBlank()) {
      return null;
    }
    ArrayNode paths = NODES.arrayNode();
    for (String path : text.split(",", 200)) {
      if (!path.isBlank()) {
        paths.add(path.strip());
      }
    }
    return paths;
  }

  /** What is no number is as if nothing was said: so it always was. */
  private static int number(@Nullable String text, int otherwise) {
    return text != null && text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : otherwise;
  }
}
