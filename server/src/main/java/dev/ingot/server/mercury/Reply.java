package dev.ingot.server.mercury;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An answer in the making. What is long in it is a list, whose elements are written as they are
 * read, into room that is counted: however much is asked for, no more of it lies here than that.
 */
abstract class Reply implements AutoCloseable {
  private final ReplySpace.Share share;
  private Octets head;
  private Octets list;
  private Octets tail;
  private @Nullable String key;
  private int count;

  Reply(ReplySpace space) {
    share = space.share();
    head = new Octets(share);
    list = new Octets(share);
    tail = new Octets(share);
  }

  /** What is answered has a list. */
  final void list(String name) {
    key = name;
  }

  /**
   * One more element of it.
   *
   * @throws Refused if the answer becomes too large, or there is no room
   */
  final void add(JsonNode element) {
    element(list, element, count);
    count++;
  }

  /** There will be more elements, for which room is wanted before they are read. */
  final void more() {
    share.grow();
  }

  final int count() {
    return count;
  }

  /** The rest of what is answered, of an answer with a list an object. */
  final void end(JsonNode message) {
    whole(head, tail, message, key, count);
  }

  /** Answers with this, as it is. */
  final void as(JsonNode whole) {
    element(head, whole, 0);
  }

  /** Answers that it failed, whatever was written. */
  final void instead(String message) {
    clear();
    failed(head, message);
  }

  private void clear() {
    share.clear();
    head = new Octets(share);
    list = new Octets(share);
    tail = new Octets(share);
    key = null;
    count = 0;
  }

  /** Writes an element of the list. */
  abstract void element(Octets to, JsonNode element, int before);

  /**
   * Writes what stands before and behind the list.
   *
   * @param list its name; null for none
   */
  abstract void whole(
      Octets before, Octets behind, JsonNode message, @Nullable String list, int elements);

  /** Writes that it failed. */
  abstract void failed(Octets to, String message);

  final long length() {
    return head.length() + list.length() + tail.length();
  }

  final void writeTo(OutputStream out) throws IOException {
    for (Octets each : List.of(head, list, tail)) {
      each.writeTo(out);
    }
  }

  /**
   * It is made, and is sent from now on.
   *
   * @param drop disconnects its reader; does not block
   */
  final void send(Runnable drop) {
    share.send(drop);
  }

  @Override
  public final void close() {
    share.close();
  }
}
