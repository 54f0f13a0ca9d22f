package dev.ingot.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Sends the files of a folder, each one definition, in one request; the server reads them. */
final class DefinitionFolder {
  private static final int MOST_FILES = 1_000;
  private static final long LARGEST = 1 << 20;

  private static final List<Column> LOADED =
      List.of(Column.of("FILE", "file"), Column.of("NAME", "name"), Column.of("STATE", "state"));

  private DefinitionFolder() {}

  static int load(Call call, Function<ObjectNode, JsonNode> send) {
    return load(call, send, LOADED);
  }

  static int load(Call call, Function<ObjectNode, JsonNode> send, List<Column> columns) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode files = body.putArray("files");
    Path folder = Path.of(call.argument(0));
    for (Path path : files(call, folder)) {
      String name =
          Files.isDirectory(folder)
              ? folder.relativize(path).toString()
              : path.getFileName().toString();
      files.addObject().put("file", name).put("text", text(path));
    }
    body.put("dryRun", call.flag("--dry-run"));
    JsonNode loaded = send.apply(body);
    call.output().list(loaded.path("items").valueStream().toList(), "name", columns);
    if (call.flag("--dry-run")) {
      call.terminal().err().println("ingot: a dry run: nothing was changed");
    }
    return ExitCode.OK;
  }

  private static List<Path> files(Call call, Path folder) {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        if (isHidden(folder, path)) {
          continue;
        }
        if (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json")) {
          found.add(path);
        } else {
          call.terminal().err().println("ingot: " + path + " is left out: no .yaml, .yml or .json");
        }
      }
    } catch (UncheckedIOException e) { // a folder below that cannot be read
      throw new CommandException(
          ExitCode.USAGE, "cannot read " + folder + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new CommandException(ExitCode.USAGE, "cannot read " + folder + ": " + why(e), e);
    }
    if (found.isEmpty() || found.size() > MOST_FILES) {
      throw CommandException.usage(
          folder
              + " has "
              + found.size()
              + " .yaml, .yml and .json files; from 1 to "
              + MOST_FILES
              + " are loaded at once");
    }
    return found;
  }

  private static boolean isHidden(Path folder, Path path) {
    for (Path part : folder.relativize(path)) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static String text(Path path) {
    try {
      if (Files.size(path) > LARGEST) {
        throw CommandException.usage(path + " is larger than 1 MiB, no definition");
      }
      return Files.readString(path);
    } catch (CharacterCodingException e) {
      throw new CommandException(ExitCode.USAGE, path + " is no UTF-8 text", e);
    } catch (IOException e) {
      throw new CommandException(ExitCode.USAGE, "cannot read " + path + ": " + why(e), e);
    }
  }

  private static String why(IOException e) {
    return e instanceof NoSuchFileException
        ? "no such file or folder"
        : String.valueOf(e.getMessage());
  }
}
