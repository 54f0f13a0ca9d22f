package dev.ingot.agent.capability;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Fetches a file to the node: whole, checked, then renamed into place, or not at all. */
public final class DownloadCapability implements Capability {
  private static final Logger log = LoggerFactory.getLogger(DownloadCapability.class);
  private static final JsonNode PARAMETERS =
      Json.read(
          """
          {"type": "object", "additionalProperties": false, "required": ["url", "path"],
           "properties": {
             "url": {"type": "string", "pattern": "^https?://", "maxLength": 4096, "description": "Where from."},
             "path": {"type": "string", "pattern": "^/[^\\\\u0000]*$", "maxLength": 4096,
                      "description": "The file on the node; what was there is replaced. Its folder must exist."},
             "sha256": {"type": "string", "pattern": "^[0-9A-Fa-f]{64}$",
                        "description": "What it must be; without it nothing is checked but the length."},
             "mode": {"type": "string", "pattern": "^[0-7]{3}$", "description": "Permissions; default 644."}}}
          """);
  private static final JsonNode RESULT =
      Json.read(
          """
          {"type": "object", "properties": {"bytes": {"type": "integer"}, "sha256": {"type": "string"}}}
          """);

  @Override
  public CapabilitySignature signature() {
    return new CapabilitySignature(
        "download",
        "Fetches a file to the node by HTTP.",
        "The file appears whole and checked, or not at all. A download that was cut short fails.",
        PARAMETERS,
        RESULT,
        null,
        3600,
        false,
        false,
        false,
        null);
  }

  @Override
  public Outcome call(Invocation invocation) throws InterruptedException {
    JsonNode arguments = invocation.arguments();
    Path path = Path.of(arguments.path("path").asString());
    Path parent = path.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return Outcome.failed("path: the folder " + parent + " is not there");
    }
    if (Files.isDirectory(path)) {
      return Outcome.failed("path: " + path + " is a folder; name the file");
    }
    Path part = null;
    HttpURLConnection connection = null;
    try {
      connection = Transfer.open(arguments.path("url").asString());
      int status = connection.getResponseCode();
      if (status != HttpURLConnection.HTTP_OK) {
        return Outcome.failed("url: the server answered " + status);
      }
      part = Files.createTempFile(parent, ".ingot-", ".part");
      Transfer.Copied copied = fetch(connection, part, invocation);
      String problem = problem(connection.getContentLengthLong(), copied, arguments);
      if (problem != null) {
        return Outcome.failed(problem);
      }
      Files.setPosixFilePermissions(
          part, PosixFilePermissions.fromString(letters(arguments.path("mode").asString("644"))));
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
      return Outcome.done(
          Json.MAPPER
              .createObjectNode()
              .put("bytes", copied.bytes())
              .put("sha256", copied.sha256()));
    } catch (IOException | IllegalArgumentException e) {
      return Outcome.failed(e.getClass().getSimpleName() + ": " + e.getMessage());
    } finally {
      if (connection != null) {
        connection.disconnect();
      }
      remove(part);
    }
  }

  private static Transfer.Copied fetch(
      HttpURLConnection connection, Path part, Invocation invocation)
      throws IOException, InterruptedException {
    try (InputStream from = connection.getInputStream();
        OutputStream to = Files.newOutputStream(part)) {
      return Transfer.copy(from, to, connection.getContentLengthLong(), invocation);
    }
  }

  private static @Nullable String problem(
      long announced, Transfer.Copied copied, JsonNode arguments) {
    if (announced >= 0 && announced != copied.bytes()) {
      return "url: the server announced %d bytes and sent %d".formatted(announced, copied.bytes());
    }
    String wanted = arguments.path("sha256").asString("").toLowerCase(Locale.ROOT);
    return wanted.isEmpty() || wanted.equals(copied.sha256())
        ? null
        : "sha256: the file is " + copied.sha256() + ", not " + wanted;
  }

  /** From octal digits to the nine letters of ls. */
  private static String letters(String octal) {
    StringBuilder letters = new StringBuilder();
    for (char digit : octal.toCharArray()) {
      int bits = digit - '0';
      letters.append((bits & 4) > 0 ? 'r' : '-');
      letters.append((bits & 2) > 0 ? 'w' : '-');
      letters.append((bits & 1) > 0 ? 'x' : '-');
    }
    return letters.toString();
  }

  private static void remove(@Nullable Path part) {
    if (part != null) {
      try {
        Files.deleteIfExists(part);
      } catch (IOException e) {
        log.warn("{} stays behind: {}", part, e.getMessage(), e);
      }
    }
  }
}
