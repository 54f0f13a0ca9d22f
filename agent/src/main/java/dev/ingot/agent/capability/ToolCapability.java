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

  /** What has to be known before a command runs. */
  interface Check {
    /**
     * @throws IllegalArgumentException saying why it must not
     */
    void before(List<String> command, Invocation invocation)
        throws InterruptedException, Program.NotStarted;
  }

  /** What is published; asked each time. */
  interface Signature {
    CapabilitySignature now();
  }

  private final Signature signature;
  private final Command command;
  private final Check check;

  ToolCapability(Signature signature, Command command) {
    this(signature, command, (_, _) -> {});
  }

  ToolCapability(Signature signature, Command command, Check check) {
    this.signature = signature;
    this.command = command;
    this.check = check;
  }

  @Override
  public CapabilitySignature signature() {
    return signature.now();
  }

  @Override
  public Outcome call(Invocation invocation) throws InterruptedException {
    try {
      List<String> asked = command.of(invocation.arguments());
      check.before(asked, invocation);
      return Outcome.ofExit(Program.of(asked).run(invocation.name(), invocation::write));
    } catch (IllegalArgumentException | Program.NotStarted e) {
      return Outcome.failed(String.valueOf(e.getMessage()));
    }
  }
}
