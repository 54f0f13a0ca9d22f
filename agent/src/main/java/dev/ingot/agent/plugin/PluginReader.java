package dev.ingot.agent.plugin;

import dev.ingot.protocol.PluginResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** From a section of an INI file to a plugin. */
final class PluginReader {
  private static final Set<String> KEYS =
      Set.of(
          "name",
          "description",
          "command",
          "result_format",
          "command_alias",
          "timeout",
          "schedule",
          "user");
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);
  private static final int LONGEST_COMMAND = 8 << 10;
  private static final int LONGEST_DESCRIPTION = 512;
  private static final int MOST_SHOWN = 5;

  private final Map<String, String> values;

  private PluginReader(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads it.
   *
   * @throws IniFile.Wrong naming the key
   */
  static Plugin read(Map<String, String> values, String file) throws IniFile.Wrong {
    return new PluginReader(values).plugin(file);
  }

  /** Keys that mean nothing here, in order; a few of them if there are many. */
  static List<String> unknown(Map<String, String> values) {
    TreeSet<String> unknown = new TreeSet<>(values.keySet());
    unknown.removeAll(KEYS);
    return unknown.stream().limit(MOST_SHOWN).toList();
  }

  private Plugin plugin(String file) throws IniFile.Wrong {
    String command = needed("command");
    if (command.length() > LONGEST_COMMAND) {
      throw new IniFile.Wrong("command: is longer than " + LONGEST_COMMAND + " characters");
    }
    String format = needed("result_format");
    if (!Plugin.FORMATS.contains(format)) {
      throw new IniFile.Wrong(
          "result_format: one of %s is wanted, not %s"
              .formatted(String.join(", ", Plugin.FORMATS), shown(format)));
    }
    String description = values.getOrDefault("description", "");
    String scheduled = optional("schedule");
    return new Plugin(
        name("name", needed("name")),
        description.substring(0, Math.min(LONGEST_DESCRIPTION, description.length())),
        command,
        words(command),
        format,
        optional("command_alias") == null ? null : name("command_alias", needed("command_alias")),
        timeout(),
        scheduled,
        scheduled == null ? null : schedule(scheduled),
        user(),
        file);
  }

  private @Nullable String optional(String key) {
    String value = values.get(key);
    return value == null || value.isEmpty() ? null : value;
  }

  private String needed(String key) throws IniFile.Wrong {
    String value = optional(key);
    if (value == null) {
      throw new IniFile.Wrong(key + ": is missing");
    }
    if (value.indexOf('\0') >= 0) {
      throw new IniFile.Wrong(key + ": holds a NUL character");
    }
    return value;
  }

  /** A key of the node's record, and a word in messages of others. */
  private static String name(String key, String name) throws IniFile.Wrong {
    if (!name.matches(PluginResult.NAME)) {
      throw new IniFile.Wrong(
          key + ": up to 64 letters, digits, _ and - are wanted, not " + shown(name));
    }
    return name;
  }

  private static List<String> words(String command) throws IniFile.Wrong {
    try {
      List<String> words = ShellWords.split(command);
      if (words.isEmpty() || words.getFirst().isEmpty()) {
        throw new IniFile.Wrong("command: names no program");
      }
      return words;
    } catch (IllegalArgumentException e) {
      throw new IniFile.Wrong("command: " + e.getMessage(), e);
    }
  }

  private Duration timeout() throws IniFile.Wrong {
    String text = optional("timeout");
    try {
      return text == null
          ? TIMEOUT
          : Schedule.duration(text, Duration.ofSeconds(1), LONGEST_TIMEOUT);
    } catch (IllegalArgumentException e) {
      throw new IniFile.Wrong("timeout: " + e.getMessage(), e);
    }
  }

  private static Schedule schedule(String text) throws IniFile.Wrong {
    try {
      return Schedule.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IniFile.Wrong("schedule: " + e.getMessage(), e);
    }
  }

  private @Nullable String user() throws IniFile.Wrong {
    String user = optional("user");
    // What useradd takes; never an option of a program.
    if (user != null && !user.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}\\$?")) {
      throw new IniFile.Wrong("user: " + shown(user) + " is no user's name");
    }
    return user;
  }

  private static String shown(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
