package dev.ingot.app;

import dev.ingot.cli.Call;

/** {@code ingot up}: server and agent. */
final class UpCommand {
  private UpCommand() {}

  static int run(Call call) throws InterruptedException {
    return ServerCommand.run(call);
  }
}
