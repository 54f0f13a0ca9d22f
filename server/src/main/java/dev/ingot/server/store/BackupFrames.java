package dev.ingot.server.store;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The frames of a backup file: gzip over a magic line and frames of (kind, length, bytes), the last
 * of which is SHA-256 over all before it. Nothing larger than a frame is ever in memory.
 */
final class BackupFrames {
  static final byte HEADER = 'H';
  static final byte TABLE = 'T';
  static final byte DATA = 'D';
  static final byte END = 'Z';
  static final int CHUNK = 64 << 10;
  private static final int MOST = 16 << 20;
  private static final byte[] MAGIC = "INGOT BACKUP\n".getBytes(StandardCharsets.US_ASCII);

  private BackupFrames() {}

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** One frame. */
  record Frame(byte kind, byte[] bytes) {}

  /** Writes frames; {@link #finish} or the file is worthless. */
  static final class Writer {
    private final GZIPOutputStream gzip;
    private final DataOutputStream out;
    private final MessageDigest digest = sha256();

    Writer(OutputStream target) throws IOException {
      this.gzip =
          new GZIPOutputStream(target, CHUNK) {
            {
              def.setLevel(3);
            }
          };
      this.out = new DataOutputStream(gzip);
      out.write(MAGIC);
    }

    void write(byte kind, byte[] bytes, int length) throws IOException {
      byte[] head = {
        kind, (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length
      };
      digest.update(head);
      digest.update(bytes, 0, length);
      out.write(head);
      out.write(bytes, 0, length);
    }

    void write(byte kind, byte[] bytes) throws IOException {
      write(kind, bytes, bytes.length);
    }

    void finish() throws IOException {
      byte[] sum = digest.digest();
      write(END, sum);
      out.flush();
      gzip.finish();
    }
  }

  /** Reads frames and checks the sum. */
  static final class Reader {
    private final DataInputStream in;
    private final MessageDigest digest = sha256();

    /**
     * @throws IOException if this is no backup at all
     */
    Reader(InputStream source) throws IOException {
      this.in = new DataInputStream(new GZIPInputStream(source, CHUNK));
      if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
        throw new IOException("it does not begin as one");
      }
    }

    /** The next frame; the last is of kind {@link #END} and was checked. */
    Frame next() throws IOException {
      byte kind = in.readByte();
      int length = in.readInt();
      if (length < 0 || length > MOST) {
        throw new IOException("a frame of " + length + " bytes");
      }
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException("it ends in the middle of a frame");
      }
      if (kind == END) {
        checkEnd(bytes);
      } else {
        digest.update(
            new byte[] {
              kind,
              (byte) (length >>> 24),
              (byte) (length >>> 16),
              (byte) (length >>> 8),
              (byte) length
            });
        digest.update(bytes);
      }
      return new Frame(kind, bytes);
    }

    private void checkEnd(byte[] sum) throws IOException {
      if (!MessageDigest.isEqual(sum, digest.digest())) {
        throw new IOException("its checksum is wrong");
      }
      if (in.read() >= 0) { // also makes gzip check its own sum
        throw new IOException("something follows its end");
      }
    }
  }
}
