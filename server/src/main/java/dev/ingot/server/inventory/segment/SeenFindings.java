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
 * and place, so it is for those who read the whole section; one that names a machine which is not
 * seen says no more than where something was.
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

  /** What is left of the findings. */
  public ArrayNode of(JsonNode findings) {
    ArrayNode seen = JsonNodeFactory.instance.arrayNode();
    for (JsonNode finding : findings) {
      String section = finding.path("path").asString("").split("\\.", 2)[0];
      if (section.isEmpty() ? access.readsEverything() : access.may(List.of(section))) {
        seen.add(namesUnseen(finding) ? bare(finding) : finding);
      }
    }
    return seen;
  }

  private boolean namesUnseen(JsonNode finding) {
    Set<String> nodes = new HashSet<>();
    addNodes(finding, nodes);
    return !visibleNodes.containsAll(nodes);
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
