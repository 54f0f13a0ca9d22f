package dev.ingot.server.mercury;

import dev.ingot.protocol.CapabilitySignature;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Arguments as Mercury's callers give them, by place, for our capabilities, where they have names.
 */
final class OwnArguments {
  private OwnArguments() {}

  /** For a capability of our agents: the places are the parameters in their published order. */
  static ObjectNode of(CapabilitySignature signature, ArrayNode args, ObjectNode kwargs) {
    if (signature.name().equals("run")) {
      return run(args, kwargs);
    }
    List<String> names = new ArrayList<>(signature.parameters().path("properties").propertyNames());
    ObjectNode arguments = kwargs.deepCopy();
    if (args.size() > names.size()) {
      throw new Refused(
          "%s has %d parameters: %s"
              .formatted(signature.name(), names.size(), String.join(", ", names)));
    }
    for (int i = 0; i < args.size(); i++) {
      if (arguments.has(names.get(i))) {
        throw new Refused(names.get(i) + " is there twice");
      }
      arguments.set(names.get(i), args.get(i));
    }
    return arguments;
  }

  /** Mercury's {@code run(command, _input=None)}: a line that is split into words, no shell. */
  private static ObjectNode run(ArrayNode args, ObjectNode kwargs) {
    ObjectNode arguments = kwargs.deepCopy();
    JsonNode input = arguments.remove("_input");
    if (input != null && !input.isNull()) {
      arguments.set("input", input);
    }
    if (args.isEmpty() && arguments.has("argv")) {
      return arguments;
    }
    if (args.size() != 1 || !args.get(0).isString()) {
      throw new Refused("run takes one argument, the command line");
    }
    ArrayNode argv = JsonNodeFactory.instance.arrayNode();
    CommandLine.words(args.get(0).stringValue()).forEach(argv::add);
    arguments.set("argv", argv);
    return arguments;
  }
}
