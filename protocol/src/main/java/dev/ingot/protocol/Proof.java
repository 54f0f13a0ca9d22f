package dev.ingot.protocol;

import java.util.Locale;

/** What an agent shows at the door. The secret never prints. */
public record Proof(Kind kind, String secret) {
  /** Where the secret comes from. */
  public enum Kind {
    /** The node's own key, given at its first admission. */
    KEY,
    /** An enrolment token, made by an operator. */
    TOKEN,
    /** A boot ticket, made for one network boot. */
    TICKET;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public String toString() {
    return kind.word();
  }
}
