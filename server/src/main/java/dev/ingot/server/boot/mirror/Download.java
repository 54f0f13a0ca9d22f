package dev.ingot.server.boot.mirror;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A file on its way from its mirror, written once and read by as many as want it while it comes. It
 * goes on where it broke off, if it is still the same file; else it has failed, and who reads it
 * hears of that before its end.
 */
final class Download {
  private static final int BUFFER = 1 << 16;
  private static final int MOST_TRIES = 3;
  private static final int CONNECT_MILLISECONDS = 10_000;
  private static final int READ_MILLISECONDS = 30_000;

  private final URI uri;
  private final MirrorCache cache;
  private final @Nullable MirrorFile before;
  private final MessageDigest digest = MirrorCache.sha256();
  private @Nullable Path part;
  private @Nullable String tag;
  private @Nullable String modified;
  private long reserved;

  // what readers wait for, under the monitor
  private @Nullable FileChannel channel;
  private long length = -1;
  private long written;
  private State state = State.ASKING;
  private int status;
  private String failure = "";
  private int readers = 1;

  private static final class NoRoomException extends IOException {
    private static final long serialVersionUID = 1;

    NoRoomException() {
      super("there is no room for it: netboot.mirror-cache says how much is kept");
    }
  }

  enum State {
    /** Nothing is known yet. */
    ASKING,
    /** It is there, and its bytes come. */
    COMING,
    /** It is kept now. */
    KEPT,
    /** The file that is kept is still the one. */
    SAME,
    /** It is not there, or will not be whole. */
    FAILED
  }

  /**
   * @param before what is kept of it
   */
  Download(URI uri, MirrorCache cache, @Nullable MirrorFile before) {
    this.uri = uri;
    this.cache = cache;
    this.before = before;
  }

  /**
   * Fetches it; returns when it has ended, either way.
   *
   * @param now seconds since 1970
   */
  void run(String key, long now) {
    try {
      int tries = 0;
      while (!attempt()) {
        if (++tries == MOST_TRIES) {
          throw new IOException("the mirror broke off " + MOST_TRIES + " times");
        }
      }
      if (state() == State.SAME && before != null) {
        cache.update(before.checked(now));
        return;
      }
      FileChannel whole = channel;
      Path file = part;
      if (whole == null || file == null) {
        throw new IOException("the mirror sent nothing");
      }
      whole.force(true);
      cache.put(
          new MirrorFile(
              key, HexFormat.of().formatHex(digest.digest()), written, tag, modified, now),
          file);
      part = null;
      become(State.KEPT, 200, "");
    } catch (IOException | RuntimeException broken) {
      fail(502, String.valueOf(broken.getMessage()));
    } finally {
      cache.unreserve(reserved);
      removePart();
      release();
    }
  }

  /** One request to the mirror; false when it broke off and may go on. */
  private boolean attempt() throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(CONNECT_MILLISECONDS);
    connection.setReadTimeout(READ_MILLISECONDS);
    connection.setRequestProperty("Accept-Encoding", "identity");
    long from = written;
    ask(connection, from);
    try {
      int answered = connection.getResponseCode();
      if (from == 0 && answered == 304 && before != null) {
        become(State.SAME, 200, "");
        return true;
      }
      if (from > 0 && answered != 206) {
        throw new IOException("the mirror broke off after " + from + " bytes and cannot go on");
      }
      if (answered != 200 && answered != 206) {
        fail(answered == 404 || answered == 410 ? 404 : 502, "the mirror answered " + answered);
        throw new IOException("the mirror answered " + answered);
      }
      if (from == 0) {
        begin(connection);
      }
      copy(connection);
    } catch (java.net.SocketTimeoutException | java.net.SocketException brokenOff) {
      if (written == 0) {
        throw brokenOff;
      }
      return false;
    } finally {
      connection.disconnect();
    }
    return length < 0 || written == length;
  }

  private void ask(HttpURLConnection connection, long from) {
    if (from > 0) {
      connection.setRequestProperty("Range", "bytes=" + from + "-");
      String same = tag != null && !tag.startsWith("W/") ? tag : modified;
      connection.setRequestProperty("If-Range", same == null ? "\"none\"" : same);
    } else if (before != null && before.tag() != null) {
      connection.setRequestProperty("If-None-Match", before.tag());
    } else if (before != null && before.modified() != null) {
      connection.setRequestProperty("If-Modified-Since", before.modified());
    }
  }

  private void begin(HttpURLConnection connection) throws IOException {
    tag = connection.getHeaderField("ETag");
    modified = connection.getHeaderField("Last-Modified");
    long announced = connection.getContentLengthLong();
    if (announced > 0) {
      room(announced);
    }
    Path file = cache.part();
    part = file;
    FileChannel opened = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    synchronized (this) {
      channel = opened;
      length = announced;
      state = State.COMING;
      status = 200;
      notifyAll();
    }
  }

  private void room(long bytes) throws IOException {
    if (!cache.reserve(bytes)) {
      throw new NoRoomException();
    }
    reserved += bytes;
  }

  private void copy(HttpURLConnection connection) throws IOException {
    FileChannel out = channel;
    if (out == null) {
      return;
    }
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = connection.getInputStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (written + count > reserved) {
          room(length >= 0 ? count : Math.max(count, 16 << 20));
        }
        digest.update(buffer, 0, count);
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
        while (bytes.hasRemaining()) {
          out.write(bytes, written + bytes.position());
        }
        synchronized (this) {
          written += count;
          notifyAll();
        }
      }
    } catch (IOException brokenOff) {
      if (length < 0 || written == 0 || brokenOff instanceof NoRoomException) {
        throw brokenOff; // where it would end is not known
      }
    }
  }

  private synchronized void become(State next, int code, String why) {
    state = next;
    status = code;
    failure = why;
    notifyAll();
  }

  private synchronized void fail(int code, String why) {
    if (state != State.FAILED) {
      become(State.FAILED, code, why);
    }
  }

  synchronized State state() {
    return state;
  }

  /** Waits until something is known. */
  synchronized State begun() throws InterruptedException {
    while (state == State.ASKING) {
      wait();
    }
    return state;
  }

  /** Waits for its end. */
  synchronized State ended() throws InterruptedException {
    while (state == State.ASKING || state == State.COMING) {
      wait();
    }
    return state;
  }

  /** What to answer where it failed. */
  synchronized int status() {
    return status;
  }

  synchronized String failure() {
    return failure;
  }

  /** How long it is, -1 where the mirror does not say. */
  synchronized long length() {
    return length;
  }

  /** One more reads it; false when it is over already. Each ends with {@link #release}. */
  synchronized boolean join() {
    if (readers == 0 || (state != State.ASKING && state != State.COMING)) {
      return false;
    }
    readers++;
    return true;
  }

  void release() {
    FileChannel last = null;
    synchronized (this) {
      if (--readers == 0) {
        last = channel;
        channel = null;
      }
    }
    if (last != null) {
      try {
        last.close();
      } catch (IOException ignored) {
        // it was only read
      }
    }
  }

  /**
   * Reads what has come from there on; waits for at least a byte.
   *
   * @return how many, -1 at the end of the whole file
   * @throws IOException when the file will never be whole
   */
  int read(ByteBuffer into, long from) throws IOException, InterruptedException {
    FileChannel source;
    synchronized (this) {
      while (state == State.COMING && written <= from) {
        wait();
      }
      if (state == State.FAILED) {
        throw new IOException(failure);
      }
      source = channel;
      if (written <= from || source == null) {
        return -1;
      }
      into.limit((int) Math.min(into.limit(), into.position() + (written - from)));
    }
    return source.read(into, from);
  }

  private void removePart() {
    if (part != null) {
      try {
        Files.deleteIfExists(part);
      } catch (IOException stays) {
        // it goes when the server starts
      }
    }
  }
}
