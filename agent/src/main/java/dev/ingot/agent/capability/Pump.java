package dev.ingot.agent.capability;

import dev.ingot.protocol.OutputChunk;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a program writes to one stream, on a thread of the kernel: a read of a pipe that has
 * nothing to say would keep one of the few carriers of virtual threads, and two programs that hang
 * would keep all.
 */
final class Pump {
  private static final Logger log = LoggerFactory.getLogger(Pump.class);

  /** How long output of what a program left running in the background is still listened to. */
  private static final Duration AFTER_THE_END = Duration.ofSeconds(1);

  /** Whoever left the family may hold the stream open: the task does not wait for ever. */
  private static final int MOST_ROUNDS = 30;

  private static final int BUFFER = 32 << 10;

  private final InputStream from;
  private final OutputChunk.Stream stream;
  private final Program.Sink sink;
  private final Thread thread;
  private volatile long bytes;

  private Pump(InputStream from, OutputChunk.Stream stream, Program.Sink sink) {
    this.from = from;
    this.stream = stream;
    this.sink = sink;
    // Ends with the stream.
    this.thread = Thread.ofPlatform().daemon().name("task-output").unstarted(this::read);
  }

  static Pump start(InputStream from, OutputChunk.Stream stream, Program.Sink sink) {
    Pump pump = new Pump(from, stream, sink);
    pump.thread.start();
    return pump;
  }

  /**
   * The program has ended: waits until all that it wrote is read.
   *
   * @param others whether something that it started lives, and may write for as long as it likes
   * @return false if the stream is still open
   */
  boolean end(BooleanSupplier others) throws InterruptedException {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      long before = bytes;
      if (thread.join(AFTER_THE_END)) {
        return true;
      }
      if (bytes == before && others.getAsBoolean()) {
        return false;
      }
    }
    return false;
  }

  private void read() {
    byte[] buffer = new byte[BUFFER];
    long all = 0;
    try (from) {
      for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
        sink.write(stream, buffer, 0, count);
        all += count;
        bytes = all;
      }
    } catch (IOException e) {
      log.debug("the output of a task was closed", e);
    }
  }
}
