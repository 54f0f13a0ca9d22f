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
import tools.jackson.databind.node.ObjectNode;

/**
 * The calls of one service: {@code {endpoint, args, kwargs}} is answered by {@code {error: false,
 * message}}, or by {@code {error: true, message, traceback}}, whose traceback is always empty.
 */
final class Endpoints {
  private static final Logger log = LoggerFactory.getLogger(Endpoints.class);

  /** A call: the names of its parameters in their order, and what it does. */
  record Endpoint(List<String> parameters, Action action) {}

  /** Answers a call. */
  interface Action {
    @Nullable JsonNode call(Arguments arguments);
  }

  private final String service;
  private final Map<String, Endpoint> endpoints;

  Endpoints(String service, Map<String, Endpoint> endpoints) {
    this.service = service;
    this.endpoints = Map.copyOf(endpoints);
  }

  /** The reply to a request, both packed. Whatever is wrong is said in it. */
  byte[] answer(byte[] request) {
    ObjectNode reply;
    try {
      JsonNode message = MessagePackJson.read(request);
      reply = message.isObject() ? answer(message) : malformed("not a map");
    } catch (IllegalArgumentException e) {
      reply = malformed(String.valueOf(e.getMessage()));
    }
    return MessagePackJson.write(reply);
  }

  /** The reply to whoever asks too often. */
  static byte[] tooOften() {
    return MessagePackJson.write(failed(Wording.TOO_OFTEN));
  }

  private static ObjectNode malformed(String why) {
    return failed("Client error, message is not packed|malformed: " + Wording.shown(why));
  }

  private ObjectNode answer(JsonNode message) {
    if (message.path("_protocol_message").asString("").equals("keep_alive")) {
      return JsonNodeFactory.instance.objectNode().put("_protocol_message", "keep_alive_confirmed");
    }
    JsonNode name = message.path("endpoint");
    if (!name.isString()) {
      return failed("Endpoint not specified in message");
    }
    Endpoint endpoint = endpoints.get(name.stringValue());
    if (endpoint == null) {
      return failed("Endpoint is not supported: " + Wording.shown(name.stringValue()));
    }
    return guarded(
        service + "." + name.stringValue(),
        () ->
            endpoint
                .action()
                .call(
                    new Arguments(
                        endpoint.parameters(), message.get("args"), message.get("kwargs"))));
  }

  /** What is answered by work that may refuse. */
  interface Work {
    @Nullable JsonNode get();
  }

  static ObjectNode guarded(String name, Work work) {
    try {
      JsonNode result = work.get();
      ObjectNode reply = JsonNodeFactory.instance.objectNode().put("error", false);
      reply.set("message", result == null ? JsonNodeFactory.instance.nullNode() : result);
      return reply;
    } catch (Refused e) {
      return failed("Encountered client error: " + e.words());
    } catch (Problem e) {
      return failed("Encountered client error: " + e.detail());
    } catch (JdbiException e) {
      if (Transience.passes(e)) {
        return failed("The database does not answer; try again");
      }
      log.error("Mercury's {} failed", name, e);
      return failed("Encountered server error, sorry");
    } catch (RuntimeException e) {
      log.error("Mercury's {} failed", name, e);
      return failed("Encountered server error, sorry");
    }
  }

  private static ObjectNode failed(String message) {
    ObjectNode reply =
        JsonNodeFactory.instance.objectNode().put("error", true).put("message", message);
    reply.putArray("traceback");
    return reply;
  }
}
