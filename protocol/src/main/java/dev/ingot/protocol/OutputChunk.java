package dev.ingot.protocol;

import java.util.Arrays;
import java.util.Locale;

/**
 * Bytes that a task wrote, whatever they are.
 *
 * @param offset of the first byte in everything that the stream ever carried
 * @param dropped how many bytes directly before these were left out
 */
@SuppressWarnings("ArrayRecordComponent")
public record OutputChunk(Stream stream, long offset, byte[] bytes, long dropped) {
  /** How much of the beginning of a stream is kept. */
  public static final int HEAD = 256 << 10;

  /** How much of the end of a stream is kept. */
  public static final int TAIL = 768 << 10;

  /** The most that one chunk carries. */
  public static final int MAX_BYTES = 64 << 10;

  /** Where a process writes to. */
  public enum Stream {
    STDOUT,
    STDERR;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The offset of the byte after the last. */
  public long end() {
    return offset + bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OutputChunk chunk
        && chunk.stream == stream
        && chunk.offset == offset
        && chunk.dropped == dropped
        && Arrays.equals(chunk.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes) * 31 + Long.hashCode(offset);
  }

  @Override
  public String toString() {
    return "%s %d+%d".formatted(stream.word(), offset, bytes.length);
  }
}
