package dev.ingot.server.webhooks;

import dev.ingot.server.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a webhook's requests are signed with: HMAC-SHA256 (RFC 2104) over timestamp, dot, body. */
record SigningSecret(String text) {
  static final String PREFIX = "ingot_webhook_";

  private static final String ALGORITHM = "HmacSHA256";
  private static final int LEAST = 16;
  private static final int MOST = 512;

  /**
   * A secret that somebody brings.
   *
   * @throws Problem on the field {@code secret}, which it does not repeat
   */
  static SigningSecret given(String text) {
    if (text.length() < LEAST || text.length() > MOST) {
      throw Problem.invalid("secret", "must have from %d to %d characters".formatted(LEAST, MOST));
    }
    if (!text.chars().allMatch(each -> each > ' ' && each < 127)) {
      throw Problem.invalid("secret", "must be printable ASCII without spaces");
    }
    return new SigningSecret(text);
  }

  /** The signature's value in hexadecimal. */
  String sign(String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** The secret never prints. */
  @Override
  public String toString() {
    return "(secret)";
  }
}
