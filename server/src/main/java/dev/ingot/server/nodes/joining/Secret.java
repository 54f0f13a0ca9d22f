package dev.ingot.server.nodes.joining;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Random secrets of 256 bits; only their SHA-256 is stored. */
final class Secret {
  private static final int BYTES = 32;

  private Secret() {}

  /** A new one, 64 lowercase hex digits. */
  static String make(RandomGenerator random) {
    return hex(random, BYTES);
  }

  /** A name for a secret that may be shown: 16 hex digits. */
  static String makeId(RandomGenerator random) {
    return hex(random, 8);
  }

  /** What is stored of it. No salt: it is too random to be guessed. */
  static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String hex(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
