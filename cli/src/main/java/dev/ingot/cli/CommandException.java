package dev.ingot.cli;

import org.jspecify.annotations.Nullable;

/** A command that cannot go on, for a reason on this side of the connection; one line. */
public final class CommandException extends RuntimeException {
  private final int exitCode;

  public CommandException(int exitCode, String line) {
    this(exitCode, line, null);
  }

  public CommandException(int exitCode, String line, @Nullable Throwable cause) {
    super(line, cause);
    this.exitCode = exitCode;
  }

  public static CommandException usage(String line) {
    return new CommandException(ExitCode.USAGE, line);
  }

  public int exitCode() {
    return exitCode;
  }
}
