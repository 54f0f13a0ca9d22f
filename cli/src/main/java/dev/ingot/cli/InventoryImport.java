package dev.ingot.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code ingot inventory import}: JSON lines from a file or a pipe, however many. */
final class InventoryImport {
  private static final int LINES_PER_REQUEST = 1000;
  private static final int BYTES_PER_REQUEST = 8 << 20;
  private static final String[] COUNTS = {"lines", "created", "changed", "unchanged", "refused"};

  private final Call call;
  private final Map<String, String> query = new TreeMap<>();
  private final ObjectNode counts = JsonNodeFactory.instance.objectNode();
  private int offset;
  private boolean ended;

  private InventoryImport(Call call) {
    this.call = call;
    for (String count : COUNTS) {
      counts.put(count, 0);
    }
  }

  static Verb verb() {
    return Verb.of("import", "Says what the source import says of many nodes", InventoryImport::run)
        .argument("FILE", "a document on each line, the node in mercury_id; - for standard input")
        .flag("--atomic", "all lines or none; at most 10,000")
        .flag("--keep", "sections that a line does not name stay");
  }

  private static int run(Call call) throws IOException {
    InventoryImport running = new InventoryImport(call);
    if (call.flag("--keep")) {
      running.query.put("keep", "true");
    }
    String name = call.argument(0);
    Path file = name.equals("-") ? null : Path.of(name);
    if (file != null && !Files.isReadable(file)) {
      throw new CommandException(ExitCode.NOT_FOUND, "cannot read " + file);
    }
    long total = file == null ? -1 : Files.size(file);
    try (InputStream in =
            new BufferedInputStream(
                file == null ? call.terminal().in() : Files.newInputStream(file), 64 << 10);
        ProgressLine progress = new ProgressLine(call.terminal(), "import")) {
      if (call.flag("--atomic")) {
        running.query.put("mode", "atomic");
        running.send(in);
      } else {
        running.inParts(in, total, progress);
      }
    }
    return running.end();
  }

  /** In requests of bounded size: however long the file is, each part is acknowledged soon. */
  private void inParts(InputStream in, long total, ProgressLine progress) throws IOException {
    ByteArrayOutputStream part = new ByteArrayOutputStream();
    long done = 0;
    int lines = 0;
    int last = -1;
    for (int next = in.read(); next >= 0; next = in.read()) {
      part.write(next);
      last = next;
      if (next == '\n' && (++lines == LINES_PER_REQUEST || part.size() >= BYTES_PER_REQUEST)) {
        done += part.size();
        send(new ByteArrayInputStream(part.toByteArray()));
        progress.moved(done, total);
        part.reset();
        offset += lines;
        lines = 0;
      } else if (part.size() > 4 * BYTES_PER_REQUEST) {
        throw new CommandException(
            ExitCode.FAILED, "line " + (offset + lines + 1) + " is longer than any document");
      }
    }
    if (part.size() > 0 && (last != '\n' || lines > 0)) {
      send(new ByteArrayInputStream(part.toByteArray()));
    }
  }

  private void send(InputStream lines) {
    ended = false;
    call.client().imports().importInventory(query, () -> lines, this::answered);
    if (!ended) {
      throw new CommandException(ExitCode.FAILED, "the answer broke off" + again());
    }
  }

  private void answered(JsonNode line) {
    if (line.path("status").asString("").equals("refused")) {
      JsonNode problem = line.path("problem");
      String field = problem.path("field").asString("");
      call.terminal()
          .err()
          .println(
              Printable.line(
                  "line "
                      + (offset + line.path("line").asInt(0))
                      + (field.isEmpty() ? "" : ", " + field)
                      + ": "
                      + problem.path("detail").asString("")));
    } else if (line.has("problem") && !line.has("line")) {
      throw new CommandException(
          ExitCode.FAILED, line.path("problem").path("detail").asString("") + again());
    } else if (line.has("done")) {
      ended = true;
      for (String count : COUNTS) {
        counts.put(count, counts.path(count).asInt(0) + line.path("done").path(count).asInt(0));
      }
    }
  }

  private String again() {
    return query.containsKey("mode")
        ? "; nothing is stored unless the server had finished: import again"
        : "; what came before line "
            + (offset + 1)
            + " is stored: import again, what is stored already changes nothing";
  }

  private int end() {
    int refused = counts.path("refused").asInt(0);
    int lines = counts.path("lines").asInt(0);
    String sentence =
        "%d lines: %d created, %d changed, %d unchanged, %d refused"
            .formatted(
                lines,
                counts.path("created").asInt(0),
                counts.path("changed").asInt(0),
                counts.path("unchanged").asInt(0),
                refused);
    call.output().done(sentence, counts, "lines");
    return refused == 0 ? ExitCode.OK : refused == lines ? ExitCode.FAILED : ExitCode.PARTLY_FAILED;
  }

  /** What stands in a file or on standard input, read whole. */
  static JsonNode document(Call call, String name) {
    try (InputStream in =
        name.equals("-") ? call.terminal().in() : Files.newInputStream(Path.of(name))) {
      return NodeCommands.json(
          new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8), name);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new CommandException(ExitCode.NOT_FOUND, "cannot read " + name, e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }
}
