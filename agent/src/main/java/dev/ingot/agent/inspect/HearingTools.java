package dev.ingot.agent.inspect;

/**
 * Beside the programs: what we hear ourselves, as if a program had said it, so that it is recorded
 * and replayed like the rest.
 */
final class HearingTools implements Tools {
  /** No name of a program. */
  static final String RECEIVER = "(lldp-frames)";

  private final Tools programs;
  private final LldpSource source;

  HearingTools(Tools programs, LldpSource source) {
    this.programs = programs;
    this.source = source;
  }

  @Override
  public boolean has(String program) {
    return program.equals(RECEIVER) || programs.has(program);
  }

  @Override
  public String run(String program, String... arguments) throws ToolUnavailable {
    return program.equals(RECEIVER) ? source.frames() : programs.run(program, arguments);
  }

  @Override
  public String runWhateverStatus(String program, String... arguments) throws ToolUnavailable {
    return program.equals(RECEIVER)
        ? source.frames()
        : programs.runWhateverStatus(program, arguments);
  }
}
