package dev.ingot.server.inventory.definitions;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The definitions of a folder, sent in one request. It is loaded whole or not at all: half a folder
 * would leave definitions of two generations beside each other.
 *
 * @param dryRun say what would be done, and do nothing
 */
public record Folder(List<File> files, @Nullable Boolean dryRun) {
  private static final int MOST_FILES = 1000;
  private static final int MOST_NAMED = 20;

  /**
   * A file with one definition.
   *
   * @param file its name within the folder; ends in {@code .yaml}, {@code .yml} or {@code .json}
   */
  public record File(String file, String text) {
    <T> Named<T> read(Check<T> check) {
      String lower = file.toLowerCase(Locale.ROOT);
      JsonNode json;
      if (lower.endsWith(".json")) {
        json = YamlText.readJson(text);
      } else if (lower.endsWith(".yaml") || lower.endsWith(".yml")) {
        json = YamlText.read(text);
      } else {
        throw Problem.malformed(null, "is no .yaml, .yml or .json file");
      }
      if (!(json instanceof ObjectNode definition)) {
        throw Problem.malformed(null, "is no object; a file is one definition");
      }
      JsonNode said = definition.path("name");
      String base = file.substring(file.lastIndexOf('/') + 1, file.lastIndexOf('.'));
      if (!said.isMissingNode() && !said.isString()) {
        throw Problem.invalid("name", "must be a text");
      }
      String name = DefinitionName.checked(said.asString(base), "name");
      return new Named<>(name, check.checked(name, definition));
    }
  }

  /** What a file brought. */
  public enum State {
    CREATED,
    CHANGED,
    UNCHANGED;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What was done, or would be. */
  public record Outcome(String file, String name, State state) {}

  /** What a folder brought. */
  public record Loaded(List<Outcome> items, boolean dryRun) {}

  /** Looks at one definition; throws what is wrong with it. */
  public interface Check<T> {
    T checked(String name, ObjectNode definition);
  }

  /** Stores one definition, or says what it would do. */
  public interface Put<T> {
    State put(String name, T definition);
  }

  public boolean isDryRun() {
    return dryRun != null && dryRun;
  }

  /**
   * Reads every file.
   *
   * @return definitions by the file that they are in
   * @throws Problem with a line for each file that is wrong: file, field and rule
   */
  public <T> Map<File, Named<T>> read(Check<T> check) {
    if (files.isEmpty() || files.size() > MOST_FILES) {
      throw Problem.invalid("files", "must be 1 to " + MOST_FILES + " files");
    }
    Map<File, Named<T>> read = new LinkedHashMap<>();
    Map<String, String> fileOf = new LinkedHashMap<>();
    List<String> wrong = new ArrayList<>();
    String first = null;
    Problem cause = null;
    for (File file : files) {
      try {
        Named<T> named = file.read(check);
        String other = fileOf.putIfAbsent(named.name(), file.file());
        if (other != null) {
          throw Problem.invalid("name", named.name() + " is also in " + other);
        }
        read.put(file, named);
      } catch (Problem problem) {
        String field = problem.field();
        wrong.add(file.file() + ": " + (field == null ? "" : field + ": ") + problem.detail());
        first = first == null ? file.file() : first;
        cause = cause == null ? problem : cause;
      }
    }
    if (!wrong.isEmpty()) {
      List<String> named = new ArrayList<>(wrong.subList(0, Math.min(MOST_NAMED, wrong.size())));
      if (wrong.size() > MOST_NAMED) {
        named.add("and " + (wrong.size() - MOST_NAMED) + " more files; nothing was loaded");
      }
      throw new Problem(Problem.Kind.INVALID, String.join("\n", named), first, cause);
    }
    return read;
  }

  /** Stores what was read. */
  public <T> Loaded load(Map<File, Named<T>> read, Put<T> put) {
    List<Outcome> outcomes = new ArrayList<>();
    read.forEach(
        (file, named) ->
            outcomes.add(
                new Outcome(file.file(), named.name(), put.put(named.name(), named.definition()))));
    return new Loaded(outcomes, isDryRun());
  }

  /** A definition and what it is called. */
  public record Named<T>(String name, T definition) {}
}
