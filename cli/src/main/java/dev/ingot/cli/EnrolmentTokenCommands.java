package dev.ingot.cli;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Tokens with which agents join. */
final class EnrolmentTokenCommands {
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id"),
          Column.of("NAME", "name"),
          Column.age("CREATED", "created"),
          Column.age("EXPIRES", "expires"),
          Column.of("USES", "uses"),
          Column.of("MOST", "maxUses"),
          Column.of("STATE", "state"));

  private EnrolmentTokenCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of(
                "list",
                "Lists the enrolment tokens (never the secrets)",
                call -> Lists.show(call, Map.of(), call.client()::enrolmentTokens, "id", COLUMNS))
            .list(),
        Verb.of(
                "create",
                "Makes an enrolment token; its secret is shown this once",
                EnrolmentTokenCommands::create)
            .optional("NAME", "what it is for")
            .option("--expires", "DURATION", "e.g. 7d")
            .option("--uses", "N", "how many machines may join with it (default: any)"),
        Verb.of("revoke", "Ends an enrolment token", EnrolmentTokenCommands::revoke)
            .argument("ID", "of the list")
            .destructive());
  }

  private static int create(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (!call.argument(0).isEmpty()) {
      body.put("name", call.argument(0));
    }
    Expiry.put(call, body);
    if (call.option("--uses") != null) {
      body.put("maxUses", call.number("--uses", 1));
    }
    TokenCommands.shown(call, call.client().createEnrolmentToken(body));
    return ExitCode.OK;
  }

  private static int revoke(Call call) {
    String id = call.argument(0);
    call.confirm("Revoke enrolment token " + id + "?");
    call.client().revokeEnrolmentToken(id);
    ObjectNode revoked = JsonNodeFactory.instance.objectNode().put("id", id);
    call.output().done("enrolment token " + id + " is revoked", revoked, "id");
    return ExitCode.OK;
  }
}
