package dev.ingot.server.resources.kind;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What names a resource of a kind, and when two names are one. */
public enum KeyForm {
  /** A host's name: alike in capitals and small letters. */
  NAME,
  /** An IP address, however it is written. */
  ADDRESS,
  /** Any text, as it stands. */
  TEXT;

  private static final int LONGEST = 253;

  /** The form in which a key is unique; null when it is no key of this form. */
  public @Nullable String canonical(String written) {
    if (written.isBlank()
        || written.length() > LONGEST
        || !written.equals(written.strip())
        || written.codePoints().anyMatch(KeyForm::cannotBe)) {
      return null;
    }
    return switch (this) {
      case NAME -> written.toLowerCase(Locale.ROOT);
      case TEXT -> written;
      case ADDRESS -> IpAddress.canonical(written);
    };
  }

  private static boolean cannotBe(int codePoint) {
    return Character.isISOControl(codePoint)
        || Character.getType(codePoint) == Character.SURROGATE
        || codePoint == '/';
  }

  /** What a key must be, for people. */
  public String rule() {
    return switch (this) {
      case NAME, TEXT ->
          "must be 1 to %d characters without slashes, and not begin or end with a space"
              .formatted(LONGEST);
      case ADDRESS -> "must be an IPv4 or IPv6 address, e.g. 10.111.1.5";
    };
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
