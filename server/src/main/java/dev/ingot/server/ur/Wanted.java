package dev.ingot.server.ur;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What an agent of Ur can be asked for: {@code run}, without what Ur knows nothing of. */
final class Wanted {
  private static final String PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/smartdc/bin:/opt/smartdc/bin";

  private static final JsonNode PARAMETERS =
      Json.read(
          """
          {"type": "object", "additionalProperties": false,
           "oneOf": [{"required": ["argv"]}, {"required": ["script"]}],
           "properties": {
             "argv": {"type": "array", "minItems": 1, "maxItems": 4096,
                      "items": {"type": "string", "maxLength": 131072, "pattern": "^[^\\\\u0000]*$"},
                      "description": "A file of the node and its arguments; no shell reads them."},
             "script": {"type": "string", "minLength": 1, "maxLength": 1048576,
                        "description": "Run as a file: by what its first line names (#!), else by /bin/sh."},
             "arguments": {"type": "array", "maxItems": 4096,
                           "items": {"type": "string", "maxLength": 131072, "pattern": "^[^\\\\u0000]*$"},
                           "description": "The script's arguments."},
             "environment": {"type": "object", "maxProperties": 1024,
                             "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
                             "additionalProperties": {"type": "string", "maxLength": 131072, "pattern": "^[^\\\\u0000]*$"},
                             "description": "Added to PATH, HOME and LANG; nothing else is there."}}}
          """);

  static final CapabilitySignature RUN =
      new CapabilitySignature(
          "run",
          "Runs a script or a file by an agent of Ur.",
          """
          It is asked once. The output comes with the end. At the timeout, and when it is cancelled, the call is over, and
          what runs goes on: Ur cannot end it.
          """,
          PARAMETERS,
          null,
          null,
          600,
          false,
          false,
          false,
          null);

  private Wanted() {}

  /** The body of a request; null if the arguments are none of this capability's. */
  static @Nullable String body(JsonNode arguments) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    JsonNode script = arguments.path("script");
    JsonNode argv = arguments.path("argv");
    ArrayNode args = Json.MAPPER.createArrayNode();
    if (script.isString()) {
      String text = script.stringValue();
      body.put("type", "script").put("script", text.startsWith("#!") ? text : "#!/bin/sh\n" + text);
      arguments.path("arguments").forEach(args::add);
    } else if (argv.path(0).isString()) {
      body.put("type", "file").put("file", argv.path(0).stringValue());
      for (int i = 1; i < argv.size(); i++) {
        args.add(argv.path(i));
      }
    } else {
      return null;
    }
    body.set("args", args);
    ObjectNode environment = body.putObject("env");
    environment.put("PATH", PATH).put("HOME", "/root").put("LANG", "C.UTF-8");
    arguments.path("environment").forEachEntry(environment::set);
    return Json.write(body);
  }
}
