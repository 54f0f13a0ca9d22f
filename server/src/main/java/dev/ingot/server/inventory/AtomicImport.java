package dev.ingot.server.inventory;

import dev.ingot.server.inventory.ImportStore.Written;
import dev.ingot.server.inventory.NodeReferences.Meant;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Stores all lines of an import or none, in one transaction. The lines are checked as they come in
 * and wait in a file without a name, so that no lock is held while a client sends slowly; then the
 * nodes are locked in the order of their ids, as every writer does.
 */
final class AtomicImport {
  static final int MOST_LINES = 10_000;
  static final long MOST_BYTES = 512L << 20;

  private static final int GROUP = 50;
  private static final int GROUP_BYTES = 2 << 20;

  private final Jdbi jdbi;
  private final ImportStore store;
  private final BulkImport bulk;

  AtomicImport(Jdbi jdbi, ImportStore store, BulkImport bulk) {
    this.jdbi = jdbi;
    this.store = store;
    this.bulk = bulk;
  }

  /** Where a line waits. */
  private record Waiting(int number, String reference, long offset, int size) {}

  /** A line and whom it means. */
  private record Line(Waiting line, String id) {}

  /** What became of a line. */
  private record Result(int line, Written written) {}

  void all(InputStream in, boolean keep, PathAccess access, BulkAnswer answer) throws IOException {
    Path file = Files.createTempFile("ingot-import", ".jsonl");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      // Whatever happens to this process, nothing of it stays.
      Files.delete(file);
      List<Waiting> lines = spool(in, keep, channel);
      List<Result> results =
          Attempts.inTransaction(
              jdbi, handle -> write(handle, lines, channel, keep, access, answer));
      for (Result result : results) {
        answer.stored(result.line, result.written);
      }
    }
  }

  private static List<Waiting> spool(InputStream in, boolean keep, FileChannel channel)
      throws IOException {
    LineReader reader = new LineReader(in, ImportLine.LONGEST);
    List<Waiting> lines = new ArrayList<>();
    long offset = 0;
    for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
      byte[] bytes = line.bytes();
      try {
        ImportLine parsed = ImportLine.parse(line, keep);
        lines.add(new Waiting(line.number(), parsed.reference(), offset, parsed.size()));
      } catch (Problem e) {
        throw at(line.number(), e);
      }
      offset += bytes == null ? 0 : bytes.length;
      if (lines.size() > MOST_LINES || offset > MOST_BYTES) {
        throw Problem.tooLarge(
            "at most "
                + MOST_LINES
                + " lines and "
                + (MOST_BYTES >> 20)
                + " MiB are stored as one; send less, or mode=each");
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes == null ? new byte[0] : bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
    return lines;
  }

  private List<Result> write(
      Handle handle,
      List<Waiting> waiting,
      FileChannel channel,
      boolean keep,
      PathAccess access,
      BulkAnswer answer) {
    List<Line> lines = new ArrayList<>();
    TreeSet<String> unknown = new TreeSet<>();
    for (int from = 0; from < waiting.size(); from += 1000) {
      resolve(handle, waiting.subList(from, Math.min(from + 1000, waiting.size())), access)
          .forEach(
              (line, node) -> {
                lines.add(new Line(line, node.id()));
                if (!node.known()) {
                  unknown.add(node.id());
                }
              });
    }
    // In the order of the ids, and of the lines of one node.
    lines.sort(Comparator.comparing(Line::id).thenComparing(line -> line.line.number));
    TreeSet<String> ids = new TreeSet<>();
    lines.forEach(line -> ids.add(line.id));
    Set<String> created = new HashSet<>(store.prepare(handle, access, ids, unknown));
    List<Result> results = new ArrayList<>();
    TreeMap<String, ImportEdit> edits = new TreeMap<>();
    TreeMap<String, Integer> numbers = new TreeMap<>();
    int bytes = 0;
    try {
      for (Line line : lines) {
        if (edits.containsKey(line.id) || edits.size() == GROUP || bytes > GROUP_BYTES) {
          flush(handle, access, edits, numbers, created, results);
          bytes = 0;
          if (results.size() % 500 < GROUP) {
            answer.under(results.size(), lines.size());
          }
        }
        edits.put(line.id, read(channel, line.line, keep).edit());
        numbers.put(line.id, line.line.number);
        bytes += line.line.size;
      }
      flush(handle, access, edits, numbers, created, results);
    } catch (IOException e) {
      throw new UncheckedIOException("the import broke off", e);
    }
    results.sort(Comparator.comparing(Result::line));
    return results;
  }

  private Map<Waiting, Meant> resolve(Handle handle, List<Waiting> lines, PathAccess access) {
    Map<Integer, String> references = new TreeMap<>();
    lines.forEach(line -> references.put(line.number, line.reference));
    Map<Integer, Object> found = bulk.meant(handle, access, references);
    Map<Waiting, Meant> meant = new TreeMap<>(Comparator.comparing(Waiting::number));
    for (Waiting line : lines) {
      switch (found.get(line.number)) {
        case Meant node -> meant.put(line, node);
        case Problem problem -> throw at(line.number, problem);
        case null, default ->
            throw new IllegalStateException("line " + line.number + " means nothing");
      }
    }
    return meant;
  }

  private void flush(
      Handle handle,
      PathAccess access,
      TreeMap<String, ImportEdit> edits,
      TreeMap<String, Integer> numbers,
      Set<String> created,
      List<Result> results) {
    if (edits.isEmpty()) {
      return;
    }
    try {
      for (Written written : store.written(handle, access, edits, created, null)) {
        results.add(new Result(numbers.getOrDefault(written.id(), 0), written));
      }
    } catch (Problem e) {
      throw culprit(handle, access, edits, numbers, created, e);
    }
    created.removeAll(edits.keySet());
    edits.clear();
    numbers.clear();
  }

  /**
   * The problem with the number of its line: nothing of the transaction stays, so each is tried.
   */
  private Problem culprit(
      Handle handle,
      PathAccess access,
      TreeMap<String, ImportEdit> edits,
      TreeMap<String, Integer> numbers,
      Set<String> created,
      Problem together) {
    for (Map.Entry<String, ImportEdit> edit : edits.entrySet()) {
      try {
        store.written(
            handle, access, new TreeMap<>(Map.of(edit.getKey(), edit.getValue())), created, null);
      } catch (Problem alone) {
        return at(numbers.getOrDefault(edit.getKey(), 0), alone);
      }
    }
    return together;
  }

  private static ImportLine read(FileChannel channel, Waiting line, boolean keep)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(line.size);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, line.offset + buffer.position()) < 0) {
        throw new IOException("the file of waiting lines is shorter than it was");
      }
    }
    return ImportLine.parse(new LineReader.Line(line.number, buffer.array()), keep);
  }

  private static Problem at(int line, Problem problem) {
    return new Problem(
        problem.kind(), "line " + line + ": " + problem.detail(), problem.field(), problem);
  }
}
