package dev.ingot.agent.inspect;

/** The programs of a machine, run for their machine-readable output. */
public interface Tools {
  /**
   * Runs a program without a shell, in the C locale, within a deadline and an output bound.
   *
   * @return what it wrote to standard output
   * @throws ToolUnavailable if it is not there, failed, ran too long or said too much
   */
  String run(String program, String... arguments) throws ToolUnavailable;
}
