package dev.ingot.agent.capability;

import dev.ingot.protocol.CapabilitySignature;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A capability that is one call of a tool: its signature, and how arguments become a command.
 * Output and exit status are the tool's own.
 */
public final class ToolCapability implements Capability {
  /** From arguments to a command. */
  interface Command {
    /**
     * @throws IllegalArgumentException naming the argument that does not fit
     */
    List<String> of(JsonNode arguments);
  }

  /** What is published; asked each time. */
  interface Signature {
    CapabilitySignature now();
  }

  private final Signature signature;
  private final Command command;

  ToolCapability(Signature signature, Command command) {
    this.signature = signature;
    this.command = command;
  }

  @Override
  public CapabilitySignature signature() {
    return signature.now();
  }

  @Override
  public Outcome call(Invocation invocation) throws InterruptedException {
    try {
      return Outcome.ofExit(
          Program.of(command.of(invocation.arguments())).run(invocation.name(), invocation::write));
    } catch (IllegalArgumentException | Program.NotStarted e) {
      return Outcome.failed(String.valueOf(e.getMessage()));
    }
  }
}
