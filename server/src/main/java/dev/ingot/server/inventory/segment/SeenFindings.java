package dev.ingot.server.inventory.segment;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What somebody may hear of what a change means. A finding speaks of a part with its serial number
 * and its place: whole only to who reads the section whole and sees the other machine that it may
 * name; to who reads the path, that something was there.
 */
public final class SeenFindings {
  /** From the least to the worst. */
  private static final List<String> CHANGES = List.of("informational", "moved", "degraded", "lost");

  private final PathAccess access;
  private final Set<String> visibleNodes;

  /**
   * @param visibleNodes of those that {@link #nodes} names
   */
  public SeenFindings(PathAccess access, Set<String> visibleNodes) {
    this.access = access;
    this.visibleNodes = visibleNodes;
  }

  /** The nodes that findings name. */
  public static Set<String> nodes(JsonNode findings) {
    Set<String> nodes = new HashSet<>();
    findings.forEach(finding -> addNodes(finding, nodes));
    return nodes;
  }

  private static void addNodes(JsonNode finding, Set<String> nodes) {
    for (String place : List.of("from", "to")) {
      String node = finding.path(place).path("node").asString("");
      if (!node.isEmpty()) {
        nodes.add(node);
      }
    }
  }

  private boolean namesHidden(JsonNode finding) {
    Set<String> nodes = new HashSet<>();
    addNodes(finding, nodes);
    return !visibleNodes.containsAll(nodes);
  }

  /** What is left of the findings. */
  public ArrayNode of(JsonNode findings) {
    ArrayNode seen = JsonNodeFactory.instance.arrayNode();
    for (JsonNode finding : findings) {
      String path = finding.path("path").asString("");
      List<String> keys = List.of(path.split("\\.", -1));
      if (path.isEmpty() ? access.readsEverything() : access.may(keys)) {
        boolean whole = path.isEmpty() || access.may(keys.subList(0, 1));
        seen.add(whole && !namesHidden(finding) ? finding : bare(finding));
      }
    }
    return seen;
  }

  private static ObjectNode bare(JsonNode finding) {
    ObjectNode bare = JsonNodeFactory.instance.objectNode();
    bare.set("change", finding.path("change"));
    bare.put("what", finding.path("path").asString("") + " changed");
    bare.set("path", finding.path("path"));
    return bare;
  }

  /** The worst of what is left. */
  public static String change(JsonNode findings) {
    int worst = 0;
    for (JsonNode finding : findings) {
      worst = Math.max(worst, CHANGES.indexOf(finding.path("change").asString("")));
    }
    return CHANGES.get(worst);
  }
}
