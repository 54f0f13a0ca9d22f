package dev.ingot.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Many names in few words: {@code web[01-03,07],db1}, as clush and dshbak users know them. */
final class NodeNames {
  private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d{1,9})(\\D*)");

  /** What is before and behind a number, and how many digits it has at least (leading zeros). */
  private record Frame(String before, int digits, String behind) implements Comparable<Frame> {
    @Override
    public int compareTo(Frame other) {
      int first = before.compareTo(other.before);
      int second = first != 0 ? first : behind.compareTo(other.behind);
      return second != 0 ? second : Integer.compare(digits, other.digits);
    }
  }

  private NodeNames() {}

  static String fold(Collection<String> names) {
    TreeMap<Frame, TreeSet<Integer>> numbers = new TreeMap<>();
    TreeSet<String> others = new TreeSet<>();
    for (String name : names) {
      Matcher matcher = NUMBERED.matcher(name);
      // An id in hexadecimal is no name with a number.
      if (name.matches("[0-9a-f]{12,}") || !matcher.matches()) {
        others.add(name);
        continue;
      }
      String digits = matcher.group(2);
      int width = digits.startsWith("0") ? digits.length() : 0;
      numbers
          .computeIfAbsent(
              new Frame(matcher.group(1), width, matcher.group(3)), _ -> new TreeSet<>())
          .add(Integer.parseInt(digits));
    }
    List<String> words = new ArrayList<>();
    numbers.forEach((frame, each) -> words.add(word(frame, each)));
    words.addAll(others);
    return String.join(",", words);
  }

  private static String word(Frame frame, TreeSet<Integer> numbers) {
    List<String> ranges = new ArrayList<>();
    int from = -1;
    int to = -1;
    for (int number : numbers) {
      if (from >= 0 && number == to + 1) {
        to = number;
        continue;
      }
      if (from >= 0) {
        ranges.add(range(frame, from, to));
      }
      from = number;
      to = number;
    }
    ranges.add(range(frame, from, to));
    String inside = String.join(",", ranges);
    boolean single = numbers.size() == 1;
    return frame.before() + (single ? inside : "[" + inside + "]") + frame.behind();
  }

  private static String range(Frame frame, int from, int to) {
    String first = digits(frame, from);
    return from == to ? first : first + "-" + digits(frame, to);
  }

  private static String digits(Frame frame, int number) {
    String digits = String.valueOf(number);
    return "0".repeat(Math.max(0, frame.digits() - digits.length())) + digits;
  }
}
