package dev.ingot.cli;

import dev.ingot.client.ClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One call, every machine. */
final class CallCommands {
  private static final int MOST_INPUT = 1 << 20;

  private static final List<Column> PLANNED =
      List.of(
          Column.id("NODE", "node"),
          Column.of("NAME", "hostname"),
          Column.of("ARGUMENTS", "arguments"),
          Column.of("REFUSED BECAUSE", "refusal"));

  private CallCommands() {}

  static Verb call() {
    return JobBody.options(
            Verb.of("call", "Calls a capability on many nodes", CallCommands::callCapability))
        .argument("CAPABILITY", "see ingot capabilities list")
        .optionalRest("KEY=VALUE", "its arguments; KEY:=VALUE is JSON");
  }

  static Verb exec() {
    return JobBody.options(
            Verb.of("exec", "Runs a command or a script on many nodes", CallCommands::execute))
        .option("--script", "FILE", "a script of this machine instead; - is standard input")
        .option("--input", "FILE", "what the command reads; - is standard input")
        .option("--directory", "DIR", "where it runs on the node")
        .options("--env", "NAME=VALUE", "added to its environment")
        .optionalRest("COMMAND", "after --, with its arguments; no shell reads them");
  }

  private static int callCapability(Call call) throws InterruptedException {
    String capability = call.argument(0);
    JsonNode signature = signature(call, capability);
    JsonNode parameters = signature == null ? null : signature.at("/signatures/0/parameters");
    ObjectNode body = JobBody.of(call, capability);
    String instruction = call.option("--instruction");
    if (instruction != null) {
      body.put("instruction", read(call, instruction));
    }
    List<String> words = call.rest(1);
    if (!words.isEmpty() || instruction == null) {
      body.set("arguments", CallArguments.of(words, parameters));
    }
    boolean destructive = signature != null && signature.path("destructive").asBoolean(false);
    return submit(call, body, destructive);
  }

  /** Null when no node has it: then the server says so better. */
  private static @Nullable JsonNode signature(Call call, String capability) {
    try {
      return call.client().jobs().capability(capability);
    } catch (ClientException e) {
      if (e.status() == 404) {
        return null;
      }
      throw e;
    }
  }

  private static int execute(Call call) throws InterruptedException {
    ObjectNode body = JobBody.of(call, "run");
    ObjectNode arguments = body.putObject("arguments");
    List<String> command = call.rest(0);
    String script = call.option("--script");
    if (script == null && command.isEmpty()) {
      throw CommandException.usage("what is to run? ingot exec --on TARGET -- COMMAND …");
    }
    ArrayNode words = arguments.putArray(script == null ? "argv" : "arguments");
    command.forEach(words::add);
    if (script != null) {
      arguments.put("script", read(call, script));
    }
    String input = call.option("--input");
    if (input != null) {
      arguments.put("input", read(call, input));
    }
    String directory = call.option("--directory");
    if (directory != null) {
      arguments.put("directory", directory);
    }
    for (String pair : call.options("--env")) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw CommandException.usage("--env: NAME=VALUE is wanted, not " + pair);
      }
      environment(arguments).put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return submit(call, body, false);
  }

  private static ObjectNode environment(ObjectNode arguments) {
    return arguments.get("environment") instanceof ObjectNode there
        ? there
        : arguments.putObject("environment");
  }

  private static String read(Call call, String file) {
    try {
      byte[] bytes =
          file.equals("-")
              ? call.terminal().in().readNBytes(MOST_INPUT + 1)
              : Files.readAllBytes(Path.of(file));
      if (bytes.length > MOST_INPUT) {
        throw CommandException.usage(file + ": more than " + Units.bytes(MOST_INPUT));
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CommandException(ExitCode.NOT_FOUND, "cannot read " + file, e);
    }
  }

  static int submit(Call call, ObjectNode body, boolean destructive) throws InterruptedException {
    if (call.flag("--dry-run")) {
      return dryRun(call, body);
    }
    String on = body.path("on").asString("");
    if (!call.flag("--yes") && (on.equals("all") || destructive)) {
      int total = plan(call, body).path("total").asInt(0);
      call.confirm(
          "%s on %d node%s (%s)?"
              .formatted(body.path("capability").asString(""), total, total == 1 ? "" : "s", on));
    }
    JsonNode job = call.client().jobs().create(body, UUID.randomUUID().toString());
    String id = job.path("id").asString("");
    sayRefusals(call, job);
    if (call.flag("--no-wait")) {
      if (call.format().equals("table")) {
        call.terminal().out().println(id);
        call.terminal().out().flush();
      } else {
        call.output().document(job, "id");
      }
      return ExitCode.OK;
    }
    return new JobWatch(call, id).toTheEnd(job.path("total").asInt(0));
  }

  private static JsonNode plan(Call call, ObjectNode body) {
    return call.client().jobs().create(body.deepCopy().put("dryRun", true), null);
  }

  private static int dryRun(Call call, ObjectNode body) {
    JsonNode plan = plan(call, body);
    if (!call.format().equals("table")) {
      call.output().document(plan, "total");
      return ExitCode.OK;
    }
    call.output().list(plan.path("nodes").valueStream().toList(), "node", PLANNED);
    sayRefusals(call, plan);
    int total = plan.path("runnable").asInt(0);
    call.terminal()
        .err()
        .println("would go to %d node%s; nothing was sent".formatted(total, total == 1 ? "" : "s"));
    call.terminal().err().flush();
    return ExitCode.OK;
  }

  private static void sayRefusals(Call call, JsonNode job) {
    for (JsonNode refusal : job.path("refusals")) {
      call.terminal()
          .err()
          .println(
              Printable.line(
                  "refused on %d: %s (%s)"
                      .formatted(
                          refusal.path("nodes").asInt(0),
                          refusal.path("reason").asString(""),
                          Column.plain(refusal.path("sample")))));
    }
    JsonNode leftOut = job.path("leftOut");
    if (!leftOut.isEmpty()) {
      call.terminal()
          .err()
          .println(
              Printable.line(
                  "left out, being protected: "
                      + Column.plain(leftOut)
                      + " (name one, with --allow-protected)"));
    }
    call.terminal().err().flush();
  }

  /** A new job with its own id, followed. */
  static int followed(Call call, JsonNode job) throws InterruptedException {
    String id = job.path("id").asString("");
    return new JobWatch(call, id).toTheEnd(job.path("total").asInt(0));
  }

  static ObjectNode reason(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    String reason = call.option("--reason");
    return reason == null ? body : body.put("reason", reason);
  }
}
