package dev.ingot.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code ingot inventory export}: documents of one moment as JSON lines. */
final class InventoryExport {
  private InventoryExport() {}

  static Verb verb() {
    return Verb.of("export", "Writes documents, one on each line", InventoryExport::run)
        .optional("FILE", "must not be there yet; left out or -: standard output")
        .option("--filter", "FILTER", "of the machines that this filter matches, JSON")
        .option("--on", "TARGET", "of these machines");
  }

  private static int run(Call call) throws IOException {
    Map<String, String> query = new TreeMap<>();
    String filter = call.option("--filter");
    if (filter != null) {
      query.put("filter", NodeCommands.json(filter, "the filter").toString());
    }
    String on = call.option("--on");
    if (on != null) {
      query.put("on", on);
    }
    String name = call.argument(0);
    if (name.isEmpty() || name.equals("-")) {
      try (ProgressLine progress = progress(call)) {
        call.client().imports().exportInventory(query, call.terminal().out(), progress);
      }
      return ExitCode.OK;
    }
    Path file = Path.of(name);
    if (Files.exists(file)) {
      throw new CommandException(ExitCode.REFUSED, file + " is there already");
    }
    // Beside the file first, so that a broken export never bears the name of a whole one.
    Path beside = file.resolveSibling(file.getFileName() + ".part");
    long bytes;
    try (OutputStream out = Files.newOutputStream(beside);
        ProgressLine progress = progress(call)) {
      bytes = call.client().imports().exportInventory(query, out, progress);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(beside);
      if (e instanceof RuntimeException known) {
        throw known;
      }
      throw new CommandException(ExitCode.FAILED, "export to " + file + ": " + e.getMessage(), e);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    ObjectNode done = JsonNodeFactory.instance.objectNode().put("file", file.toString());
    call.output()
        .done(
            file + " holds the documents, " + Units.bytes(bytes), done.put("bytes", bytes), "file");
    return ExitCode.OK;
  }

  private static ProgressLine progress(Call call) {
    return new ProgressLine(call.terminal(), "export");
  }
}
