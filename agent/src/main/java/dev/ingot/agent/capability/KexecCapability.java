package dev.ingot.agent.capability;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private static final Path COMMAND_LINE = Path.of("/proc/cmdline");

  private final Restart restart;
  private final Path folder;

  /**
   * @param folder the agent's own, with its key
   */
  public KexecCapability(Restart restart, Path folder) {
    this.restart = restart;
    this.folder = folder;
  }

  @Override
  public CapabilitySignature signature() {
    return new CapabilitySignature(
        "kexec",
        "Starts another kernel without going through the firmware.",
        "Loads kernel and initrd, lets the services stop, and starts it. Succeeds when the node is"
            + " back and its boot id is another one. The microkernel that starts itself anew,"
            + " without options of its own, stays the node that it is: its key goes along in"
            + " memory.",
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
    Outcome failure = load(invocation);
    if (failure != null) {
      return failure;
    }
    return restart.by(
        invocation,
        Programs.find("systemctl") == null
            ? List.of("kexec", "-e")
            : List.of("systemctl", "kexec"));
  }

  /** Null when kernel and initrd are in memory; else why not. */
  private @Nullable Outcome load(Invocation invocation) throws InterruptedException {
    JsonNode arguments = invocation.arguments();
    List<String> load =
        new ArrayList<>(List.of("kexec", "-l", arguments.path("kernel").asString()));
    String initrd = text(arguments, "initrd");
    String options = text(arguments, "options");
    Path carrying = null;
    try {
      if (initrd != null && options == null && bootedByTicket()) {
        carrying = CarriedKey.behind(Path.of(initrd), folder);
      }
      if (initrd != null) {
        load.add("--initrd=" + (carrying == null ? initrd : carrying));
      }
      load.add(options == null ? "--reuse-cmdline" : "--command-line=" + options);
      int exit = Program.of(load).run(invocation.name() + "-load", invocation::write);
      return exit == 0 ? null : Outcome.ofExit(exit);
    } catch (Program.NotStarted e) {
      return Outcome.failed(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return Outcome.failed("initrd: " + initrd + " cannot be copied: " + e);
    } finally {
      CarriedKey.remove(carrying);
    }
  }

  /**
   * Whether this kernel's command line is that of the microkernel, whose boot ticket is used up:
   * the same command line will let nobody in, so the key has to come along.
   */
  private static boolean bootedByTicket() throws IOException {
    return Files.readString(COMMAND_LINE).contains("ingot.ticket=");
  }

  private static @Nullable String text(JsonNode arguments, String name) {
    JsonNode value = arguments.path(name);
    return value.isString() ? value.asString() : null;
  }
}
