package dev.ingot.cli;

/** What a command ends with; docs/cli.md. */
public final class ExitCode {
  public static final int OK = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;
  public static final int NOT_FOUND = 3;
  public static final int REFUSED = 4;
  public static final int PARTLY_FAILED = 5;
  public static final int TIMED_OUT = 6;
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
