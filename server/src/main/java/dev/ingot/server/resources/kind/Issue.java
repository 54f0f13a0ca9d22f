package dev.ingot.server.resources.kind;

/**
 * One thing that is wrong with a resource.
 *
 * @param field dotted
 * @param text what would be right, for people
 * @param value what was given, where that helps
 */
public record Issue(String field, Fault fault, String text, String value) {
  /** What kind of wrong. */
  public enum Fault {
    UNKNOWN_FIELD,
    MISSING,
    WRONG_TYPE,
    NULL,
    NOT_ALLOWED,
    NOT_UNIQUE,
    /** A state that may not follow the present one. */
    TRANSITION,
    /** A field that nobody may write. */
    READ_ONLY,
    /** Something that a claim holds. */
    HELD,
    /** Whatever else the schema says. */
    OTHER
  }

  public Issue(String field, Fault fault, String text) {
    this(field, fault, text, "");
  }
}
