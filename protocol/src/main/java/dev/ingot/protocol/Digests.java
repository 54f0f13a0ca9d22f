package dev.ingot.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Digests of sections as the link carries them. Most hellos are of a machine that is as it was: one
 * digest over all sections says so in 16 digits, and only where it differs the sections' own
 * follow.
 */
public final class Digests {
  /** Hex digits of a digest on the wire: 64 bits tell one machine's own versions apart. */
  public static final int LENGTH = 16;

  private Digests() {}

  /** A section's digest as it goes over the link. */
  public static String shorten(String digest) {
    return digest.length() > LENGTH ? digest.substring(0, LENGTH) : digest;
  }

  /** Sections' digests by name, each shortened. */
  public static SortedMap<String, String> shorten(Map<String, String> digests) {
    SortedMap<String, String> shortened = new TreeMap<>();
    digests.forEach((name, digest) -> shortened.put(name, shorten(digest)));
    return shortened;
  }

  /** One digest over all sections; takes whole or shortened digests. */
  public static String overall(Map<String, String> digests) {
    StringBuilder text = new StringBuilder();
    shorten(digests)
        .forEach((name, digest) -> text.append(name).append('=').append(digest).append('\n'));
    return of(text.toString());
  }

  /** The shortened SHA-256 of a text. */
  static String of(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, LENGTH / 2);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
