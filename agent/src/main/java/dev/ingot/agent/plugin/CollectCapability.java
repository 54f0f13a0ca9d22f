package dev.ingot.agent.plugin;

import dev.ingot.agent.capability.Capability;
import dev.ingot.agent.capability.Invocation;
import dev.ingot.agent.capability.Outcome;
import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.protocol.PluginResult;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs a registered plugin. Its signature is how plugins are published: the argument takes their
 * names and aliases and nothing else, and beside that stands what they are.
 */
final class CollectCapability implements Capability {
  private static final Logger log = LoggerFactory.getLogger(CollectCapability.class);
  private static final Duration MARGIN = Duration.ofSeconds(30);

  /** How long the end of the task waits for the server to store the result. */
  private static final Duration FOR_THE_SERVER = Duration.ofSeconds(10);

  private static final JsonNode RESULT =
      Json.read(
          """
          {"type": "object", "properties": {
             "plugin": {"type": "string"}, "id": {"type": "string"}, "bytes": {"type": "integer"},
             "stored": {"type": "boolean", "description": "Whether it is in the node's record; false: it waits on the node."}}}
          """);

  private final Supplier<Registered> registered;
  private final String folder;
  private final PluginRunner runner;
  private final ResultSpool spool;
  private final boolean vogeler;

  CollectCapability(
      Supplier<Registered> registered,
      String folder,
      PluginRunner runner,
      ResultSpool spool,
      boolean vogeler) {
    this.registered = registered;
    this.folder = folder;
    this.runner = runner;
    this.spool = spool;
    this.vogeler = vogeler;
  }

  @Override
  public CapabilitySignature signature() {
    Registered now = registered.get();
    Duration longest =
        now.byName().values().stream()
            .map(Plugin::timeout)
            .max(Duration::compareTo)
            .orElse(Duration.ofMinutes(1));
    return new CapabilitySignature(
        "collect",
        "Runs a plugin of the node; its result lands in the node's record.",
        "docs/plugins.md",
        parameters(now, vogeler),
        RESULT,
        null,
        (int) longest.plus(MARGIN).toSeconds(),
        false,
        false,
        false,
        now.byName().isEmpty() ? "no plugin is registered in " + folder : null);
  }

  private static ObjectNode parameters(Registered now, boolean vogeler) {
    ObjectNode schema =
        (ObjectNode)
            Json.read(
                """
                {"type": "object", "additionalProperties": false, "required": ["plugin"],
                 "properties": {"plugin": {"type": "string", "description": "Its name or its alias."}}}
                """);
    if (!now.byName().isEmpty()) {
      ArrayNode words = ((ObjectNode) schema.at("/properties/plugin")).putArray("enum");
      now.byName().keySet().forEach(words::add);
      now.byName().values().stream()
          .map(Plugin::alias)
          .filter(alias -> alias != null && !now.byName().containsKey(alias))
          .distinct()
          .sorted()
          .forEach(words::add);
    }
    ArrayNode plugins = schema.putArray("x-plugins");
    now.byName().values().forEach(plugin -> plugins.add(plugin.toJson()));
    if (vogeler) {
      schema.put("x-vogeler", true);
    }
    if (!now.problems().isEmpty()) {
      ArrayNode problems = schema.putArray("x-problems");
      now.problems()
          .forEach(
              problem ->
                  problems.addObject().put("file", problem.file()).put("detail", problem.detail()));
    }
    return schema;
  }

  @Override
  public Outcome call(Invocation invocation) throws InterruptedException {
    String word = invocation.arguments().path("plugin").asString("");
    Plugin plugin = registered.get().find(word);
    if (plugin == null) {
      return Outcome.failed("plugin: " + word + " is not registered on this node");
    }
    PluginResult result = runner.run(plugin, invocation.task(), invocation::write);
    CompletableFuture<String> stored;
    try {
      stored = spool.add(result);
    } catch (IOException e) {
      log.error("the result of plugin {} cannot be kept", plugin.name(), e);
      return Outcome.failed("the result cannot be kept on the node: " + e.getMessage());
    }
    String wrong = delivered(result.id(), stored);
    ObjectNode said =
        Json.MAPPER
            .createObjectNode()
            .put("plugin", plugin.name())
            .put("id", result.id())
            .put("bytes", result.output().length)
            .put("stored", wrong != null);
    String error =
        result.error() != null ? result.error() : wrong == null || wrong.isEmpty() ? null : wrong;
    return new Outcome(error == null, result.exit(), said, error);
  }

  /** Why its output is no value, empty when it is one; null when the server has not said so yet. */
  private @Nullable String delivered(String id, CompletableFuture<String> stored)
      throws InterruptedException {
    try {
      return stored.get(FOR_THE_SERVER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.info("the server has not stored the result {} yet; it waits here", id, e);
      spool.forget(id);
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException("nothing fails this", e);
    }
  }
}
