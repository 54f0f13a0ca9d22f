package dev.ingot.server.mercury;

import dev.ingot.amqp.Rates;
import dev.ingot.core.Json;
import dev.ingot.server.http.HostGuard;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The HTTP routes of mercury-api that its command line uses, on a port of their own. */
final class HttpFace implements AutoCloseable {
  private static final int LARGEST_BODY = 1 << 20;
  private static final int USUAL_LIMIT = 250;
  private static final long IDLE_MILLIS = 60_000;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final InventoryFace inventory;
  private final JobsFace jobs;
  private final Predicate<@Nullable String> mayWithToken;
  private final HostGuard hosts;
  private final Rates rates;
  private final Server server;
  private final ServerConnector connector;
  private final String address;

  /** What is answered: a status and a body. */
  private record Answer(int status, JsonNode body) {
    static Answer ok(JsonNode body) {
      return new Answer(200, body);
    }

    static Answer error(int status, String message) {
      return new Answer(status, NODES.objectNode().put("error", true).put("message", message));
    }
  }

  /**
   * @param host where it listens
   * @param mayWithToken whether a request with this {@code X-Auth-Token}, or none, is answered
   * @param rates how often an address may ask
   */
  HttpFace(
      String host,
      int port,
      InventoryFace inventory,
      JobsFace jobs,
      Predicate<@Nullable String> mayWithToken,
      HostGuard hosts,
      Rates rates) {
    this.hosts = hosts;
    this.rates = rates;
    this.inventory = inventory;
    this.jobs = jobs;
    this.mayWithToken = mayWithToken;
    this.address = host + ":" + port;
    QueuedThreadPool threads = new QueuedThreadPool(16, 4);
    threads.setName("mercury-api");
    threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("mercury-"));
    server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_MILLIS);
    server.addConnector(connector);
    server.setHandler(new Routes());
  }

  /**
   * @throws IllegalArgumentException if its port is taken
   */
  void start() {
    try {
      server.start();
    } catch (Exception e) { // as Jetty declares it
      throw new IllegalArgumentException(
          "mercury.api: cannot listen at " + address + ": " + e.getMessage(), e);
    }
  }

  String address() {
    return connector.getHost() + ":" + connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) { // as Jetty declares it
      throw new IllegalStateException("Mercury's api cannot stop", e);
    }
  }

  private final class Routes extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      Answer answer;
      try {
        answer = checked(request);
      } catch (IOException e) {
        callback.failed(e);
        return true;
      }
      byte[] body = Json.bytes(answer.body());
      response.setStatus(answer.status());
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
      response.write(true, ByteBuffer.wrap(body), callback);
      return true;
    }
  }

  private Answer checked(Request request) throws IOException {
    // No page in somebody's browser: those say where they come from, or ask us by their own name.
    if (request.getHeaders().contains(HttpHeader.ORIGIN)
        || !hosts.answersTo(request.getHeaders().get(HttpHeader.HOST))) {
      return Answer.error(
          403,
          "requests of web pages are refused; ask by address, or by a name of http.allowed-hosts");
    }
    if (!rates.take(Request.getRemoteAddr(request))) {
      return Answer.error(429, Wording.TOO_OFTEN);
    }
    if (!mayWithToken.test(request.getHeaders().get("X-Auth-Token"))) {
      return Answer.error(401, "X-Auth-Token is no token of this server");
    }
    boolean posts = request.getMethod().equals("POST");
    if (!posts && !request.getMethod().equals("GET")) {
      return Answer.error(405, "The method is not allowed for the requested URL");
    }
    JsonNode body = NODES.missingNode();
    if (posts) {
      byte[] octets;
      try (InputStream in = Content.Source.asInputStream(request)) {
        octets = in.readNBytes(LARGEST_BODY + 1);
      }
      if (octets.length > LARGEST_BODY) {
        return Answer.error(413, "the body is larger than " + LARGEST_BODY + " octets");
      }
      try {
        body = Json.read(octets);
      } catch (JacksonException e) {
        return Answer.error(400, "the body is not JSON: " + e.getOriginalMessage());
      }
      if (!body.isObject()) {
        return Answer.error(400, "the body is no JSON object");
      }
    }
    List<String> path =
        List.of(request.getHttpURI().getDecodedPath().replaceAll("^/|/$", "").split("/", 8));
    Fields query = Request.extractQueryParameters(request);
    JsonNode sent = body;
    Answer[] answer = new Answer[1];
    ObjectNode reply =
        Endpoints.guarded(
            "api",
            () -> {
              answer[0] = answer(posts, path, query, sent);
              return null;
            });
    if (answer[0] != null) {
      return answer[0];
    }
    String message = reply.path("message").stringValue();
    int status =
        message.startsWith("Encountered client error")
            ? 400
            : message.startsWith("The") ? 503 : 500;
    return Answer.error(status, message);
  }

  private Answer answer(boolean posts, List<String> path, Fields query, JsonNode body) {
    if (path.size() < 3 || !path.getFirst().equals("api")) {
      return missing();
    }
    List<String> rest = path.subList(2, path.size());
    return switch (path.get(1)) {
      case "inventory" -> computers(posts, rest, query, body, false);
      case "active" -> computers(posts, rest, query, body, true);
      case "rpc" -> rpc(posts, rest, query, body);
      default -> missing();
    };
  }

  private static Answer missing() {
    return Answer.error(404, "The requested URL was not found on the server");
  }

  private Answer computers(
      boolean posts, List<String> path, Fields query, JsonNode body, boolean active) {
    if (!path.getFirst().equals("computers") || path.size() > 2) {
      return missing();
    }
    JsonNode projection = projection(query);
    if (path.size() == 1) {
      return posts ? missing() : page(NODES.objectNode(), query, projection, active);
    }
    String last = path.get(1);
    if (posts) {
      ObjectNode asked = object(body, "query");
      return switch (last) {
        case "query" -> page(asked, query, projection, active);
        case "count" ->
            active ? missing() : Answer.ok(NODES.objectNode().put("count", inventory.count(asked)));
        default -> missing();
      };
    }
    if (active && projection == null) {
      projection = NODES.arrayNode().add("active").add("mercury_id");
    }
    JsonNode one = inventory.one(last, projection);
    return one == null
        ? Answer.error(404, "Device " + Wording.shown(last) + " does not exist")
        : Answer.ok(one);
  }

  private Answer page(
      ObjectNode asked, Fields query, @Nullable JsonNode projection, boolean active) {
    ObjectNode filter = asked;
    JsonNode shown = projection;
    if (active) {
      filter = NODES.objectNode();
      ArrayNode both = filter.putArray("$and").add(asked);
      both.addObject().putObject("active").putNull("$ne");
      shown = projection == null ? NODES.arrayNode().add("mercury_id") : projection;
    }
    String after = query.getValue("offset_id");
    return Answer.ok(
        inventory.query(
            filter,
            shown,
            number(query.getValue("limit"), USUAL_LIMIT),
            query.getValue("sort_key"),
            "-1".equals(query.getValue("sort_direction")),
            after == null ? null : NODES.stringNode(after)));
  }

  private Answer rpc(boolean posts, List<String> path, Fields query, JsonNode body) {
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
        return Answer.ok(jobs.jobs(projection));
      }
      JsonNode made = jobs.create(object(body, "query"), object(body, "instruction"));
      return made == null
          ? Answer.error(404, "The query did not match any active devices")
          : Answer.ok(made);
    }
    if (posts) {
      return Answer.error(405, "The method is not allowed for the requested URL");
    }
    // Clients of 2017 and 2018 have them in the other order: jobs/status/{job_id}.
    boolean turned = path.size() == 3 && Set.of("status", "tasks").contains(path.get(1));
    String id = path.get(turned ? 2 : 1);
    JsonNode found =
        switch (path.size() == 3 ? path.get(turned ? 1 : 2) : "") {
          case "" -> JobsFace.projected(jobs.job(id), projection);
          case "status" -> jobs.status(id);
          case "tasks" -> {
            ObjectNode tasks = jobs.tasks(id, projection);
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
    for (String path : URLDecoder.decode(text, StandardCharsets.UTF_8).split(",", 200)) {
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
