package dev.ingot.app;

import dev.ingot.cli.Call;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import dev.ingot.configuration.Configuration;
import dev.ingot.configuration.ConfigurationException;
import dev.ingot.configuration.KnownKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A program's configuration: which file, and what the command line adds to it. */
final class Settings {
  private Settings() {}

  /** How a program reads its records. */
  interface Reading<T> {
    T read(Configuration configuration);
  }

  /**
   * Reads the configuration of a command.
   *
   * @throws CommandException with a line for everything that is wrong
   */
  static <T> T read(Call call, Path standardFolder, Reading<T> reading) {
    Map<String, String> environment = call.terminal().environment();
    Map<String, String> flags = flags(call.unmatched());
    String log = call.option("--log");
    if (log != null) {
      flags.put("log.format", log);
    }
    try {
      Path file = file(call.option("--config"), environment, flags, standardFolder);
      Configuration configuration = Configuration.of(file, environment, flags);
      T settings = reading.read(configuration);
      configuration.check();
      withoutValue(call.unmatched(), configuration);
      return settings;
    } catch (ConfigurationException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** {@code --key value}, {@code --key=value}, or {@code --key} alone for true. */
  static Map<String, String> flags(List<String> words) {
    Map<String, String> flags = new HashMap<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("--") || word.length() == 2) {
        throw CommandException.usage("unexpected argument " + word);
      }
      int equals = word.indexOf('=');
      String key = equals < 0 ? word.substring(2) : word.substring(2, equals);
      String value;
      if (equals >= 0) {
        value = word.substring(equals + 1);
      } else if (i + 1 < words.size() && !words.get(i + 1).startsWith("--")) {
        value = words.get(++i);
      } else {
        value = "true";
      }
      if (flags.put(key, value) != null) {
        throw CommandException.usage("--" + key + " is there twice");
      }
    }
    return flags;
  }

  /** Only what is true or false may stand alone. */
  private static void withoutValue(List<String> words, Configuration configuration) {
    for (KnownKey key : configuration.keys()) {
      int at = words.indexOf("--" + key.name());
      boolean alone = at >= 0 && (at + 1 == words.size() || words.get(at + 1).startsWith("--"));
      if (alone && !key.kind().equals("true or false")) {
        throw CommandException.usage("--" + key.name() + " needs a value: " + key.kind());
      }
    }
  }

  /** The file that was named, else the first of the usual ones that is there. */
  static @Nullable Path file(
      @Nullable String named,
      Map<String, String> environment,
      Map<String, String> flags,
      Path standardFolder) {
    String name = named == null ? environment.getOrDefault("INGOT_CONFIG", "") : named;
    if (!name.isEmpty()) {
      return Path.of(name);
    }
    String folder = flags.getOrDefault("data.dir", environment.getOrDefault("INGOT_DATA_DIR", ""));
    Path data = folder.isEmpty() ? standardFolder : Path.of(folder);
    for (Path usual : List.of(data.resolve("ingot.yaml"), Path.of("/etc/ingot/ingot.yaml"))) {
      if (Files.exists(usual)) {
        return usual;
      }
    }
    return null;
  }
}
