package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import dev.ingot.core.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * Everything that an inspection read, in a folder: {@code files/} as it lies below the root, what
 * tools said in {@code tools/} with {@code tools.json} about it, and {@code unreadable.json}. From
 * it the same inspection can be made on any machine.
 */
public final class Recording {
  /** Lines whose values are passwords. */
  private static final Pattern SECRETS =
      Pattern.compile(
          "(?im)^(\\s*[^:=\\n"
              + "]*(?:community string|password|passphrase|secret)[^:=\\n"
              + "]*[:=]\\s*)\\S.*$");

  private final Path folder;
  private final Path files;
  private final Map<String, String> unreadable = new TreeMap<>();
  private final ArrayNode answers = Fields.array();

  private Recording(Path folder) {
    this.folder = folder;
    this.files = folder.resolve("files");
  }

  /**
   * Begins to record into an empty or new folder.
   *
   * @throws IOException if it cannot be written or has something in it
   */
  public static Recording into(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (var entries = Files.list(folder)) {
      if (entries.findAny().isPresent()) {
        throw new IOException(folder + " is not empty");
      }
    }
    Recording recording = new Recording(folder);
    Files.createDirectories(recording.files);
    Files.createDirectory(folder.resolve("tools"));
    return recording;
  }

  /** The machine that another one was recorded from. */
  public static Machine replay(Path folder) throws IOException {
    if (!Files.isDirectory(folder.resolve("files"))) {
      throw new IOException(folder + " is no recording: it has no folder files");
    }
    Map<String, String> unreadable = new HashMap<>();
    json(folder.resolve("unreadable.json"))
        .forEachEntry((path, why) -> unreadable.put(path, why.asString("")));
    Map<String, JsonNode> answers = new HashMap<>();
    json(folder.resolve("tools.json"))
        .forEach(answer -> answers.put(answer.path("command").asString(""), answer));
    return Machine.recorded(
        folder.resolve("files"), new RecordedTools(folder, answers), unreadable);
  }

  private static JsonNode json(Path file) throws IOException {
    return Files.exists(file) ? Json.read(Files.readAllBytes(file)) : Fields.array();
  }

  /** Tools that are recorded as they answer. */
  Tools tools(Tools real) {
    return new Tools() {
      @Override
      public String run(String program, String... arguments) throws ToolUnavailable {
        return kept(() -> real.run(program, arguments), program, arguments);
      }

      @Override
      public String runWhateverStatus(String program, String... arguments) throws ToolUnavailable {
        return kept(() -> real.runWhateverStatus(program, arguments), program, arguments);
      }

      @Override
      public boolean has(String program) {
        boolean there = real.has(program);
        if (!there) {
          answer(program, new String[0], null, program + " is not installed");
        }
        return there;
      }
    };
  }

  private interface Answer {
    String ask() throws ToolUnavailable;
  }

  private String kept(Answer answer, String program, String... arguments) throws ToolUnavailable {
    try {
      String said = answer.ask();
      answer(program, arguments, said, null);
      return said;
    } catch (ToolUnavailable e) {
      answer(program, arguments, null, e.reason());
      throw e;
    }
  }

  private synchronized void answer(
      String program,
      String[] arguments,
      @org.jspecify.annotations.Nullable String said,
      @org.jspecify.annotations.Nullable String failure) {
    String command = RecordedTools.command(program, arguments);
    String name = "%03d-%s.txt".formatted(answers.size(), program);
    Fields fields = new Fields().put("command", command).put("failure", failure);
    if (said != null) {
      write(
          folder.resolve("tools").resolve(name),
          withoutSecrets(said).getBytes(StandardCharsets.UTF_8));
      fields.put("output", name);
    }
    answers.add(fields.node());
  }

  static String withoutSecrets(String said) {
    return SECRETS.matcher(said).replaceAll("$1(left out)");
  }

  synchronized void file(String path, byte[] bytes) {
    write(place(path), bytes);
  }

  synchronized void unreadable(String path, String reason) {
    unreadable.put(path, reason);
  }

  /** Keeps what a path is: the links on the way to it, and whether a folder or a file is there. */
  synchronized void seen(Path root, String path) {
    try {
      Path real = root;
      Path copy = files;
      for (Path part : root.relativize(root.resolve(path.replaceFirst("^/+", "")).normalize())) {
        real = real.resolve(part);
        copy = copy.resolve(part);
        if (Files.isSymbolicLink(real)) {
          link(root, real, copy);
          real = real.toRealPath();
          copy = files.resolve(root.toRealPath().relativize(real));
        }
        if (!Files.exists(real)) {
          return;
        }
        if (Files.isDirectory(real)) {
          Files.createDirectories(copy);
        } else if (!Files.exists(copy)) {
          write(copy, new byte[0]);
        }
      }
    } catch (IOException e) {
      // A path that cannot be followed is seen by none of the inspectors either.
      unreadable.put(path, String.valueOf(e.getMessage()));
    }
  }

  private void link(Path root, Path real, Path copy) throws IOException {
    if (Files.exists(copy, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.createDirectories(copy.getParent());
    Path target = Files.readSymbolicLink(real);
    if (target.isAbsolute()) {
      Path parent = Objects.requireNonNull(copy.getParent());
      target = parent.relativize(files.resolve(root.relativize(target)));
    }
    Files.createSymbolicLink(copy, target);
  }

  synchronized void listed(Path root, String path, List<String> names) {
    seen(root, path);
    for (String name : names) {
      Path entry = root.resolve(path.replaceFirst("^/+", "")).resolve(name);
      Path copy = place(path).resolve(name);
      try {
        if (Files.exists(copy, LinkOption.NOFOLLOW_LINKS)) {
          continue;
        }
        if (Files.isSymbolicLink(entry)) {
          link(root, entry, copy);
        } else if (Files.isDirectory(entry)) {
          Files.createDirectories(copy);
        } else {
          write(copy, new byte[0]);
        }
      } catch (IOException e) {
        unreadable.put(path + "/" + name, String.valueOf(e.getMessage()));
      }
    }
  }

  private Path place(String path) {
    return files.resolve(path.replaceFirst("^/+", ""));
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("record " + file, e);
    }
  }

  /** Ends the recording: writes what is about the files. */
  public synchronized void end() {
    write(folder.resolve("tools.json"), Json.bytes(answers));
    write(folder.resolve("unreadable.json"), Json.bytes(unreadable));
  }

  /** All that was asked, for tests. */
  synchronized List<String> commands() {
    List<String> commands = new ArrayList<>();
    answers.forEach(answer -> commands.add(answer.path("command").asString("")));
    return commands;
  }
}
