package dev.ingot.agent.capability;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Starts another kernel without the firmware. It has succeeded when the node says hello from
 * another boot.
 */
public final class KexecCapability implements Capability {
  private static final JsonNode PARAMETERS =
      Json.read(
          """
          {"type": "object", "additionalProperties": false, "required": ["kernel"],
           "properties": {
             "kernel": {"type": "string", "pattern": "^/[^\\\\u0000]*$", "maxLength": 4096,
                        "description": "The kernel's file on the node (see `download`)."},
             "initrd": {"type": "string", "pattern": "^/[^\\\\u0000]*$", "maxLength": 4096,
                        "description": "The initrd's file on the node."},
             "options": {"type": "string", "maxLength": 4096, "pattern": "^[^\\\\u0000\\\\n]*$",
                         "description": "The kernel's command line; left out: the one of the kernel that runs."}}}
          """);

  private final Restart restart;

  public KexecCapability(Restart restart) {
    this.restart = restart;
  }

  @Override
  public CapabilitySignature signature() {
    return new CapabilitySignature(
        "kexec",
        "Starts another kernel without going through the firmware.",
        "Loads kernel and initrd, lets the services stop, and starts it. Succeeds when the node is"
            + " back and its boot id is another one.",
        PARAMETERS,
        null,
        Restart.LOCK,
        1800,
        false,
        true,
        true,
        Programs.missing("kexec"));
  }

  @Override
  public Outcome call(Invocation invocation) throws InterruptedException {
    JsonNode arguments = invocation.arguments();
    List<String> load =
        new ArrayList<>(List.of("kexec", "-l", arguments.path("kernel").asString()));
    String initrd = text(arguments, "initrd");
    if (initrd != null) {
      load.add("--initrd=" + initrd);
    }
    String options = text(arguments, "options");
    load.add(options == null ? "--reuse-cmdline" : "--command-line=" + options);
    try {
      int exit = Program.of(load).run(invocation.name() + "-load", invocation::write);
      if (exit != 0) {
        return Outcome.ofExit(exit);
      }
    } catch (Program.NotStarted e) {
      return Outcome.failed(String.valueOf(e.getMessage()));
    }
    return restart.by(
        invocation,
        Programs.find("systemctl") == null
            ? List.of("kexec", "-e")
            : List.of("systemctl", "kexec"));
  }

  private static @Nullable String text(JsonNode arguments, String name) {
    JsonNode value = arguments.path(name);
    return value.isString() ? value.asString() : null;
  }
}
