package dev.ingot.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Writes down each task that begins, before anything is said of it: what one process of a fleet
 * began is known after that process was killed, so that a task that begins again in the next one is
 * seen. A line has the machine, the task and the attempt.
 */
final class Beginnings implements AutoCloseable {
  private final @Nullable FileChannel file;
  private final FleetProgress progress;

  /**
   * @param path appended to; null to write nothing
   */
  Beginnings(@Nullable Path path, FleetProgress progress) {
    this.progress = progress;
    try {
      file =
          path == null
              ? null
              : FileChannel.open(
                  path,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Handed to the kernel in one write: a kill of this process does not lose it. */
  void begins(String machine, long task, int attempt) {
    if (file != null) {
      String line = machine + " " + task + " " + attempt + "\n";
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
      try {
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
      } catch (IOException e) {
        progress.beginningNotWritten();
      }
    }
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
