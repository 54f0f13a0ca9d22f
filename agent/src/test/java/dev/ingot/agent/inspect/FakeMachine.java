package dev.ingot.agent.inspect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A machine made of files in a folder and of recorded answers of its tools. */
final class FakeMachine {
  private final Path root;
  private final Map<String, String> answers = new HashMap<>();

  FakeMachine(Path root) {
    this.root = root;
  }

  FakeMachine file(String path, String text) {
    return file(path, (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  FakeMachine file(String path, byte[] bytes) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A link between two paths from the root, relative as sysfs has them. */
  FakeMachine link(String path, String target) {
    try {
      Path link = root.resolve(path);
      Files.createDirectories(link.getParent());
      Files.createDirectories(root.resolve(target));
      Files.createSymbolicLink(link, link.getParent().relativize(root.resolve(target)));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that is there and that not even root can read: a link to itself. */
  FakeMachine unreadable(String path) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.createSymbolicLink(file, file.getFileName());
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a command line answers; others are not installed. */
  FakeMachine tool(String command, String answer) {
    answers.put(command, answer);
    return this;
  }

  Machine machine() {
    return Machine.at(root, this::answer);
  }

  private String answer(String program, String... arguments) throws ToolUnavailable {
    String answer = answers.get(String.join(" ", program, String.join(" ", arguments)).strip());
    if (answer == null) {
      throw new ToolUnavailable(program + " is not installed");
    }
    return answer;
  }
}
