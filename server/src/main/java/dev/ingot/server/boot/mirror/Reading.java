package dev.ingot.server.boot.mirror;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** One who reads a file while it comes. */
public final class Reading implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final Download download;

  Reading(Download download) {
    this.download = download;
  }

  /** How long it is, -1 where its mirror does not say. */
  public long length() {
    return download.length();
  }

  /**
   * Writes all of it.
   *
   * @throws IOException when it will never be whole, or its reader is gone
   */
  public void copyTo(OutputStream out) throws IOException, InterruptedException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    long at = 0;
    for (int count = download.read(buffer, at); count >= 0; count = download.read(buffer, at)) {
      out.write(buffer.array(), 0, count);
      at += count;
      buffer.clear();
    }
  }

  @Override
  public void close() {
    download.release();
  }
}
