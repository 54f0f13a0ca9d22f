package dev.ingot.server.workflow.definition;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.inventory.definitions.YamlText;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Workflows of a folder's files, in YAML and JSON; all of them are stored, or none. */
public final class WorkflowFiles {
  private static final int MOST_FILES = 1000;
  private static final int MOST_NAMED = 20;

  private final Definitions definitions;
  private final Foreign foreign;

  /** What else a file may be, beside a workflow of ours. */
  public interface Foreign {
    /**
     * Takes files of another system out of the list.
     *
     * @param files of which it takes those that are no workflows
     */
    Taken take(Handle handle, Principal who, Map<String, ObjectNode> files, boolean dryRun);
  }

  /**
   * What was another system's.
   *
   * @param workflows that became of files, by the file
   * @param others files that are no workflows, and what was done with them
   * @param wrong what is wrong with them, a line each
   * @param lacks what this server lacks for their steps, by the file
   */
  public record Taken(
      Map<String, ObjectNode> workflows,
      List<Outcome> others,
      List<String> wrong,
      Map<String, List<String>> lacks) {}

  public WorkflowFiles(Definitions definitions, Foreign foreign) {
    this.definitions = definitions;
    this.foreign = foreign;
  }

  /** Files as they were sent. */
  public record Folder(List<File> files, @Nullable Boolean dryRun) {}

  /** A file: its name ends in .yaml, .yml or .json. */
  public record File(String file, String text) {}

  /**
   * What a file brought.
   *
   * @param state {@code created}, {@code changed} or {@code unchanged}
   * @param lacks what this server lacks for its steps, which then only run dry
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Outcome(
      String file, String name, int version, String state, @Nullable List<String> lacks) {}

  /** What all brought. */
  public record Loaded(List<Outcome> items, boolean dryRun) {}

  /**
   * Stores them.
   *
   * @throws Problem with a line for everything that is wrong: file, place and rule
   */
  public Loaded load(Handle handle, Principal who, Folder folder) {
    if (folder.files().isEmpty() || folder.files().size() > MOST_FILES) {
      throw Problem.invalid("files", "must be 1 to " + MOST_FILES + " files");
    }
    boolean dryRun = folder.dryRun() != null && folder.dryRun();
    List<String> wrong = new ArrayList<>();
    Map<String, ObjectNode> read = new LinkedHashMap<>();
    for (File file : folder.files()) {
      try {
        read.put(file.file(), read(file));
      } catch (Problem e) {
        wrong.add(file.file() + ": " + e.detail());
      }
    }
    Taken taken =
        wrong.isEmpty()
            ? foreign.take(handle, who, read, dryRun)
            : new Taken(Map.of(), List.of(), List.of(), Map.of());
    Map<String, ObjectNode> translated = taken.workflows();
    wrong.addAll(taken.wrong());
    Map<String, String> origins = new LinkedHashMap<>();
    read.keySet().forEach(file -> origins.put(file, "stored"));
    translated.forEach(
        (file, definition) -> {
          read.put(file, definition);
          origins.put(file, "rackhd");
        });
    read.forEach(
        (file, definition) -> {
          if (!taken.wrong().isEmpty() && translated.containsKey(file)) {
            return; // said already
          }
          for (Findings.Finding each : definitions.validate(definition).all()) {
            wrong.add(file + ": " + each.place() + ": " + each.problem());
          }
        });
    twice(read, origins, wrong);
    if (!wrong.isEmpty()) {
      List<String> named = new ArrayList<>(wrong.subList(0, Math.min(MOST_NAMED, wrong.size())));
      if (wrong.size() > MOST_NAMED) {
        named.add("and " + (wrong.size() - MOST_NAMED) + " more; nothing was loaded");
      }
      throw Problem.invalid("files", String.join("\n", named));
    }
    List<Outcome> outcomes = new ArrayList<>(taken.others());
    read.forEach(
        (file, definition) ->
            outcomes.add(
                outcome(
                    handle,
                    who,
                    file,
                    definition,
                    origins.getOrDefault(file, "stored"),
                    taken.lacks().get(file),
                    dryRun)));
    return new Loaded(outcomes, dryRun);
  }

  /** Of two files of one name one would be lost; RackHD takes the last. */
  private static void twice(
      Map<String, ObjectNode> read, Map<String, String> origins, List<String> wrong) {
    Map<String, String> files = new LinkedHashMap<>();
    read.forEach(
        (file, definition) -> {
          String name = definition.path("name").asString("");
          String other = files.put(name, file);
          if (other != null && !name.isEmpty() && "stored".equals(origins.get(file))) {
            wrong.add(file + ": name: " + other + " has a workflow " + name + " too");
          }
        });
  }

  private Outcome outcome(
      Handle handle,
      Principal who,
      String file,
      ObjectNode definition,
      String origin,
      @Nullable List<String> lacks,
      boolean dryRun) {
    String name = definition.path("name").asString("");
    WorkflowTable.Version last = WorkflowTable.find(handle, name, null).orElse(null);
    int before = last == null ? 0 : last.version();
    if (dryRun) {
      if (last != null && Json.write(last.definition()).equals(Json.write(definition))) {
        return new Outcome(file, name, before, "unchanged", lacks);
      }
      return new Outcome(file, name, before + 1, before == 0 ? "created" : "changed", lacks);
    }
    Definitions.Put put = definitions.put(handle, who, definition, origin, null);
    return new Outcome(
        file,
        name,
        put.version().version(),
        !put.added() ? "unchanged" : before == 0 ? "created" : "changed",
        lacks);
  }

  private static ObjectNode read(File file) {
    String lower = file.file().toLowerCase(Locale.ROOT);
    JsonNode json;
    if (lower.endsWith(".json")) {
      json = YamlText.readJson(file.text());
    } else if (lower.endsWith(".yaml") || lower.endsWith(".yml")) {
      json = YamlText.read(file.text());
    } else {
      throw Problem.malformed(null, "is no .yaml, .yml or .json file");
    }
    if (json instanceof ObjectNode object) {
      return object;
    }
    throw Problem.malformed(null, "is no object; a file is one definition");
  }
}
