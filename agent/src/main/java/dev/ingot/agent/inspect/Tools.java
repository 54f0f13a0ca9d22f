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

  /** Whether a program is there to be run. */
  default boolean has(String program) {
    try {
      run(program, "--version");
      return true;
    } catch (ToolUnavailable e) {
      return !e.reason().endsWith("is not installed");
    }
  }

  /**
   * The same as {@link #run}, for programs whose status says more than whether they answered, as
   * {@code smartctl}'s does: what they wrote counts, whatever their status.
   */
  default String runWhateverStatus(String program, String... arguments) throws ToolUnavailable {
    return run(program, arguments);
  }
}
