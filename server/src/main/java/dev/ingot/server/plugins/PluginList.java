package dev.ingot.server.plugins;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.server.jobs.PublishedCapability;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What nodes publish of their plugins: each definition once, with the nodes that have it. */
final class PluginList {
  private static final String CAPABILITY = "collect";
  private static final int SAMPLE = 5;

  private PluginList() {}

  /** The nodes of one definition, or of one problem. */
  private static final class Having {
    private final List<String> sample = new ArrayList<>();
    private int nodes;

    void add(PublishedCapability published) {
      nodes += published.nodes();
      published.sample().stream().limit(SAMPLE - sample.size()).forEach(sample::add);
    }

    ObjectNode putInto(ObjectNode object) {
      ArrayNode named = object.put("nodes", nodes).putArray("sample");
      sample.forEach(named::add);
      return object;
    }
  }

  /**
   * The answer to who asks.
   *
   * @param nodes only what these publish; null: all nodes
   */
  static ObjectNode of(Handle handle, @Nullable Collection<String> nodes) {
    Map<String, Having> plugins = new TreeMap<>();
    Map<String, Having> problems = new TreeMap<>();
    for (PublishedCapability published : PublishedCapability.of(handle, CAPABILITY, nodes)) {
      CapabilitySignature signature = published.signature();
      gather(signature.parameters().path("x-plugins"), published, plugins);
      gather(signature.parameters().path("x-problems"), published, problems);
    }
    ObjectNode answer = Json.MAPPER.createObjectNode();
    ArrayNode items = answer.putArray("items");
    plugins.forEach((text, having) -> items.add(having.putInto((ObjectNode) Json.read(text))));
    ArrayNode wrong = answer.putArray("problems");
    problems.forEach((text, having) -> wrong.add(having.putInto((ObjectNode) Json.read(text))));
    return answer;
  }

  /** What a node publishes is as good as the node: only what looks right is shown. */
  private static void gather(
      JsonNode list, PublishedCapability published, Map<String, Having> into) {
    for (JsonNode each : list) {
      if (each instanceof ObjectNode object) {
        object.remove(List.of("nodes", "sample"));
        into.computeIfAbsent(Json.write(object), unused -> new Having()).add(published);
      }
    }
  }
}
