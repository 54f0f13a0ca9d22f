package dev.ingot.server.mercury;

import dev.ingot.protocol.CapabilitySignature;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an agent says of itself when it registers.
 *
 * @param address of its rpc and pong ports
 * @param json as it was said, what no column holds replaced
 */
record AgentInfo(
    InetAddress address,
    int rpcPort,
    int pingPort,
    List<CapabilitySignature> capabilities,
    ObjectNode json) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,63}");
  private static final int USUAL_TIMEOUT = 1800;
  private static final int LONGEST_TEXT = 4_000;
  private static final int MOST_ARGUMENTS = 64;

  /**
   * Reads it.
   *
   * @throws Refused naming the key that is missing or wrong
   */
  static AgentInfo of(ObjectNode told, DialledNetworks networks) {
    ObjectNode info = (ObjectNode) Wording.storable(told);
    for (String key : List.of("rpc_address", "rpc_port", "ping_port", "capabilities")) {
      if (!info.has(key)) {
        throw new Refused("agent_info." + key + " is missing");
      }
    }
    JsonNode six = info.path("rpc_address6");
    JsonNode said = six.isString() && !six.stringValue().isEmpty() ? six : info.path("rpc_address");
    InetAddress address = said.isString() ? networks.allowed(said.stringValue()) : null;
    if (address == null) {
      throw new Refused(
          "agent_info.rpc_address %s is in none of the networks where agents are dialled (mercury.agents)"
              .formatted(Wording.shown(said.asString(""))));
    }
    if (!(info.path("capabilities") instanceof ObjectNode capabilities)) {
      throw new Refused("agent_info.capabilities is not a map");
    }
    List<CapabilitySignature> published = new ArrayList<>();
    capabilities.forEachEntry((name, each) -> published.add(signature(name, each)));
    if (published.size() > CapabilitySignature.MOST) {
      throw new Refused("more than " + CapabilitySignature.MOST + " capabilities");
    }
    published.sort(Comparator.comparing(CapabilitySignature::name));
    return new AgentInfo(
        address, port(info, "rpc_port"), port(info, "ping_port"), List.copyOf(published), info);
  }

  private static int port(ObjectNode info, String key) {
    JsonNode port = info.path(key);
    if (!port.isIntegralNumber() || port.asInt(0) < 1 || port.asInt(0) > 65_535) {
      throw new Refused("agent_info." + key + " is no port");
    }
    return port.intValue();
  }

  /** A capability by its own words: so many arguments by place, in {@code args}, some by name. */
  private static CapabilitySignature signature(String name, JsonNode said) {
    if (!NAME.matcher(name).matches()) {
      throw new Refused("capability " + Wording.shown(name) + " has a name that none can have");
    }
    int places = Math.clamp(said.path("num_args").asInt(0), 0, MOST_ARGUMENTS);
    ObjectNode parameters = NODES.objectNode().put("type", "object");
    ObjectNode properties = parameters.putObject("properties");
    ObjectNode args = properties.putObject("args").put("type", "array");
    args.put("maxItems", places == 0 ? MOST_ARGUMENTS : places).put("minItems", places);
    args.put("description", "Arguments by place.");
    var required = parameters.putArray("required");
    if (places > 0) {
      required.add("args");
    }
    said.path("kwarg_names")
        .valueStream()
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue)
        .filter(each -> each.length() <= 64 && !each.equals("args"))
        .distinct()
        .limit(MOST_ARGUMENTS)
        .forEach(
            each -> {
              properties.putObject(each);
              required.add(each);
            });
    int timeout = said.path("timeout").asInt(USUAL_TIMEOUT);
    return new CapabilitySignature(
        name,
        text(said, "description", name),
        text(said, "doc", ""),
        parameters,
        null,
        said.path("serial").asBoolean(false) ? "serial" : null,
        timeout <= 0
            ? CapabilitySignature.LONGEST_TIMEOUT
            : Math.min(timeout, CapabilitySignature.LONGEST_TIMEOUT),
        DESTRUCTIVE.matcher(name).find(),
        false,
        false,
        null);
  }

  /** Mercury does not say which of its capabilities destroy: these names do. */
  private static final Pattern DESTRUCTIVE =
      Pattern.compile("^(press|erase)$|delete|clear_|create_|firmware|megaraid_add");

  private static String text(JsonNode said, String key, String otherwise) {
    JsonNode value = said.path(key);
    if (!value.isString() || value.stringValue().isBlank()) {
      return otherwise;
    }
    String text = value.stringValue();
    return text.substring(0, Math.min(LONGEST_TEXT, text.length()));
  }
}
