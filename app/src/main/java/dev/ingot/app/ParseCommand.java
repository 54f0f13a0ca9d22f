package dev.ingot.app;

import dev.ingot.agent.parse.ParseFailure;
import dev.ingot.agent.parse.Parsed;
import dev.ingot.agent.parse.Parsers;
import dev.ingot.cli.Call;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** {@code ingot parse TOOL [FILE]}: what one parser makes of one recorded output. */
final class ParseCommand {
  private static final int MOST_BYTES = 64 << 20;

  private ParseCommand() {}

  static int run(Call call) {
    String tool = call.argument(0);
    if (!Parsers.names().contains(tool)) {
      throw CommandException.usage(
          "no parser of '" + tool + "'; there are " + String.join(", ", Parsers.names()));
    }
    String file = call.argument(1);
    try {
      Parsed parsed = Parsers.parse(tool, read(call, file));
      call.output().document(parsed.document(tool), "tool");
      return ExitCode.OK;
    } catch (NoSuchFileException e) {
      throw new CommandException(ExitCode.NOT_FOUND, "there is no file " + file, e);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.FAILED, (file.isEmpty() ? "standard input" : file) + ": " + e.getMessage(), e);
    } catch (ParseFailure e) {
      throw new CommandException(ExitCode.FAILED, tool + ": " + e.reason(), e);
    }
  }

  private static String read(Call call, String file) throws IOException {
    try (InputStream stream =
        file.isEmpty() || file.equals("-")
            ? call.terminal().in()
            : Files.newInputStream(Path.of(file))) {
      byte[] bytes = stream.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IOException("longer than " + MOST_BYTES + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
