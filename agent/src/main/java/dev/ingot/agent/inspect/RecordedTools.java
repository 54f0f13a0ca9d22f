package dev.ingot.agent.inspect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Tools that answer as they did when they were recorded. */
final class RecordedTools implements Tools {
  private final Path folder;
  private final Map<String, JsonNode> answers;

  RecordedTools(Path folder, Map<String, JsonNode> answers) {
    this.folder = folder;
    this.answers = Map.copyOf(answers);
  }

  static String command(String program, String... arguments) {
    return String.join(" ", program, String.join(" ", List.of(arguments))).strip();
  }

  @Override
  public boolean has(String program) {
    return !answers.containsKey(program)
        && answers.keySet().stream().anyMatch(command -> command.startsWith(program + " "));
  }

  @Override
  public String run(String program, String... arguments) throws ToolUnavailable {
    JsonNode answer = answers.get(command(program, arguments));
    if (answer == null) {
      JsonNode absent = answers.get(program);
      throw new ToolUnavailable(
          absent == null
              ? program + " was not asked this when the machine was recorded"
              : absent.path("failure").asString(""));
    }
    if (answer.has("failure")) {
      throw new ToolUnavailable(answer.path("failure").asString(""));
    }
    try {
      // One name, not a path: recordings come from elsewhere.
      Path name = Path.of(answer.path("output").asString("")).getFileName();
      return Files.readString(folder.resolve("tools").resolve(name));
    } catch (IOException e) {
      throw new ToolUnavailable(program + ": its output cannot be read: " + e.getMessage());
    }
  }
}
