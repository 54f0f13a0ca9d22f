package dev.ingot.agent.capability;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Runs a program or a script. */
public final class RunCapability implements Capability {
  private static final JsonNode PARAMETERS =
      Json.read(
          """
          {"type": "object", "additionalProperties": false,
           "oneOf": [{"required": ["argv"]}, {"required": ["script"]}],
           "properties": {
             "argv": {"type": "array", "minItems": 1, "maxItems": 4096,
                      "items": {"type": "string", "maxLength": 131072, "pattern": "^[^\\\\u0000]*$"},
                      "description": "The program and its arguments; no shell reads them."},
             "script": {"type": "string", "minLength": 1, "maxLength": 1048576,
                        "description": "Run as a file: by what its first line names (#!), else by /bin/sh."},
             "arguments": {"type": "array", "maxItems": 4096,
                           "items": {"type": "string", "maxLength": 131072, "pattern": "^[^\\\\u0000]*$"},
                           "description": "The script's arguments."},
             "environment": {"type": "object", "maxProperties": 1024,
                             "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
                             "additionalProperties": {"type": "string", "maxLength": 131072, "pattern": "^[^\\\\u0000]*$"},
                             "description": "Added to PATH, HOME and LANG; nothing else is there."},
             "directory": {"type": "string", "minLength": 1, "maxLength": 4096, "pattern": "^/[^\\\\u0000]*$",
                           "description": "Working directory, absolute; default /."},
             "input": {"type": "string", "maxLength": 1048576,
                       "description": "What it reads from standard input."}}}
          """);

  private final Path folder;

  /**
   * @param folder where scripts lie while they run; made when it is needed
   */
  public RunCapability(Path folder) {
    this.folder = folder;
  }

  @Override
  public CapabilitySignature signature() {
    return new CapabilitySignature(
        "run",
        "Runs a program or a script.",
        """
        Output is kept as it comes: of each stream the first 256 KiB and the last 768 KiB. The call succeeds when the
        exit status is 0. At the timeout, and when it is cancelled, everything that it started is asked to end (SIGTERM)
        and one second later killed. What is to outlive the call must give up its output, as with `nohup x >/dev/null 2>&1 &`.
        Arguments are seen by everyone on the node; a secret belongs into `input`.
        """,
        PARAMETERS,
        null,
        null,
        600,
        false,
        false,
        false,
        null);
  }

  @Override
  public Outcome call(Invocation invocation) throws InterruptedException {
    JsonNode arguments = invocation.arguments();
    if (!arguments.path("script").isString()) {
      return run(invocation, texts(arguments.path("argv")));
    }
    Path script = null;
    try {
      script = write(invocation.name(), arguments.path("script").asString());
      List<String> argv = new ArrayList<>();
      if (!arguments.path("script").asString().startsWith("#!")) {
        argv.add("/bin/sh");
      }
      argv.add(script.toString());
      argv.addAll(texts(arguments.path("arguments")));
      return run(invocation, argv);
    } catch (IOException e) {
      return Outcome.failed("the script cannot be written to " + folder + ": " + e.getMessage());
    } finally {
      remove(script);
    }
  }

  private static Outcome run(Invocation invocation, List<String> argv) throws InterruptedException {
    JsonNode arguments = invocation.arguments();
    if (argv.isEmpty()) {
      return Outcome.failed("argv: the program is missing");
    }
    Map<String, String> environment = new LinkedHashMap<>();
    arguments
        .path("environment")
        .forEachEntry((name, value) -> environment.put(name, value.asString()));
    Program program =
        new Program(
            argv,
            environment,
            Path.of(arguments.path("directory").asString("/")),
            arguments.path("input").asString("").getBytes(StandardCharsets.UTF_8));
    try {
      return Outcome.ofExit(program.run(invocation.name(), invocation::write));
    } catch (Program.NotStarted e) {
      return Outcome.failed(String.valueOf(e.getMessage()));
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asString()));
    return texts;
  }

  private Path write(String name, String script) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path file =
        Files.createTempFile(
            folder,
            name + "-",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      Files.writeString(file, script);
    } catch (IOException e) {
      remove(file);
      throw e;
    }
    return file;
  }

  private static void remove(@Nullable Path script) {
    if (script != null) {
      try {
        Files.deleteIfExists(script);
      } catch (IOException e) {
        throw new UncheckedIOException("remove " + script, e);
      }
    }
  }
}
