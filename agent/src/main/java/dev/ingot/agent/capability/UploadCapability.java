package dev.ingot.agent.capability;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Sends a file of the node to an HTTP server. */
public final class UploadCapability implements Capability {
  private static final JsonNode PARAMETERS =
      Json.read(
          """
          {"type": "object", "additionalProperties": false, "required": ["path", "url"],
           "properties": {
             "path": {"type": "string", "pattern": "^/[^\\\\u0000]*$", "maxLength": 4096, "description": "The file on the node."},
             "url": {"type": "string", "pattern": "^https?://", "maxLength": 4096, "description": "Where to."},
             "method": {"enum": ["PUT", "POST"], "description": "Default: PUT."},
             "sha256": {"type": "string", "pattern": "^[0-9A-Fa-f]{64}$", "description": "What the file must be."}}}
          """);
  private static final JsonNode RESULT =
      Json.read(
          """
          {"type": "object", "properties": {"bytes": {"type": "integer"}, "sha256": {"type": "string"},
                                            "status": {"type": "integer", "description": "What the server answered."}}}
          """);

  @Override
  public CapabilitySignature signature() {
    return new CapabilitySignature(
        "upload",
        "Sends a file of the node to an HTTP server.",
        "The request's body is the file. It succeeds when the server answers 200 to 299 and the"
            + " file did not change meanwhile.",
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
    if (!Files.isRegularFile(path)) {
      return Outcome.failed("path: " + path + " is no file");
    }
    HttpURLConnection connection = null;
    try {
      String wanted = arguments.path("sha256").asString("").toLowerCase(Locale.ROOT);
      if (!wanted.isEmpty()) {
        String is = digest(path, invocation);
        if (!is.equals(wanted)) {
          return Outcome.failed("sha256: the file is " + is + ", not " + wanted);
        }
      }
      long size = Files.size(path);
      connection = Transfer.open(arguments.path("url").asString());
      connection.setRequestMethod(arguments.path("method").asString("PUT"));
      connection.setRequestProperty("Content-Type", "application/octet-stream");
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(size);
      Transfer.Copied copied = send(path, connection, size, invocation);
      int status = connection.getResponseCode();
      if (status < 200 || status > 299) {
        return Outcome.failed("url: the server answered " + status);
      }
      if (!wanted.isEmpty() && !wanted.equals(copied.sha256())) {
        return Outcome.failed("sha256: the file changed while it was sent: " + copied.sha256());
      }
      return Outcome.done(
          Json.MAPPER
              .createObjectNode()
              .put("bytes", copied.bytes())
              .put("sha256", copied.sha256())
              .put("status", status));
    } catch (IOException | IllegalArgumentException e) {
      return Outcome.failed(e.getClass().getSimpleName() + ": " + e.getMessage());
    } finally {
      if (connection != null) {
        connection.disconnect();
      }
    }
  }

  private static Transfer.Copied send(
      Path path, HttpURLConnection connection, long size, Invocation invocation)
      throws IOException, InterruptedException {
    try (InputStream from = Files.newInputStream(path);
        OutputStream to = connection.getOutputStream()) {
      return Transfer.copy(from, to, size, invocation);
    }
  }

  private static String digest(Path path, Invocation invocation)
      throws IOException, InterruptedException {
    try (InputStream from = Files.newInputStream(path)) {
      return Transfer.copy(from, OutputStream.nullOutputStream(), -1, invocation).sha256();
    }
  }
}
