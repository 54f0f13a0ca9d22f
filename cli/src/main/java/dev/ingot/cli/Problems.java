package dev.ingot.cli;

import dev.ingot.client.ClientException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Says what went wrong: one line, or problem JSON (RFC 9457) with {@code -o json}. */
final class Problems {
  private final Terminal terminal;
  private final boolean json;

  Problems(Terminal terminal, boolean json) {
    this.terminal = terminal;
    this.json = json;
  }

  /** Looked for in the raw words, since the parser may be what fails. */
  static boolean asksForJson(String[] arguments) {
    List<String> words = List.of(arguments);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      boolean named = word.equals("-o") || word.equals("--output");
      if (word.matches("-o=?json|--output=json")
          || (named && i + 1 < words.size() && words.get(i + 1).equals("json"))) {
        return true;
      }
    }
    return false;
  }

  int usage(String line) {
    say("urn:ingot:problem:usage", 0, line, null);
    return ExitCode.USAGE;
  }

  int local(CommandException e) {
    String slug = e.exitCode() == ExitCode.USAGE ? "usage" : "failed";
    say("urn:ingot:problem:" + slug, 0, String.valueOf(e.getMessage()), null);
    return e.exitCode();
  }

  int remote(ClientException e) {
    String hint =
        switch (e.kind()) {
          case UNREACHABLE ->
              ": start one with `ingot up`, or name yours with --server or INGOT_SERVER";
          case UNTRUSTED -> ": name the PEM file of who signed it with --certificates";
          case NOT_INGOT -> ": is --server right?";
          case TIMED_OUT -> "";
          case ANSWERED -> e.status() == 401 ? " (" + Session.WHERE_TOKENS_COME_FROM + ")" : "";
        };
    say(e.type(), e.status(), e.detail() + hint, e.field());
    return switch (e.kind()) {
      case TIMED_OUT -> ExitCode.TIMED_OUT;
      case UNREACHABLE, UNTRUSTED, NOT_INGOT -> ExitCode.FAILED;
      case ANSWERED ->
          switch (e.status()) {
            case 404 -> ExitCode.NOT_FOUND;
            case 401, 403, 409, 412 -> ExitCode.REFUSED;
            case 400, 422 -> ExitCode.USAGE;
            default -> ExitCode.FAILED;
          };
    };
  }

  int unexpected(Exception e) {
    say("urn:ingot:problem:failed", 0, String.valueOf(e), null);
    return ExitCode.FAILED;
  }

  private void say(String type, int status, String detail, @Nullable String field) {
    if (!json) {
      // Of files each line says which.
      boolean known = field == null || field.equals("files") || detail.contains(field);
      String where = known ? "" : " (" + field + ")";
      // Several lines are several things that are wrong: each says itself.
      detail.lines().forEach(line -> terminal.err().println("ingot: " + line + where));
      return;
    }
    ObjectNode problem = JsonNodeFactory.instance.objectNode();
    problem.put("type", type);
    if (status != 0) {
      problem.put("status", status);
    }
    problem.put("detail", detail);
    if (field != null) {
      problem.put("field", field);
    }
    terminal.err().println(problem);
  }
}
