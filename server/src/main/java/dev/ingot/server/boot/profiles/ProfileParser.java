package dev.ingot.server.boot.profiles;

import dev.ingot.core.Json;
import dev.ingot.server.boot.profiles.BootProfile.Kind;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and checks a profile as somebody wrote it; each problem names the field. */
final class ProfileParser {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Set<String> FIELDS =
      Set.of("kind", "description", "script", "kernel", "initrd", "arguments", "firstFile");
  private static final Set<String> ARCHITECTURES =
      Set.of("bios", "uefi-ia32", "uefi-x86_64", "uefi-arm32", "uefi-arm64");
  private static final int LONGEST_SCRIPT = 64 << 10;
  private static final int LONGEST_TEXT = 4096;
  private static final int MOST_FILES = 16;

  private ProfileParser() {}

  static BootProfile parse(String name, JsonNode json) {
    if (!NAME.matcher(name).matches()) {
      throw Problem.invalid("name", "must be 1 to 63 lower case letters, digits and dashes");
    }
    if (!(json instanceof ObjectNode fields)) {
      throw Problem.invalid("body", "must be an object");
    }
    fields
        .propertyNames()
        .forEach(
            field -> {
              if (!FIELDS.contains(field)) {
                throw Problem.invalid(
                    field,
                    "is no field of a profile; there are " + FIELDS.stream().sorted().toList());
              }
            });
    Kind kind = kind(fields);
    String script = text(fields, "script", LONGEST_SCRIPT);
    String kernel = text(fields, "kernel", LONGEST_TEXT);
    require(kind == Kind.SCRIPT, script, "script", kind);
    require(kind == Kind.KERNEL, kernel, "kernel", kind);
    String description = text(fields, "description", LONGEST_TEXT);
    String arguments = text(fields, "arguments", LONGEST_TEXT);
    if (arguments != null && arguments.indexOf('\n') >= 0) {
      throw Problem.invalid("arguments", "must be one line");
    }
    BootProfile profile =
        new BootProfile(
            name,
            kind,
            description == null ? "" : description,
            script,
            kernel,
            initrd(fields),
            arguments == null ? "" : arguments,
            firstFile(fields),
            0);
    BootScript.check(profile);
    return profile;
  }

  private static Kind kind(ObjectNode fields) {
    String word = text(fields, "kind", 20);
    for (Kind kind : Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(word)) {
        return kind;
      }
    }
    throw Problem.invalid("kind", "must be kernel, script, disk or ignore");
  }

  private static void require(boolean wanted, @Nullable String value, String field, Kind kind) {
    if (wanted != (value != null)) {
      throw Problem.invalid(
          field,
          (wanted ? "must be there" : "must not be there")
              + " where kind is "
              + kind.name().toLowerCase(Locale.ROOT));
    }
  }

  private static @Nullable String text(ObjectNode fields, String field, int longest) {
    JsonNode value = fields.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString()
        || value.stringValue().isEmpty()
        || value.stringValue().length() > longest
        || value.stringValue().indexOf('\0') >= 0) {
      throw Problem.invalid(field, "must be text of 1 to " + longest + " characters");
    }
    return value.stringValue();
  }

  private static List<String> initrd(ObjectNode fields) {
    JsonNode value = fields.get("initrd");
    if (value == null || value.isNull()) {
      return List.of();
    }
    if (!value.isArray() || value.size() > MOST_FILES) {
      throw Problem.invalid("initrd", "must be a list of at most " + MOST_FILES + " files");
    }
    List<String> files = new ArrayList<>();
    for (JsonNode file : value) {
      if (!file.isString()
          || file.stringValue().isBlank()
          || file.stringValue().length() > LONGEST_TEXT) {
        throw Problem.invalid(
            "initrd." + files.size(), "must be a URL or a path under the boot files");
      }
      files.add(file.stringValue());
    }
    return files;
  }

  private static Map<String, String> firstFile(ObjectNode fields) {
    JsonNode value = fields.get("firstFile");
    if (value == null || value.isNull()) {
      return Map.of();
    }
    if (!(value instanceof ObjectNode byArchitecture)) {
      throw Problem.invalid("firstFile", "must be an object from architecture to file");
    }
    Map<String, String> files = new LinkedHashMap<>();
    byArchitecture
        .propertyStream()
        .forEach(
            entry -> {
              if (!ARCHITECTURES.contains(entry.getKey())) {
                throw Problem.invalid(
                    "firstFile." + entry.getKey(),
                    "must be one of " + ARCHITECTURES.stream().sorted().toList());
              }
              JsonNode file = entry.getValue();
              if (!file.isString() || !file.stringValue().matches("[!-~]{1,255}")) {
                throw Problem.invalid(
                    "firstFile." + entry.getKey(),
                    "must be a path or URL of 1 to 255 printable characters");
              }
              files.put(entry.getKey(), file.stringValue());
            });
    return files;
  }

  /** As it is stored and shown, without name and version. */
  static ObjectNode write(BootProfile profile) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("kind", profile.kind().name().toLowerCase(Locale.ROOT));
    json.put("description", profile.description());
    json.put("script", profile.script());
    json.put("kernel", profile.kernel());
    json.set("initrd", Json.MAPPER.valueToTree(profile.initrd()));
    json.put("arguments", profile.arguments());
    json.set("firstFile", Json.MAPPER.valueToTree(profile.firstFile()));
    for (String empty : List.of("description", "arguments")) {
      if (json.path(empty).stringValue("").isEmpty()) {
        json.putNull(empty);
      }
    }
    return json;
  }
}
