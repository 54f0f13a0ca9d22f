package dev.ingot.server.jobs;

import com.networknt.schema.regex.RegularExpression;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern of a published schema. {@code java.util.regex} goes back and forth, for some patterns
 * for ever: here each character that it reads counts, and a check ends with its share.
 */
final class BoundedPattern implements RegularExpression {
  /** Characters read in one check of arguments, about 50 ms. */
  private static final int STEPS = 5_000_000;

  private static final ScopedValue<int[]> LEFT = ScopedValue.newInstance();

  private final Pattern pattern;

  private BoundedPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles it.
   *
   * @throws java.util.regex.PatternSyntaxException if it is none
   */
  static RegularExpression compile(String pattern) {
    // JSON Schema's patterns are ECMA-262's: "$" is the very end there.
    return new BoundedPattern(Pattern.compile(pattern.replaceAll("(?<!\\\\)\\$$", "\\\\z")));
  }

  /** Runs a check, whose patterns share the steps. */
  static <T> T within(Supplier<T> check) {
    return ScopedValue.where(LEFT, new int[] {STEPS}).call(check::get);
  }

  @Override
  public boolean matches(String text) {
    Matcher matcher = pattern.matcher(new Counted(text, LEFT.get()));
    return matcher.find();
  }

  private record Counted(String text, int[] left) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (left[0]-- <= 0) {
        throw new IllegalArgumentException("a pattern in it takes too long");
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
