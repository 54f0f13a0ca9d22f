package dev.ingot.protocol;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an agent shows at the door: always the key that it made for itself, and its voucher as long
 * as the key may be unknown. Secrets never print.
 *
 * @param key 32 random bytes as 64 lower-case hex digits, written to disk before first shown
 */
public record Proof(String key, @Nullable Voucher voucher) {
  @Override
  public String toString() {
    return "Proof[voucher=" + voucher + "]";
  }

  /** Why a key that the server does not know should become a node's. */
  public record Voucher(Kind kind, String secret) {
    @Override
    public String toString() {
      return kind.word();
    }
  }

  /** Where a voucher comes from. */
  public enum Kind {
    /** An enrolment token, made by an operator. */
    TOKEN,
    /** A boot ticket, made for one network boot. */
    TICKET;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
