package dev.ingot.agent.link;

import dev.ingot.protocol.OutputChunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stream of one task: its first {@link OutputChunk#HEAD} bytes, which are sent while it runs,
 * and its last {@link OutputChunk#TAIL}, which are sent when it ended; what is between is only
 * counted. Not thread-safe.
 */
final class TaskOutput {
  private static final byte[] NOTHING = {};

  private final OutputChunk.Stream stream;
  private byte[] head = NOTHING;
  private byte[] tail = NOTHING;
  private long length;
  private long sent;
  private long acknowledged;

  TaskOutput(OutputChunk.Stream stream) {
    this.stream = stream;
  }

  void add(byte[] bytes) {
    int toHead = (int) Math.min(bytes.length, Math.max(0, OutputChunk.HEAD - length));
    if (toHead > 0) {
      head = grown(head, (int) length + toHead, OutputChunk.HEAD);
      System.arraycopy(bytes, 0, head, (int) length, toHead);
      length += toHead;
    }
    // Of more than a whole tail only the end is looked at.
    int from = Math.max(toHead, bytes.length - OutputChunk.TAIL);
    length += from - toHead;
    for (int at = from; at < bytes.length; ) {
      int place = (int) ((length - OutputChunk.HEAD) % OutputChunk.TAIL);
      int count = Math.min(bytes.length - at, OutputChunk.TAIL - place);
      tail =
          grown(
              tail,
              length < OutputChunk.HEAD + OutputChunk.TAIL ? place + count : OutputChunk.TAIL,
              OutputChunk.TAIL);
      System.arraycopy(bytes, at, tail, place, count);
      at += count;
      length += count;
    }
  }

  private static byte[] grown(byte[] bytes, int needed, int most) {
    return needed <= bytes.length
        ? bytes
        : Arrays.copyOf(bytes, Math.min(most, Math.max(needed, bytes.length * 2)));
  }

  /** How much may be sent while the task runs. */
  int waiting() {
    return (int) Math.max(0, Math.min(length, OutputChunk.HEAD) - sent);
  }

  /** Whether something is sent of which the server has not said that it is stored. */
  boolean outstanding() {
    return sent > acknowledged;
  }

  /** The next chunk of the beginning, null when there is none. */
  @Nullable OutputChunk next() {
    int count = Math.min(waiting(), OutputChunk.MAX_BYTES);
    if (count == 0) {
      return null;
    }
    OutputChunk chunk =
        new OutputChunk(stream, sent, Arrays.copyOfRange(head, (int) sent, (int) sent + count), 0);
    sent += count;
    return chunk;
  }

  /** How much {@link #rest} would say. */
  long left() {
    return waiting() + Math.max(0, length - Math.max(sent, tailFrom()));
  }

  private long tailFrom() {
    return Math.max(OutputChunk.HEAD, length - OutputChunk.TAIL);
  }

  /** Everything that is kept and was not sent; the task has ended. */
  List<OutputChunk> rest() {
    List<OutputChunk> rest = new ArrayList<>();
    OutputChunk chunk;
    while ((chunk = next()) != null) {
      rest.add(chunk);
    }
    while (sent < length) {
      long from = Math.max(sent, tailFrom());
      int place = (int) ((from - OutputChunk.HEAD) % OutputChunk.TAIL);
      int count =
          (int) Math.min(Math.min(length - from, OutputChunk.MAX_BYTES), OutputChunk.TAIL - place);
      rest.add(
          new OutputChunk(
              stream, from, Arrays.copyOfRange(tail, place, place + count), from - sent));
      sent = from + count;
    }
    return rest;
  }

  /** Everything before the offset is stored. */
  void acknowledged(long offset) {
    acknowledged = Math.max(acknowledged, Math.min(offset, sent));
  }

  /** A new connection: what is not known to be stored is sent again. */
  void again() {
    sent = acknowledged;
  }
}
