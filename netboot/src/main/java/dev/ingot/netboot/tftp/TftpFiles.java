package dev.ingot.netboot.tftp;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The port: what can be read. Called by many threads at once; may wait for a database. */
public interface TftpFiles {
  /**
   * Opens one file for one transfer.
   *
   * @param name as the client wrote it: hostile
   * @throws RefusedException when this client gets no such file
   */
  Content open(String name, InetAddress client) throws IOException, RefusedException;

  /**
   * What {@link #open} would give, or null when one must wait for it. Called by the thread that
   * listens.
   */
  default @Nullable Bytes known(String name, InetAddress client) {
    return null;
  }

  /** Told of each transfer's end, for the boot's timeline. Must not wait. */
  default void ended(Ended transfer) {}

  /** One file's bytes. Used by one thread at a time. */
  interface Content extends AutoCloseable {
    long size();

    /** Fills the buffer from that position on, as far as the content goes. */
    void read(ByteBuffer into, long position) throws IOException;

    @Override
    void close();
  }

  /** Content that is in memory. */
  record Bytes(byte[] bytes) implements Content {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public void read(ByteBuffer into, long position) {
      int from = (int) Math.min(position, bytes.length);
      into.put(bytes, from, Math.min(into.remaining(), bytes.length - from));
    }

    @Override
    public void close() {}
  }

  /**
   * How a transfer ended.
   *
   * @param sent bytes of content that the client acknowledged
   * @param outcome sent whole; or refused, failed or aborted with its reason
   * @param milliseconds from the request to the end
   */
  record Ended(
      String name,
      InetAddress client,
      Outcome outcome,
      String reason,
      long size,
      long sent,
      long milliseconds) {}

  /** A transfer's end. */
  enum Outcome {
    SENT,
    /**
     * The client ended it after it learnt the size or the options: firmware does, and asks again.
     */
    ABORTED,
    /** There is no such file for this client, or the request is not one that is served. */
    REFUSED,
    /** The client fell silent, or the file could not be read. */
    FAILED
  }

  /** A file that a client does not get. */
  final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final int code;

    /**
     * @param code one of {@link TftpPacket.Failure}
     */
    public RefusedException(int code, String message) {
      super(message, null, false, false);
      this.code = code;
    }

    public int code() {
      return code;
    }
  }
}
