package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.ImportStore.Written;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.problem.Problem;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer to a bulk import, line by line: progress while lines come in, then what became of each
 * line, then one last line that says how it ended. Only progress is sent while the client may still
 * be sending: it is so little that it always fits into the connection's buffers, so that a client
 * that does not read before it has sent everything waits for nobody.
 */
final class BulkAnswer {
  private static final int BETWEEN = 500;

  private final Supplier<OutputStream> open;
  private final PathAccess access;
  private final ByteArrayOutputStream results = new ByteArrayOutputStream();
  private @Nullable OutputStream out;
  private int lines;
  private int created;
  private int changed;
  private int unchanged;
  private int refused;

  BulkAnswer(Supplier<OutputStream> open, PathAccess access) {
    this.open = open;
    this.access = access;
  }

  /** A line was stored. */
  void stored(int line, Written written) throws IOException {
    switch (written.status()) {
      case "created" -> created++;
      case "changed" -> changed++;
      default -> unchanged++;
    }
    ObjectNode result = Json.MAPPER.createObjectNode().put("line", line);
    result.setAll(ImportAnswers.of(written, access));
    add(result);
  }

  /** A line was not stored. */
  void refused(int line, Problem problem) throws IOException {
    refused++;
    ObjectNode result = Json.MAPPER.createObjectNode().put("line", line).put("status", "refused");
    result.set("problem", problem(problem));
    add(result);
  }

  private void add(ObjectNode result) throws IOException {
    results.write(Json.bytes(result));
    results.write('\n');
    if (++lines % BETWEEN == 0) {
      ObjectNode line = Json.MAPPER.createObjectNode();
      count(line.putObject("progress"));
      progress(line);
    }
  }

  /** So many of so many lines are in the transaction that stores all or none. */
  void under(int done, int of) throws IOException {
    ObjectNode line = Json.MAPPER.createObjectNode();
    line.putObject("progress").put("lines", done).put("of", of);
    progress(line);
  }

  private void progress(ObjectNode line) throws IOException {
    OutputStream to = out();
    to.write(Json.bytes(line));
    to.write('\n');
    to.flush();
  }

  /** Whether anything was said or is to be said. */
  boolean isStarted() {
    return out != null || lines > 0;
  }

  /** Everything came in and is stored or refused. */
  void done() throws IOException {
    ObjectNode last = Json.MAPPER.createObjectNode();
    count(last.putObject("done"));
    end(last);
  }

  /**
   * It ended before its time.
   *
   * @param acknowledged whether what was said of lines so far holds
   */
  void brokeOff(Problem problem, boolean acknowledged) throws IOException {
    if (!acknowledged) {
      results.reset();
    }
    ObjectNode last = Json.MAPPER.createObjectNode();
    last.set("problem", problem(problem));
    end(last);
  }

  private void end(ObjectNode last) throws IOException {
    OutputStream to = out();
    results.writeTo(to);
    to.write(Json.bytes(last));
    to.write('\n');
    to.flush();
  }

  private void count(ObjectNode counts) {
    counts
        .put("lines", lines)
        .put("created", created)
        .put("changed", changed)
        .put("unchanged", unchanged)
        .put("refused", refused);
  }

  static ObjectNode problem(Problem problem) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("type", "urn:ingot:problem:" + problem.kind().slug);
    json.put("status", problem.kind().status);
    json.put("detail", problem.detail());
    if (problem.field() != null) {
      json.put("field", problem.field());
    }
    return json;
  }

  private OutputStream out() {
    OutputStream opened = out == null ? new BufferedOutputStream(open.get()) : out;
    out = opened;
    return opened;
  }
}
