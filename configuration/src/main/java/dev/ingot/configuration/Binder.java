package dev.ingot.configuration;

import dev.ingot.configuration.Given.Group;
import dev.ingot.configuration.Given.Items;
import dev.ingot.configuration.Given.Origin;
import dev.ingot.configuration.Given.Scalar;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lays what was given over a record of defaults. */
final class Binder {
  private static final String ANY = "*";

  private final Reading reading;
  private final SecretFiles secretFiles;

  Binder(Reading reading, SecretFiles secretFiles) {
    this.reading = reading;
    this.secretFiles = secretFiles;
  }

  /** The record, or null when something in it is wrong (and then there is a problem more). */
  @Nullable Object record(String prefix, Class<?> type, @Nullable Object defaults) {
    int before = reading.problems.size();
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] values = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      Object fallback = defaults == null ? null : Records.get(component, defaults);
      values[i] = component(key(prefix, component), component, fallback);
    }
    if (reading.problems.size() > before) {
      return null;
    }
    try {
      return Records.make(type, values);
    } catch (IllegalArgumentException e) {
      reading.problems.add((prefix.isEmpty() ? "" : prefix + ": ") + e.getMessage());
      return null;
    }
  }

  private @Nullable Object component(
      String key, RecordComponent component, @Nullable Object fallback) {
    Class<?> type = component.getType();
    boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    if (type.isRecord() && !Scalars.knows(type)) {
      return group(key, type, fallback, nullable);
    }
    if (type == List.class) {
      return list(key, element(component, 0), fallback, nullable);
    }
    if (type == Map.class) {
      return map(key, element(component, 1), fallback);
    }
    return scalar(key, type, fallback, nullable);
  }

  private @Nullable Object group(
      String key, Class<?> type, @Nullable Object fallback, boolean nullable) {
    Given given = reading.takeGroup(key);
    if (given != null
        && !(given.value() instanceof Group)
        && !given.value().equals(new Scalar(null))) {
      wrong(key, given, "a group of keys (" + String.join(", ", words(type)) + "), not a value");
      return fallback;
    }
    if (fallback == null && nullable && !reading.givesBelow(key)) {
      known(key, type);
      return null;
    }
    return record(key, type, fallback == null ? Records.defaults(type) : fallback);
  }

  private @Nullable Object scalar(
      String key, Class<?> type, @Nullable Object fallback, boolean nullable) {
    reading.known.add(new KnownKey(key, Scalars.kind(type), Scalars.format(fallback)));
    Given given = reading.take(key);
    if (type == Secret.class) {
      Secret fromFile = secretFiles.read(key, given);
      if (fromFile != null) {
        return fromFile;
      }
    }
    if (given == null) {
      if (fallback == null && !nullable) {
        reading.problems.add(key + " is missing: " + Scalars.kind(type));
      }
      return fallback;
    }
    if (!(given.value() instanceof Scalar scalar)) {
      wrong(key, given, "one value (" + Scalars.kind(type) + "), not a list or a group");
      return fallback;
    }
    if (scalar.text() == null) {
      if (!nullable) {
        wrong(key, given, "empty; expected " + Scalars.kind(type));
      }
      return null;
    }
    return parsed(key, type, given, scalar.text());
  }

  private @Nullable Object parsed(String key, Class<?> type, Given given, String text) {
    try {
      return Scalars.parse(text, type);
    } catch (IllegalArgumentException e) {
      wrong(key, given, (type == Secret.class ? "" : '"' + text + "\" is ") + e.getMessage());
      return null;
    }
  }

  private @Nullable Object list(
      String key, Class<?> element, @Nullable Object fallback, boolean nullable) {
    reading.known.add(
        new KnownKey(key, "list of " + Scalars.kind(element), Scalars.format(fallback)));
    Given given = reading.take(key);
    if (given == null) {
      return fallback == null && !nullable ? List.of() : fallback;
    }
    List<String> texts =
        switch (given.value()) {
          case Items items -> items.texts();
          case Scalar scalar when scalar.text() == null -> List.of();
          case Scalar scalar when given.origin() != Origin.FILE -> commas(scalar.text());
          case Scalar scalar -> List.of(String.valueOf(scalar.text()));
          case Group group -> {
            wrong(key, given, "a list, not a group of keys");
            yield List.of();
          }
        };
    List<Object> values = new ArrayList<>();
    for (String text : texts) {
      Object value = parsed(key, element, given, text);
      if (value != null) {
        values.add(value);
      }
    }
    return List.copyOf(values);
  }

  private Object map(String key, Class<?> element, @Nullable Object fallback) {
    known(key + "." + ANY, element);
    Given given = reading.takeGroup(key);
    if (given != null
        && !(given.value() instanceof Group)
        && !given.value().equals(new Scalar(null))) {
      wrong(key, given, "a group of keys, not a value");
    }
    Map<String, @Nullable Object> defaults = new LinkedHashMap<>();
    if (fallback instanceof Map<?, ?> map) {
      map.forEach((word, value) -> defaults.put(String.valueOf(word), value));
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>(defaults);
    Set<String> words = reading.wordsBelow(key);
    reading.variablesBelow(key).forEach(end -> words.add(word(end, element, defaults)));
    words.addAll(defaults.keySet());
    int shown = reading.known.size();
    for (String word : words) {
      String below = key + "." + word;
      values.put(
          word,
          element.isRecord() && !Scalars.knows(element)
              ? group(below, element, defaults.get(word), false)
              : scalar(below, element, defaults.get(word), false));
    }
    while (reading.known.size() > shown) {
      reading.known.removeLast(); // the pattern with * stands for them
    }
    return Collections.unmodifiableMap(values);
  }

  /**
   * The entry that an environment variable means: one of the defaults, or a new one in lower case.
   */
  private static String word(String end, Class<?> element, Map<String, ?> defaults) {
    List<String> tails =
        element.isRecord() && !Scalars.knows(element)
            ? words(element).stream().map(it -> KnownKey.variable(it).substring(5)).toList()
            : List.of("");
    for (String tail : tails) {
      if (end.endsWith(tail)) {
        String middle = end.substring(0, end.length() - tail.length());
        return defaults.keySet().stream()
            .filter(it -> KnownKey.variable(it).equals("INGOT_" + middle))
            .findFirst()
            .orElse(middle.toLowerCase(Locale.ROOT));
      }
    }
    return end.toLowerCase(Locale.ROOT);
  }

  /** Lists the keys of a record that is not there, for the suggestions and the documentation. */
  private void known(String key, Class<?> type) {
    if (!type.isRecord() || Scalars.knows(type)) {
      reading.known.add(new KnownKey(key, Scalars.kind(type), ""));
      return;
    }
    Reading nothing = new Reading(Map.of(), Map.of(), Map.of());
    new Binder(nothing, new SecretFiles(nothing, null)).record(key, type, Records.defaults(type));
    reading.known.addAll(nothing.known);
    nothing.known.forEach(it -> reading.takenVariables.add(it.variable()));
  }

  private void wrong(String key, Given given, String what) {
    reading.problems.add(key + " (" + given.place() + "): " + what);
  }

  private static List<String> commas(@Nullable String text) {
    List<String> items = new ArrayList<>();
    for (String item : String.valueOf(text).split(",", -1)) {
      if (!item.isBlank()) {
        items.add(item.strip());
      }
    }
    return items;
  }

  private static List<String> words(Class<?> type) {
    List<String> words = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      words.add(key("", component));
    }
    return words;
  }

  private static String key(String prefix, RecordComponent component) {
    String word = component.getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-");
    String key = word.toLowerCase(Locale.ROOT);
    return prefix.isEmpty() ? key : prefix + "." + key;
  }

  private static Class<?> element(RecordComponent component, int index) {
    Type generic = component.getGenericType();
    if (generic instanceof ParameterizedType parameterized
        && parameterized.getActualTypeArguments()[index] instanceof Class<?> element) {
      return element;
    }
    throw new IllegalStateException("no settings of type " + generic);
  }
}
