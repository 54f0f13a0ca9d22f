package dev.ingot.app;

import dev.ingot.cli.Cli;
import dev.ingot.cli.Terminal;

/** The program. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(new Cli(Terminal.ofProcess(), Version.text(), LocalCommands.all()).run(arguments));
  }
}
