package dev.ingot.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Everything to a file, and back. */
final class BackupCommands {
  private BackupCommands() {}

  static Verb backup() {
    return Verb.of(
            "backup", "Writes everything that the server has to a file", BackupCommands::save)
        .argument("FILE", "made with mode 0600; must not be there yet");
  }

  static Verb restore() {
    return Verb.of(
            "restore", "Replaces everything that the server has by a backup", BackupCommands::load)
        .argument("FILE", "that `ingot backup` wrote")
        .destructive();
  }

  /** Beside the file first, so that a broken backup never bears the name of a whole one. */
  private static int save(Call call) throws IOException {
    Path file = Path.of(call.argument(0));
    if (Files.exists(file)) {
      throw new CommandException(ExitCode.REFUSED, file + " is there already");
    }
    Path beside = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(beside);
    long bytes;
    try (FileChannel channel = create(beside);
        OutputStream out = Channels.newOutputStream(channel);
        ProgressLine progress = new ProgressLine(call.terminal(), "backup")) {
      bytes = call.client().backup(out, progress);
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(beside);
      throw new CommandException(
          ExitCode.FAILED, "backup to " + file + ": " + ProgressLine.reason(e), e);
    } catch (RuntimeException e) {
      Files.deleteIfExists(beside);
      throw e;
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    ObjectNode done = JsonNodeFactory.instance.objectNode().put("file", file.toString());
    call.output()
        .done(file + " holds everything, " + Units.bytes(bytes), done.put("bytes", bytes), "file");
    return ExitCode.OK;
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private static int load(Call call) throws IOException {
    Path file = Path.of(call.argument(0));
    if (!Files.isReadable(file)) {
      throw new CommandException(ExitCode.NOT_FOUND, "cannot read " + file);
    }
    call.confirm("Replace everything that the server has by " + file + "?");
    try (ProgressLine progress = new ProgressLine(call.terminal(), "restore")) {
      var answer = call.client().restore(file, progress);
      ObjectNode done = JsonNodeFactory.instance.objectNode().put("file", file.toString());
      call.output()
          .done("everything is as " + file + " has it", answer.isNull() ? done : answer, "file");
    }
    return ExitCode.OK;
  }
}
