package dev.ingot.server.inventory.filter;

import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * A dotted path into a document: {@code interfaces.0.address}. It walks into the elements of arrays
 * by itself; a key of digits is also an index.
 */
public record FieldPath(List<String> keys) {
  /** The element itself that an {@code $elemMatch} is tried on. */
  public static final FieldPath ITSELF = new FieldPath(List.of());

  private static final int MAX_KEYS = 32;
  private static final int MAX_KEY_LENGTH = 256;

  /** Each index doubles the ways to read a path, because it may also be a key. */
  private static final int MAX_INDEXES = 5;

  public FieldPath {
    keys = List.copyOf(keys);
  }

  /**
   * Reads a path as it is written.
   *
   * @param field where it was written, for the problem
   */
  public static FieldPath parse(String text, String field) {
    List<String> keys = List.of(text.split("\\.", -1));
    if (keys.size() > MAX_KEYS) {
      throw Problem.invalid(field, "the path has more than " + MAX_KEYS + " keys");
    }
    for (String key : keys) {
      if (key.isEmpty()) {
        throw Problem.invalid(field, "the path \"" + Operators.shown(text) + "\" has an empty key");
      }
      if (key.length() > MAX_KEY_LENGTH || !writable(key)) {
        throw Problem.invalid(field, "the path has a key that no document can have");
      }
      if (key.startsWith("$")) {
        throw Problem.invalid(
            field, "the path \"" + Operators.shown(text) + "\" has a key that begins with $");
      }
    }
    FieldPath path = new FieldPath(PluginPath.of(keys));
    if (keys.stream().filter(FieldPath::isIndex).count() > MAX_INDEXES) {
      throw Problem.invalid(field, "the path has more than " + MAX_INDEXES + " array indexes");
    }
    return path;
  }

  /** Whether a key may also be an index into an array. */
  public static boolean isIndex(String key) {
    if (key.isEmpty() || key.length() > 6 || (key.length() > 1 && key.charAt(0) == '0')) {
      return false;
    }
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
    }
    return true;
  }

  public boolean hasIndex() {
    return keys.stream().anyMatch(FieldPath::isIndex);
  }

  /** This path, followed by another from where it leads. */
  public FieldPath then(FieldPath below) {
    List<String> all = new ArrayList<>(keys);
    all.addAll(below.keys);
    return new FieldPath(all);
  }

  /** Whether what this path leads to holds, or is held by, what the other leads to. */
  public boolean overlaps(FieldPath other) {
    int shared = Math.min(keys.size(), other.keys.size());
    return keys.subList(0, shared).equals(other.keys.subList(0, shared));
  }

  public String first() {
    return keys.getFirst();
  }

  /** The path without its indexes. */
  public FieldPath withoutIndexes() {
    return new FieldPath(keys.stream().filter(key -> !isIndex(key)).toList());
  }

  /** Whether PostgreSQL can hold the text in a jsonb: no NUL, no half of a surrogate pair. */
  public static boolean writable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return String.join(".", keys);
  }
}
