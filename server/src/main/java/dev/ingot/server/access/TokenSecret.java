package dev.ingot.server.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A random secret, shown once and stored as its hash. Its prefix tells people and secret scanners
 * what they have found.
 *
 * <p>Plain SHA-256 is right here: a slow, salted hash protects what people choose and others can
 * guess; 256 random bits cannot be guessed, and every request has to be checked.
 */
public record TokenSecret(String text) {
  private static final int BYTES = 32;

  /** A new secret: the prefix and 43 characters of base64url. */
  public static TokenSecret random(String prefix, SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new TokenSecret(prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** What is stored: 32 bytes. */
  public byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The secret never prints. */
  @Override
  public String toString() {
    return "(secret)";
  }
}
