package dev.ingot.cli;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Tokens of people and programs. */
final class TokenCommands {
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id"),
          Column.of("NAME", "name"),
          Column.of("ROLE", "role"),
          Column.age("CREATED", "created"),
          Column.of("BY", "createdBy"),
          Column.age("EXPIRES", "expires"),
          Column.age("USED", "lastUsed"));

  private TokenCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of(
                "list",
                "Lists the tokens (never the secrets)",
                call -> Lists.show(call, Map.of(), call.client()::tokens, "id", COLUMNS))
            .list(),
        Verb.of("create", "Makes a token; its secret is shown this once", TokenCommands::create)
            .argument("NAME", "who uses it")
            .option(
                "--role", "ROLE", "admin, operator, reader or one of ingot roles (default reader)")
            .option("--expires", "DURATION", "e.g. 30d (default: never)"),
        Verb.of("revoke", "Ends a token", TokenCommands::revoke)
            .argument("ID", "of the list")
            .destructive());
  }

  private static int create(Call call) {
    String role = call.option("--role");
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", call.argument(0));
    body.put("role", role == null ? "reader" : role);
    Expiry.put(call, body);
    shown(call, call.client().createToken(body));
    return ExitCode.OK;
  }

  /** Prints the secret alone, so that it can be redirected into a file. */
  static void shown(Call call, JsonNode made) {
    Output output = call.output();
    if (output.format() == Format.TABLE) {
      call.terminal().out().println(secret(made));
      call.terminal().err().println("This is shown this once: keep it.");
    } else {
      output.document(made, "id");
    }
  }

  private static String secret(JsonNode made) {
    return made.path("secret").asString(made.path("token").asString(""));
  }

  private static int revoke(Call call) {
    String id = call.argument(0);
    call.confirm("Revoke token " + id + "?");
    call.client().revokeToken(id);
    call.output()
        .done(
            "token " + id + " is revoked",
            JsonNodeFactory.instance.objectNode().put("id", id),
            "id");
    return ExitCode.OK;
  }
}
