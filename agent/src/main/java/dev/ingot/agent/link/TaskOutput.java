package dev.ingot.agent.link;

import dev.ingot.protocol.OutputChunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stream of one task: its first {@link OutputChunk#HEAD} bytes, which are sent while it runs,
 * and its last {@link OutputChunk#TAIL}, which are sent when it ended; what is between is only
 * counted. Where the budget of all streams ends both are shorter. Not thread-safe.
 */
final class TaskOutput {
  private static final byte[] NOTHING = {};

  private final OutputChunk.Stream stream;
  private final OutputBudget budget;
  private int headMost = OutputChunk.HEAD;
  private int tailMost = OutputChunk.TAIL;
  private byte[] head = NOTHING;
  private byte[] tail = NOTHING;
  private long length;
  private long sent;
  private long acknowledged;

  TaskOutput(OutputChunk.Stream stream, OutputBudget budget) {
    this.stream = stream;
    this.budget = budget;
  }

  void add(byte[] bytes) {
    int toHead = (int) Math.min(bytes.length, Math.max(0, headMost - length));
    if (toHead > 0) {
      byte[] larger = grown(head, (int) length + toHead, OutputChunk.HEAD);
      if (larger == null) {
        headMost = head.length;
        toHead = Math.min(toHead, headMost - (int) length);
      } else {
        head = larger;
      }
      System.arraycopy(bytes, 0, head, (int) length, toHead);
      length += toHead;
    }
    // Of more than a whole tail only the end is looked at.
    int from = Math.max(toHead, bytes.length - tailMost);
    length += from - toHead;
    for (int at = from; at < bytes.length; ) {
      if (tailMost == 0) {
        length += bytes.length - at;
        return;
      }
      int place = placeOf(length);
      int count = Math.min(bytes.length - at, tailMost - place);
      boolean round = length >= (long) headMost + tailMost;
      byte[] larger = grown(tail, round ? tailMost : place + count, tailMost);
      if (larger == null) {
        // It has not been round yet: what is there stays where it is.
        tailMost = tail.length;
        continue;
      }
      tail = larger;
      System.arraycopy(bytes, at, tail, place, count);
      at += count;
      length += count;
    }
  }

  private int placeOf(long offset) {
    return (int) ((offset - headMost) % tailMost);
  }

  /** Null where the budget ends. */
  private byte @Nullable [] grown(byte[] bytes, int needed, int most) {
    if (needed <= bytes.length) {
      return bytes;
    }
    int size = Math.min(most, Math.max(needed, bytes.length * 2));
    if (!budget.take(size - bytes.length)) {
      return null;
    }
    return Arrays.copyOf(bytes, size);
  }

  /** Nobody asks for it any more. */
  void discard() {
    budget.giveBack(head.length + tail.length);
    head = NOTHING;
    tail = NOTHING;
    sent = length;
    acknowledged = length;
  }

  /** How much may be sent while the task runs. */
  int waiting() {
    return (int) Math.max(0, Math.min(length, headMost) - sent);
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
    return Math.max(headMost, length - tailMost);
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
      int place = tailMost == 0 ? 0 : placeOf(from);
      int count = (int) Math.min(Math.min(length - from, OutputChunk.MAX_BYTES), tailMost - place);
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
