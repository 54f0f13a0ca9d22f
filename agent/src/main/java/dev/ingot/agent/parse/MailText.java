package dev.ingot.agent.parse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The body of a mail as it travels, quoted-printable (RFC 2045, section 6.7). */
final class MailText {
  /** A line that goes on in the next. */
  private static final Pattern SOFT = Pattern.compile("=[ \\t]*\\r?\\n");

  private MailText() {}

  /** The text; the same if it is none of these, where {@code =3D} stands for each equals sign. */
  static String decoded(String text) {
    if (!text.contains("=3D") || !SOFT.matcher(text).find()) {
      return text;
    }
    byte[] bytes = SOFT.matcher(text).replaceAll("").getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length ? digit(bytes[i + 1]) : -1;
      int low = i + 2 < bytes.length ? digit(bytes[i + 2]) : -1;
      if (bytes[i] == '=' && high >= 0 && low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(bytes[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Only capital letters: the standard's. */
  private static int digit(byte b) {
    return b >= '0' && b <= '9' ? b - '0' : b >= 'A' && b <= 'F' ? b - 'A' + 10 : -1;
  }
}
