package dev.ingot.configuration;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The single values that a key may take: how each is read, written and called. */
final class Scalars {
  private Scalars() {}

  static boolean knows(Class<?> type) {
    return type == String.class
        || isWhole(type)
        || isLong(type)
        || isTruth(type)
        || type == Duration.class
        || type == ByteSize.class
        || type == Path.class
        || type == Secret.class
        || type.isEnum();
  }

  /** What the type is called in errors and in the documentation. */
  static String kind(Class<?> type) {
    if (isWhole(type) || isLong(type)) {
      return "whole number";
    }
    if (isTruth(type)) {
      return "true or false";
    }
    if (type == Duration.class) {
      return "duration";
    }
    if (type == ByteSize.class) {
      return "bytes";
    }
    if (type == Path.class) {
      return "path";
    }
    if (type == Secret.class) {
      return "secret";
    }
    return type.isEnum() ? String.join(", ", words(type)) : "text";
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException with what would be right
   */
  static Object parse(String text, Class<?> type) {
    if (type == String.class) {
      return text;
    }
    if (isWhole(type)) {
      return (int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (isLong(type)) {
      return whole(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (isTruth(type)) {
      return truth(text);
    }
    if (type == Duration.class) {
      return Durations.parse(text);
    }
    if (type == ByteSize.class) {
      return ByteSize.parse(text);
    }
    if (type == Path.class) {
      return path(text);
    }
    if (type == Secret.class) {
      return new Secret(text);
    }
    return word(text, type);
  }

  static String format(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case Secret secret -> "";
      case Duration duration -> Durations.format(duration);
      case Enum<?> word -> word(word);
      case Collection<?> items ->
          items.stream().map(Scalars::format).collect(Collectors.joining(","));
      default -> value.toString();
    };
  }

  private static long whole(String text, long least, long most) {
    try {
      long value = Long.parseLong(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a whole number, e.g. 8080", e);
    }
    throw new IllegalArgumentException("not a whole number up to " + most);
  }

  private static boolean truth(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  private static Path path(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("not a path");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("not a path", e);
    }
  }

  private static Object word(String text, Class<?> type) {
    for (Object constant : type.getEnumConstants()) {
      if (word((Enum<?>) constant).equals(text.strip().toLowerCase(Locale.ROOT))) {
        return constant;
      }
    }
    throw new IllegalArgumentException("none of " + String.join(", ", words(type)));
  }

  private static List<String> words(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(it -> word((Enum<?>) it)).toList();
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static boolean isWhole(Class<?> type) {
    return type == int.class || type == Integer.class;
  }

  private static boolean isLong(Class<?> type) {
    return type == long.class || type == Long.class;
  }

  private static boolean isTruth(Class<?> type) {
    return type == boolean.class || type == Boolean.class;
  }
}
