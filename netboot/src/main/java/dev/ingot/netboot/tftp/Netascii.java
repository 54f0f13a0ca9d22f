package dev.ingot.netboot.tftp;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Content as netascii (RFC 764 by way of RFC 1350): LF becomes CR LF, CR becomes CR NUL. Only for
 * small files: the size must be known.
 */
final class Netascii implements TftpFiles.Content {
  private static final int LARGEST = 1 << 20;

  private final ByteBuffer converted;

  private Netascii(ByteBuffer converted) {
    this.converted = converted;
  }

  /** Converts the whole content and closes it. */
  static TftpFiles.Content of(TftpFiles.Content content)
      throws IOException, TftpFiles.RefusedException {
    try (content) {
      if (content.size() > LARGEST) {
        throw new TftpFiles.RefusedException(
            TftpPacket.Failure.ILLEGAL_OPERATION,
            "files above 1 MiB are served in mode octet only");
      }
      ByteBuffer original = ByteBuffer.allocate((int) content.size());
      content.read(original, 0);
      original.flip();
      ByteBuffer converted = ByteBuffer.allocate(2 * original.remaining());
      while (original.hasRemaining()) {
        byte next = original.get();
        switch (next) {
          case '\n' -> converted.put((byte) '\r').put((byte) '\n');
          case '\r' -> converted.put((byte) '\r').put((byte) 0);
          default -> converted.put(next);
        }
      }
      return new Netascii(converted.flip());
    }
  }

  @Override
  public long size() {
    return converted.limit();
  }

  @Override
  public void read(ByteBuffer into, long position) {
    int length = (int) Math.min(into.remaining(), converted.limit() - position);
    into.put(converted.slice((int) position, length));
  }

  @Override
  public void close() {}
}
