package dev.ingot.agent.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A folder of {@code *.cfg} files, read whole each time: in the order of their names, a file by
 * itself, so that a bad one harms no other.
 */
final class PluginFolder {
  private static final int MOST_FILES = 512;
  private static final int MOST_PLUGINS = 128;
  private static final int MOST_PROBLEMS = 64;
  private static final int LARGEST_FILE = 64 << 10;

  private final Path folder;

  PluginFolder(Path folder) {
    this.folder = folder;
  }

  Path path() {
    return folder;
  }

  /** What is there now: different when anything in it was changed. */
  String fingerprint() {
    StringBuilder text = new StringBuilder();
    try {
      for (Path file : files()) {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        text.append(file.getFileName()).append('\0').append(attributes.size()).append('\0');
        text.append(attributes.lastModifiedTime()).append('\0').append(attributes.fileKey());
        text.append('\0').append(isWritableByAll(file)).append('\n');
      }
      return text.toString();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return text.append("missing ").append(e.getFile()).toString();
    } catch (IOException e) {
      return text.append(e).toString();
    }
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.cfg")) {
      for (Path file : found) {
        files.add(file);
        if (files.size() > MOST_FILES) {
          break;
        }
      }
    }
    files.sort(null);
    return files;
  }

  Registered read() {
    Map<String, Plugin> plugins = new TreeMap<>();
    List<Registered.Problem> problems = new ArrayList<>();
    try {
      List<Path> files = files();
      if (isWritableByAll(folder)) {
        problems.add(
            new Registered.Problem(
                ".", folder + " may be written by everybody: nothing in it is run"));
        return new Registered(plugins, problems);
      }
      if (files.size() > MOST_FILES) {
        problems.add(new Registered.Problem(".", "more than " + MOST_FILES + " files"));
        files = files.subList(0, MOST_FILES);
      }
      for (Path file : files) {
        read(file, plugins, problems);
      }
    } catch (NoSuchFileException e) {
      return Registered.NONE;
    } catch (IOException e) {
      problems.add(new Registered.Problem(".", "cannot be read: " + e));
    }
    aliases(plugins, problems);
    return new Registered(plugins, problems.subList(0, Math.min(MOST_PROBLEMS, problems.size())));
  }

  private static void read(
      Path path, Map<String, Plugin> plugins, List<Registered.Problem> problems) {
    String name = String.valueOf(path.getFileName());
    IniFile file;
    try {
      file = IniFile.parse(text(path));
    } catch (IniFile.Wrong e) {
      problems.add(new Registered.Problem(name, e.why()));
      return;
    }
    for (String section : file.sections()) {
      try {
        Map<String, String> values = file.section(section);
        Plugin plugin = PluginReader.read(values, name);
        if (plugins.size() >= MOST_PLUGINS && !plugins.containsKey(plugin.name())) {
          throw new IniFile.Wrong("more than " + MOST_PLUGINS + " plugins");
        }
        Plugin earlier = plugins.put(plugin.name(), plugin);
        if (earlier != null) {
          problems.add(
              new Registered.Problem(
                  name, "%s: replaces the one of %s".formatted(plugin.name(), earlier.file())));
        }
        List<String> unknown = PluginReader.unknown(values);
        if (!unknown.isEmpty()) {
          problems.add(
              new Registered.Problem(
                  name,
                  "[%s] has unknown keys: %s".formatted(section, String.join(", ", unknown))));
        }
      } catch (IniFile.Wrong e) {
        problems.add(new Registered.Problem(name, "[" + section + "] " + e.why()));
      }
    }
  }

  private static String text(Path file) throws IniFile.Wrong {
    // A pipe would be waited for.
    if (!Files.isRegularFile(file)) {
      throw new IniFile.Wrong("is no file");
    }
    try (InputStream stream = Files.newInputStream(file)) {
      if (isWritableByAll(file)) {
        throw new IniFile.Wrong("may be written by everybody: nothing in it is run");
      }
      byte[] bytes = stream.readNBytes(LARGEST_FILE + 1);
      if (bytes.length > LARGEST_FILE) {
        throw new IniFile.Wrong("is larger than " + LARGEST_FILE + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IniFile.Wrong("is not UTF-8", e);
    } catch (IOException e) {
      throw new IniFile.Wrong("cannot be read: " + e, e);
    }
  }

  private static boolean isWritableByAll(Path path) throws IOException {
    return Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE);
  }

  /** A name goes before an alias, and the first of two aliases before the second. */
  private static void aliases(Map<String, Plugin> plugins, List<Registered.Problem> problems) {
    Map<String, String> taken = new TreeMap<>();
    for (Plugin plugin : plugins.values()) {
      String alias = plugin.alias();
      if (alias == null || alias.equals(plugin.name())) {
        continue;
      }
      String other = plugins.containsKey(alias) ? alias : taken.putIfAbsent(alias, plugin.name());
      if (other != null) {
        problems.add(
            new Registered.Problem(
                plugin.file(),
                "%s: its alias %s means the plugin %s".formatted(plugin.name(), alias, other)));
      }
    }
  }
}
