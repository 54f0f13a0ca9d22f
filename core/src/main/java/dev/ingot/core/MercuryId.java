package dev.ingot.core;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A node's id: two digits that say which {@link Rule} found it and 40 lowercase hex digits. Every
 * value of this type has that form.
 */
public record MercuryId(String value) implements Comparable<MercuryId> {
  /** The fewest characters of an id that are taken as its beginning. */
  public static final int SHORTEST_PREFIX = 4;

  private static final Pattern FORM = Pattern.compile("(00|01|02|03|0f)[0-9a-f]{40}");
  private static final Pattern PREFIX = Pattern.compile("(00|01|02|03|0f)[0-9a-f]{2,40}");

  /** What the id was made from, in the order of trust. */
  public enum Rule {
    /** SHA-1 of the SMBIOS system UUID. */
    UUID("01", "system UUID"),
    /** SHA-1 of chassis asset tag and serial number. */
    CHASSIS("02", "chassis asset tag and serial number"),
    /** SHA-1 of board asset tag and serial number. */
    BOARD("03", "board asset tag and serial number"),
    /** SHA-1 of the permanent MAC addresses. */
    PORTS("00", "permanent MAC addresses"),
    /** Nothing identifies: the random id that the agent keeps. */
    INSTALL("0f", "install id");

    private final String code;
    private final String source;

    Rule(String code, String source) {
      this.code = code;
      this.source = source;
    }

    /** The two digits that the id begins with. */
    public String code() {
      return code;
    }

    /** In words, what the id is made from. */
    public String source() {
      return source;
    }
  }

  /**
   * An id and how it came about.
   *
   * @param reason one sentence for people: what was taken, and why nothing stronger
   */
  public record Derivation(MercuryId id, Rule rule, String reason) {}

  public MercuryId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "'" + value + "' is not a node id: 00, 01, 02, 03 or 0f and 40 lowercase hex digits");
    }
  }

  /** The id of the machine with these facts; see {@link #derive}. */
  public static MercuryId of(IdentityFacts facts) {
    return derive(facts).id();
  }

  /**
   * The id of the machine with these facts, the rule that gave it and the reason.
   *
   * @throws IllegalArgumentException if nothing identifies the machine and there is no install id
   */
  public static Derivation derive(IdentityFacts facts) {
    return new MercuryIdRules(facts, JunkIdentifiers.standard()).derive();
  }

  /** Reads a whole id in any case, blanks around it allowed. */
  public static MercuryId parse(String text) {
    return new MercuryId(text.strip().toLowerCase(Locale.ROOT));
  }

  /**
   * The text as the beginning of an id (or a whole one), in lower case; empty when no id begins so
   * or it is shorter than {@link #SHORTEST_PREFIX}.
   */
  public static Optional<String> prefix(String text) {
    String folded = text.strip().toLowerCase(Locale.ROOT);
    return PREFIX.matcher(folded).matches() ? Optional.of(folded) : Optional.empty();
  }

  /** The rule that its first two digits name. */
  public Rule rule() {
    for (Rule rule : Rule.values()) {
      if (value.startsWith(rule.code())) {
        return rule;
      }
    }
    throw new IllegalStateException("the form admits only known rules: " + value);
  }

  @Override
  public int compareTo(MercuryId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
