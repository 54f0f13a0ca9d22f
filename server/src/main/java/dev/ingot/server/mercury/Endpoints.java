package dev.ingot.server.mercury;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.Transience;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The calls of one service: what a request asks for by name is done and answered. */
final class Endpoints {
  private static final Logger log = LoggerFactory.getLogger(Endpoints.class);

  /** A call: the names of its parameters in their order, and what it does. */
  record Endpoint(List<String> parameters, Action action) {}

  /** Answers a call. */
  interface Action {
    /**
     * @param reply takes the elements of what is answered with a list
     * @return the rest of the answer
     */
    @Nullable JsonNode call(Arguments arguments, Reply reply);
  }

  /** Why there is no answer: whose fault that is, as HTTP counts it, and in words. */
  record Failure(int status, String message) {}

  private final String service;
  private final Map<String, Endpoint> endpoints;

  Endpoints(String service, Map<String, Endpoint> endpoints) {
    this.service = service;
    this.endpoints = Map.copyOf(endpoints);
  }

  /** Answers a request. Whatever is wrong is said in the reply. */
  void answer(byte[] request, Reply reply) {
    JsonNode message;
    try {
      message = MessagePackJson.read(request);
    } catch (IllegalArgumentException e) {
      malformed(String.valueOf(e.getMessage()), reply);
      return;
    }
    if (message.isObject()) {
      answer(message, reply);
    } else {
      malformed("not a map", reply);
    }
  }

  private static void malformed(String why, Reply reply) {
    reply.instead("Client error, message is not packed|malformed: " + Wording.shown(why));
  }

  private void answer(JsonNode message, Reply reply) {
    if (message.path("_protocol_message").asString("").equals("keep_alive")) {
      reply.as(
          JsonNodeFactory.instance.objectNode().put("_protocol_message", "keep_alive_confirmed"));
      return;
    }
    JsonNode name = message.path("endpoint");
    if (!name.isString()) {
      reply.instead("Endpoint not specified in message");
      return;
    }
    Endpoint endpoint = endpoints.get(name.stringValue());
    if (endpoint == null) {
      reply.instead("Endpoint is not supported: " + Wording.shown(name.stringValue()));
      return;
    }
    Failure failure =
        guarded(
            service + "." + name.stringValue(),
            () -> {
              Arguments arguments =
                  new Arguments(endpoint.parameters(), message.get("args"), message.get("kwargs"));
              JsonNode answer = endpoint.action().call(arguments, reply);
              reply.end(answer == null ? JsonNodeFactory.instance.nullNode() : answer);
            });
    if (failure != null) {
      reply.instead(failure.message());
    }
  }

  /** Does what may be refused; returns why there is no answer, null if there is one. */
  static @Nullable Failure guarded(String name, Runnable work) {
    try {
      work.run();
      return null;
    } catch (Refused e) {
      return new Failure(e.isPassing() ? 503 : 400, "Encountered client error: " + e.words());
    } catch (Problem e) {
      boolean passing = e.kind() == Problem.Kind.UNAVAILABLE;
      return new Failure(passing ? 503 : 400, "Encountered client error: " + e.detail());
    } catch (JdbiException e) {
      if (Transience.passes(e)) {
        return new Failure(503, "The database does not answer; try again");
      }
      log.error("Mercury's {} failed", name, e);
    } catch (RuntimeException e) {
      log.error("Mercury's {} failed", name, e);
    }
    return new Failure(500, "Encountered server error, sorry");
  }
}
