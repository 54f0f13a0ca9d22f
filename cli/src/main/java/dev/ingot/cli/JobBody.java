package dev.ingot.cli;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The options that say over which nodes a call goes and how: the same for all commands. */
final class JobBody {
  private JobBody() {}

  static Verb options(Verb verb) {
    return verb.option(
            "--on", "TARGET", "id, hostname or glob, tag:x, view:NAME, all, or a JSON filter")
        .option(
            "--task-timeout",
            "TIME",
            "how long it may run on a node, e.g. 90s (default: the capability's)")
        .option("--concurrency", "N", "on so many nodes at a time")
        .option("--canary", "N", "first on so many; the rest when they succeeded")
        .option("--batch", "N", "then so many at a time, each batch after the one before")
        .option("--stop-after", "N|N%", "start no more after so many failures")
        .option("--retries", "N", "again on a node where it was lost or failed")
        .option("--expiry", "TIME", "how long nodes that are offline are waited for (default 10m)")
        .option("--preprocessor", "NAME", "makes the arguments of each node from --instruction")
        .option("--instruction", "FILE", "for the preprocessor; - is standard input")
        .flag("--allow-protected", "also on protected machines that are named")
        .flag("--dry-run", "only say on which nodes, and what each would get")
        .flag("--no-wait", "print the job's id and leave it to itself")
        .flag("--exit-code", "on one node: end with the program's own exit status")
        .flag("--yes", "do not ask");
  }

  static ObjectNode of(Call call, String capability) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    String on = call.option("--on");
    if (on == null) {
      throw CommandException.usage(
          "--on says on which nodes: " + "an id, a hostname, tag:x, all …");
    }
    body.put("on", on).put("capability", capability);
    text(call, body, "--task-timeout", "timeout");
    text(call, body, "--expiry", "expiry");
    text(call, body, "--preprocessor", "preprocessor");
    number(call, body, "--concurrency", "concurrency");
    number(call, body, "--canary", "canary");
    number(call, body, "--batch", "batch");
    number(call, body, "--retries", "retries");
    stopAfter(call, body);
    if (call.flag("--allow-protected")) {
      body.put("allowProtected", true);
    }
    return body;
  }

  private static void text(Call call, ObjectNode body, String option, String field) {
    String text = call.option(option);
    if (text != null) {
      body.put(field, text);
    }
  }

  private static void number(Call call, ObjectNode body, String option, String field) {
    if (call.option(option) != null) {
      body.put(field, call.number(option, 1));
    }
  }

  private static void stopAfter(Call call, ObjectNode body) {
    String text = call.option("--stop-after");
    if (text == null) {
      return;
    }
    if (!text.matches("[1-9]\\d{0,6}%?")) {
      throw CommandException.usage(
          "--stop-after is a number of failures, or of percent as 10%, not " + text);
    }
    boolean percent = text.endsWith("%");
    body.putObject("stopAfter")
        .put(percent ? "percent" : "failures", Integer.parseInt(text.replace("%", "")));
  }
}
