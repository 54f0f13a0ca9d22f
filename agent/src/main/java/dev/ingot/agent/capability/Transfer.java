package dev.ingot.agent.capability;

import dev.ingot.protocol.OutputChunk;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Copies a file from or to an HTTP server, and says how far it is. */
final class Transfer {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int BUFFER = 256 << 10;
  private static final long TELL_EVERY = 64L << 20;

  private Transfer() {}

  /** What was copied. */
  record Copied(long bytes, String sha256) {}

  /**
   * Opens a connection; redirects are followed within a scheme.
   *
   * @throws IllegalArgumentException if it is no http or https URL
   */
  static HttpURLConnection open(String url) throws IOException {
    URI uri = URI.create(url);
    boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!web || uri.getHost() == null) {
      throw new IllegalArgumentException("url: http:// or https:// and a host are wanted");
    }
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    return connection;
  }

  /** Copies to the end, unless the thread is interrupted. */
  static Copied copy(InputStream from, OutputStream to, long expected, Invocation invocation)
      throws IOException, InterruptedException {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    DigestInputStream source = new DigestInputStream(from, sha256);
    byte[] buffer = new byte[BUFFER];
    long copied = 0;
    long told = 0;
    for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      to.write(buffer, 0, count);
      copied += count;
      if (copied - told >= TELL_EVERY) {
        told = copied;
        say(invocation, copied + (expected > 0 ? " of " + expected : "") + " bytes");
      }
    }
    return new Copied(copied, HexFormat.of().formatHex(sha256.digest()));
  }

  private static void say(Invocation invocation, String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    invocation.write(OutputChunk.Stream.STDERR, bytes, 0, bytes.length);
  }
}
