package dev.ingot.agent.plugin;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * INI as Python 2's {@code SafeConfigParser} reads it, in which plugins have always been written:
 * {@code key = value} or {@code key: value}, keys in any case, comments with {@code #}, {@code ;}
 * or {@code rem}, a comment after a value with {@code " ;"}, lines that go on where the next one is
 * indented, {@code [DEFAULT]}, {@code %%} for a percent sign and {@code %(key)s} for another value.
 * A section that is there twice is one.
 */
final class IniFile {
  private static final String DEFAULT = "DEFAULT";
  private static final Pattern SECTION = Pattern.compile("\\[([^\\]]+)\\].*");
  private static final Pattern OPTION = Pattern.compile("([^:=\\s][^:=]*)([:=])(.*)");
  private static final Pattern REFERENCE = Pattern.compile("\\(([^)]+)\\)s");

  /** As Python's MAX_INTERPOLATION_DEPTH. */
  private static final int MOST_STEPS = 10;

  /** What values within values may come to. */
  private static final int LONGEST_VALUE = 64 << 10;

  private final Map<String, Map<String, String>> sections = new LinkedHashMap<>();
  private final Map<String, String> defaults = new LinkedHashMap<>();

  /** It is no INI file; the message says in which line, and why. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String why) {
      super(why);
    }

    Wrong(String why, Throwable cause) {
      super(why, cause);
    }

    /** The message, never null. */
    String why() {
      return String.valueOf(getMessage());
    }
  }

  private IniFile() {}

  static IniFile parse(String text) throws Wrong {
    IniFile file = new IniFile();
    file.read(text.startsWith("\ufeff") ? text.substring(1) : text);
    return file;
  }

  private void read(String text) throws Wrong {
    @Nullable Map<String, String> section = null;
    @Nullable String key = null;
    int number = 0;
    for (String line : text.split("\r\n|\r|\n", -1)) {
      number++;
      if (line.isBlank() || line.startsWith("#") || line.startsWith(";") || isRemark(line)) {
        continue;
      }
      if (Character.isWhitespace(line.charAt(0)) && section != null && key != null) {
        String before = section.getOrDefault(key, "");
        section.put(key, before.isEmpty() ? line.strip() : before + "\n" + line.strip());
        continue;
      }
      Matcher header = SECTION.matcher(line);
      Matcher option = OPTION.matcher(line.stripTrailing());
      if (header.matches()) {
        String name = header.group(1);
        section =
            name.equals(DEFAULT)
                ? defaults
                : sections.computeIfAbsent(name, unused -> new LinkedHashMap<>());
        key = null;
      } else if (section == null) {
        throw new Wrong("line " + number + ": a [section] is wanted before any key");
      } else if (option.matches()) {
        key = option.group(1).strip().toLowerCase(Locale.ROOT);
        section.put(key, value(option.group(3)));
      } else {
        throw new Wrong("line " + number + ": neither [section] nor key = value");
      }
    }
  }

  private static boolean isRemark(String line) {
    String first = line.strip().split("\\s", 2)[0];
    return first.equalsIgnoreCase("rem") && !Character.isWhitespace(line.charAt(0));
  }

  private static String value(String written) {
    String value = written.strip();
    int comment = value.indexOf(';');
    if (comment > 0 && Character.isWhitespace(value.charAt(comment - 1))) {
      value = value.substring(0, comment).strip();
    }
    return value.equals("\"\"") ? "" : value;
  }

  /** The names of the sections, in the order of the file. */
  Iterable<String> sections() {
    return sections.keySet();
  }

  /** The section's values and the defaults', with everything put in that they refer to. */
  Map<String, String> section(String name) throws Wrong {
    Map<String, String> raw = new LinkedHashMap<>(defaults);
    raw.putAll(sections.getOrDefault(name, Map.of()));
    raw.putIfAbsent("__name__", name);
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : raw.entrySet()) {
      values.put(entry.getKey(), interpolated(entry.getKey(), entry.getValue(), raw, 1));
    }
    values.remove("__name__");
    return values;
  }

  private static String interpolated(String key, String value, Map<String, String> all, int step)
      throws Wrong {
    if (step > MOST_STEPS) {
      throw new Wrong(key + ": refers to values that refer to values, more than ten deep");
    }
    StringBuilder text = new StringBuilder();
    int at = 0;
    for (int percent = value.indexOf('%'); percent >= 0; percent = value.indexOf('%', at)) {
      text.append(value, at, percent);
      if (value.startsWith("%%", percent)) {
        text.append('%');
        at = percent + 2;
        continue;
      }
      Matcher reference = REFERENCE.matcher(value).region(percent + 1, value.length());
      if (!reference.lookingAt()) {
        throw new Wrong(key + ": a % is written %%, or %(key)s for the value of another key");
      }
      String meant = reference.group(1).toLowerCase(Locale.ROOT);
      String found = all.get(meant);
      if (found == null) {
        throw new Wrong(key + ": refers to " + meant + ", which is not there");
      }
      text.append(interpolated(key, found, all, step + 1));
      if (text.length() > LONGEST_VALUE) {
        throw new Wrong(key + ": is longer than " + LONGEST_VALUE + " characters");
      }
      at = reference.end();
    }
    return text.append(value, at, value.length()).toString();
  }
}
