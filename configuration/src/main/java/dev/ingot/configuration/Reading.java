package dev.ingot.configuration;

import dev.ingot.configuration.Given.Origin;
import dev.ingot.configuration.Given.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What was given, what of it a record has taken, and what is wrong so far. */
final class Reading {
  private final Map<String, Given> file;
  private final Map<String, String> environment = new TreeMap<>();
  private final Map<String, Given> flags = new HashMap<>();
  private final Set<String> taken = new LinkedHashSet<>();
  final Set<String> takenVariables = new LinkedHashSet<>();
  final List<KnownKey> known = new ArrayList<>();
  final List<String> problems = new ArrayList<>();

  Reading(Map<String, Given> file, Map<String, String> environment, Map<String, String> flags) {
    this.file = file;
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("INGOT_")) {
            this.environment.put(name, value);
          }
        });
    flags.forEach(
        (key, text) ->
            this.flags.put(key, new Given(new Scalar(text), "flag --" + key, Origin.FLAG)));
  }

  /** The value of the highest source that gives the key; marks it as known. */
  @Nullable Given take(String key) {
    taken.add(key);
    takenVariables.add(KnownKey.variable(key));
    Given flag = flags.get(key);
    if (flag != null) {
      return flag;
    }
    String variable = KnownKey.variable(key);
    String text = environment.get(variable);
    if (text != null && !text.isEmpty()) {
      return new Given(new Scalar(text), "environment variable " + variable, Origin.ENVIRONMENT);
    }
    return file.get(key);
  }

  /** The file's word on a group of keys itself; marks it as known. */
  @Nullable Given takeGroup(String key) {
    taken.add(key);
    return file.get(key);
  }

  boolean givesBelow(String key) {
    return keys().stream().anyMatch(it -> it.startsWith(key + "."))
        || environment.keySet().stream().anyMatch(it -> it.startsWith(below(key)));
  }

  /** The words that file and flags put directly below the key. */
  Set<String> wordsBelow(String key) {
    Set<String> words = new LinkedHashSet<>();
    for (String it : keys()) {
      if (it.startsWith(key + ".")) {
        String rest = it.substring(key.length() + 1);
        words.add(rest.indexOf('.') < 0 ? rest : rest.substring(0, rest.indexOf('.')));
      }
    }
    return words;
  }

  /** The ends of the environment variables below the key, e.g. {@code EVENT_AGE}. */
  List<String> variablesBelow(String key) {
    return environment.keySet().stream()
        .filter(it -> it.startsWith(below(key)))
        .map(it -> it.substring(below(key).length()))
        .toList();
  }

  /** Everything at or below a key that some other program reads. */
  void leave(String key) {
    for (String it : keys()) {
      if (it.equals(key) || it.startsWith(key + ".")) {
        taken.add(it);
      }
    }
    for (String variable : environment.keySet()) {
      if (variable.startsWith(below(key))) {
        takenVariables.add(variable);
      }
    }
  }

  /** File and flag keys that nothing has taken, without those below another such. */
  Map<String, Given> unknown() {
    Map<String, Given> unknown = new TreeMap<>();
    file.forEach(
        (key, given) -> {
          int dot = key.lastIndexOf('.');
          if (!taken.contains(key) && (dot < 0 || taken.contains(key.substring(0, dot)))) {
            unknown.put(key, given);
          }
        });
    flags.forEach(
        (key, given) -> {
          if (!taken.contains(key)) {
            unknown.put(key, given);
          }
        });
    return unknown;
  }

  List<String> unknownVariables() {
    return environment.keySet().stream().filter(it -> !takenVariables.contains(it)).toList();
  }

  private Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>(file.keySet());
    keys.addAll(flags.keySet());
    return keys;
  }

  private static String below(String key) {
    return KnownKey.variable(key) + "_";
  }
}
