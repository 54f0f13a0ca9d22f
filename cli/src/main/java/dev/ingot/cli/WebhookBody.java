package dev.ingot.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is said of a webhook on the command line. */
final class WebhookBody {
  private static final int LONGEST = 4096;

  private WebhookBody() {}

  static Verb options(Verb verb) {
    return verb.options("--type", "TYPE", "only such events, e.g. node or inventory.changed")
        .option("--severity", "SEVERITY", "the least: information, warning or critical")
        .options("--type-id", "GLOB", "only of things with such an id")
        .option("--nodes", "FILTER", "only of nodes that this filter of the inventory matches")
        .option("--batch", "N", "up to so many events in a request (default 1)")
        .option("--secret-file", "FILE", "the secret to sign with, - for standard input");
  }

  static ObjectNode of(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    String severity = call.option("--severity");
    if (!call.options("--type").isEmpty()
        || !call.options("--type-id").isEmpty()
        || severity != null) {
      ObjectNode events = body.putObject("events");
      ArrayNode types = events.putArray("types");
      call.options("--type").forEach(types::add);
      ArrayNode ids = events.putArray("typeIds");
      call.options("--type-id").forEach(ids::add);
      if (severity != null) {
        events.put("severity", severity);
      }
    }
    String nodes = call.option("--nodes");
    if (nodes != null) {
      try {
        body.set("nodes", Output.MAPPER.readTree(nodes));
      } catch (JacksonException e) {
        throw new CommandException(
            ExitCode.USAGE, "--nodes is no JSON: " + e.getOriginalMessage(), e);
      }
    }
    if (call.option("--batch") != null) {
      body.put("batch", call.number("--batch", 1));
    }
    String file = call.option("--secret-file");
    if (file != null) {
      body.put("secret", secret(call, file));
    }
    return body;
  }

  private static String secret(Call call, String file) {
    try {
      byte[] bytes =
          file.equals("-")
              ? call.terminal().in().readNBytes(LONGEST)
              : Files.readAllBytes(Path.of(file));
      return new String(bytes, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.FAILED, "cannot read the secret from " + file + ": " + e.getMessage(), e);
    }
  }
}
