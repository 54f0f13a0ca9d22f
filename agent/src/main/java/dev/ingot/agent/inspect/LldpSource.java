package dev.ingot.agent.inspect;

/** Who hears LLDP frames for us. */
public interface LldpSource {
  /**
   * The neighbours' last frames, a line each: port and bytes as hexadecimal.
   *
   * @throws ToolUnavailable if nobody hears them, or not for long enough yet
   */
  String frames() throws ToolUnavailable;
}
