package dev.ingot.agent.parse;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The text of {@code nvme list -v}, of all versions, and of {@code nvme list-subsys}; facts as of
 * their JSON.
 */
final class NvmeTables {
  private static final Pattern TITLE =
      Pattern.compile("NVM Express (Subsystems|Controllers|Namespaces)");

  private static final Pattern HEAD =
      Pattern.compile(
          "Subsystem +Subsystem-NQN +Controllers|Device +(?:Cntlid +)?SN +MN .*|Device +Generic"
              + " +NSID .*|Device +NSID +Usage .*");

  private static final Pattern SUBSYSTEM =
      Pattern.compile("(nvme-subsys\\d+)\\s+(\\S.*?)(?:\\s+(?:nvme\\d+(?:, *)?)+)?");

  // A serial number and a model may have blanks, so that they go by their widths.
  private static final String DESCRIBED =
      "(.{20}) (.{40}) (\\S.*?)\\s+(pcie|tcp|rdma|fc|loop|apple-nvme)\\s+(?:((?!nvme-)\\S+)\\s+)?"
          + "(?:(\\d+)\\s+)?(nvme-subsys\\d+)(?:\\s.*)?";
  private static final Pattern CONTROLLER = Pattern.compile("(nvme\\d+)\\s+" + DESCRIBED);
  private static final Pattern NUMBERED = Pattern.compile("(nvme\\d+)\\s+\\d+ +" + DESCRIBED);

  private static final Pattern NAMESPACE =
      Pattern.compile(
          "(?:/dev/)?(nvme\\d+(?:c\\d+)?n\\d+)\\s+(?:(?:/dev/)?ng\\S+\\s+)?((?:0x)?[0-9a-f]+)\\s+"
              + "([0-9.]+ +[kKMGTP]?B) +/ +([0-9.]+ +[kKMGTP]?B)(?: +\\([^)]*\\))?\\s+"
              + "([0-9.]+ +[KM]?i?B) *\\+ *[0-9]+ +B((?:[\\s,]+nvme\\d+)*)");

  private static final Pattern LISTED = Pattern.compile("(nvme-subsys\\d+) - NQN=(\\S.*)");
  private static final Pattern SAID =
      Pattern.compile("(hostnqn|iopolicy|model|serial|firmware|type)=(.*)");
  private static final Pattern PATH =
      Pattern.compile(
          "\\+- (nvme\\S+) (\\S+)(?: (\\S*=\\S*|[0-9a-f]+:[0-9a-f:.]+))?(?: (\\S+))?(?: (\\S+))?");

  private final ObjectNode names = Fields.array().addObject();
  private final ArrayNode controllers = Fields.array();
  private final ArrayNode namespaces = Fields.array();
  private final ArrayNode subsystems = Fields.array();
  private boolean verbose;
  private boolean cntlid;

  /** Whether this line is of these. */
  boolean take(Line line) {
    String text = line.text();
    if (TITLE.matcher(text).matches() || HEAD.matcher(text).matches()) {
      verbose = true;
      cntlid |= text.contains(" Cntlid ");
      return true;
    }
    return verbose ? row(text) : listed(text);
  }

  private boolean row(String text) {
    Matcher subsystem = SUBSYSTEM.matcher(text);
    Matcher controller = (cntlid ? NUMBERED : CONTROLLER).matcher(text);
    Matcher namespace = NAMESPACE.matcher(text);
    if (subsystem.matches()) {
      names.put(subsystem.group(1), subsystem.group(2));
    } else if (controller.matches()) {
      controllers.add(
          new Fields()
              .put("controller", controller.group(1))
              .put("subsystem", controller.group(8))
              .put("nqn", JsonFields.text(names, String.valueOf(controller.group(8))))
              .put("model", Text.known(controller.group(3)))
              .put("serial", Text.known(controller.group(2)))
              .put("firmware", controller.group(4))
              .put("transport", controller.group(5))
              .put(NvmeParser.where(controller.group(5)), Text.known(controller.group(6)))
              .put("slot", controller.group(7))
              .node());
    } else if (namespace.matches()) {
      List<String> owners = Text.parts(namespace.group(6), ",");
      Fields fields =
          new Fields()
              .put("device", namespace.group(1))
              .put("namespace", Numbers.parse(String.valueOf(namespace.group(2))))
              .put("size_bytes", size(namespace.group(4)))
              .put("used_bytes", size(namespace.group(3)))
              .put("sector_bytes", Sizes.binary(NvmeText.squeezed(namespace.group(5))))
              .put("controller", owners.size() == 1 ? owners.getFirst() : null);
      namespaces.add((owners.size() > 1 ? fields.put("controllers", owners) : fields).node());
    } else {
      return false;
    }
    return true;
  }

  private static @Nullable Long size(@Nullable String text) {
    return Sizes.decimal(NvmeText.squeezed(text));
  }

  private boolean listed(String text) {
    Matcher listed = LISTED.matcher(text);
    Matcher said = SAID.matcher(text);
    Matcher path = PATH.matcher(text);
    if (listed.matches()) {
      ObjectNode subsystem = subsystems.addObject();
      subsystem.put("Name", listed.group(1)).put("NQN", listed.group(2)).putArray("Paths");
      return true;
    }
    if (subsystems.isEmpty()) {
      return false;
    }
    ObjectNode subsystem = (ObjectNode) subsystems.get(subsystems.size() - 1);
    if (said.matches()) {
      String key = String.valueOf(said.group(1));
      subsystem.put(
          switch (key) {
            case "hostnqn" -> "HostNQN";
            case "iopolicy" -> "IOPolicy";
            default -> Character.toUpperCase(key.charAt(0)) + key.substring(1);
          },
          String.valueOf(said.group(2)).strip());
    } else if (path.matches()) {
      ObjectNode one =
          new Fields()
              .put("Name", path.group(1))
              .put("Transport", path.group(2))
              .put("Address", path.group(3))
              .put("State", path.group(4))
              .put("ANAState", path.group(5))
              .node();
      // "show-topology" and old versions tell all paths for each namespace.
      ArrayNode paths = (ArrayNode) subsystem.path("Paths");
      if (paths.valueStream().noneMatch(one::equals)) {
        paths.add(one);
      }
    } else {
      return text.equals("\\");
    }
    return true;
  }

  /** Those that also a plain list in the same output has are told once. */
  void put(Fields facts, boolean plain) {
    facts.putUnlessEmpty("subsystems", subsystems);
    if (!verbose || plain) {
      facts.putUnlessEmpty("controllers", controllers);
      return;
    }
    facts
        .put(
            "counts",
            new Fields()
                .put("controllers", controllers.isEmpty() ? null : Long.valueOf(controllers.size()))
                .put("namespaces", (long) namespaces.size())
                .node())
        .putUnlessEmpty("controllers", controllers)
        .put("namespaces", namespaces);
  }
}
