package dev.ingot.protocol;

import dev.ingot.core.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One section of the inventory as its inspector saw it. A failed inspection has no content and says
 * why; a partial one has content and says what is missing.
 *
 * @param name e.g. {@code cpu}
 * @param content an object or an array; null when the inspection failed
 * @param failure why it failed, or what is missing; null when complete
 * @param classes what its fields are
 */
public record Section(
    String name, @Nullable JsonNode content, @Nullable String failure, FieldClasses classes) {

  /**
   * SHA-256 over everything in the section that makes a change, 64 hex digits: equal digests,
   * nothing to send.
   */
  public String digest() {
    String stable = content == null ? "" : Json.write(classes.stable(content));
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(sha256.digest((stable + '\n' + failure).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
