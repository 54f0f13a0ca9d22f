package dev.ingot.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Says how far reading is. */
final class CountedInput extends FilterInputStream {
  private final long total;
  private final Progress progress;
  private long done;

  CountedInput(InputStream in, long total, Progress progress) {
    super(in);
    this.total = total;
    this.progress = progress;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    moved(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    moved(read);
    return read;
  }

  private void moved(int bytes) {
    if (bytes > 0) {
      done += bytes;
      progress.moved(done, total);
    }
  }
}
