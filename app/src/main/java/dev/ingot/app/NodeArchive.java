package dev.ingot.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes of two archives of the same classes the one that everybody gets of them. In an archive lie
 * soft references, and each holds the time, in milliseconds since that machine's start, at which it
 * was made ({@code SoftReference.timestamp}); two archives differ in these and in the checksums of
 * what they are part of, which no JVM looks at unless it is told to (-XX:+VerifySharedSpaces). All
 * of these become 0, as if last used at the start of the node. Runs when an image is built.
 */
public final class NodeArchive {
  /** What is before the classes: it holds the checksums (cdsFileMap.hpp in the JVM's sources). */
  private static final int HEADER_BYTES = 4096;

  /** Both have just been made, one after the other. */
  private static final long MOST_MILLIS = 600_000;

  private NodeArchive() {}

  /** Arguments: the first archive, which is changed, and the second. */
  public static void main(String[] arguments) {
    try {
      settle(Path.of(arguments[0]), Path.of(arguments[1]), System.nanoTime() / 1_000_000);
    } catch (IOException failed) {
      System.err.println("ingot: the archive of classes: " + failed.getMessage());
      System.exit(1);
    }
  }

  /**
   * @param now milliseconds of the clock that soft references go by
   */
  static void settle(Path first, Path second, long now) throws IOException {
    ByteBuffer other = ByteBuffer.wrap(Files.readAllBytes(second)).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(first)).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.capacity() != other.capacity() || bytes.capacity() % Long.BYTES != 0) {
      throw new IOException(
          "two of the same are %d and %d bytes long".formatted(bytes.capacity(), other.capacity()));
    }
    for (int at = 0; at < bytes.capacity(); at += Long.BYTES) {
      long one = bytes.getLong(at);
      long two = other.getLong(at);
      if (one == two) {
        continue;
      }
      if (at < HEADER_BYTES) {
        // A checksum has half a word: what differs is one, or two, or is no checksum.
        bytes.putInt(at, settled(bytes.getInt(at), other.getInt(at)));
        bytes.putInt(at + 4, settled(bytes.getInt(at + 4), other.getInt(at + 4)));
      } else if (isTime(one, two, now)) {
        bytes.putLong(at, 0);
      } else {
        throw new IOException("two of the same differ at %#x: %#x, %#x".formatted(at, one, two));
      }
    }
    Files.write(first, bytes.array(), StandardOpenOption.TRUNCATE_EXISTING);
  }

  private static int settled(int one, int two) {
    return one == two ? one : 0;
  }

  private static boolean isTime(long first, long second, long now) {
    return now - MOST_MILLIS < first && first < second && second <= now;
  }
}
