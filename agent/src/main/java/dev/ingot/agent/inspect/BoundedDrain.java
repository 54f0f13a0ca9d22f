package dev.ingot.agent.inspect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** Reads a stream in a thread of its own, which ends with the stream, and keeps its beginning. */
final class BoundedDrain {
  private final InputStream stream;
  private final int most;
  private final Thread reader;
  private volatile byte[] kept = {};
  private volatile boolean broken;

  private BoundedDrain(InputStream stream, int most) {
    this.stream = stream;
    this.most = most;
    // Of the kernel: a read of a pipe would keep a carrier of virtual threads.
    this.reader = Thread.ofPlatform().daemon().name("tool-output").unstarted(this::read);
  }

  static BoundedDrain of(InputStream stream, int most) {
    BoundedDrain drain = new BoundedDrain(stream, most);
    drain.reader.start();
    return drain;
  }

  /** Waits for the end of the stream; false if it did not come in time. */
  boolean await(Duration deadline) throws InterruptedException {
    return reader.join(deadline) && !broken;
  }

  boolean overflowed() {
    return kept.length > most;
  }

  byte[] bytes() {
    return kept;
  }

  private void read() {
    try (stream) {
      kept = stream.readNBytes(most + 1);
      stream.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The stream was closed under us because the process was killed: what was kept stands.
      broken = true;
    }
  }
}
