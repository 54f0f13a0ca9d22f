package dev.ingot.cli;

import dev.ingot.client.ResourceCalls;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Claims: made, listed, explained, renewed, released. */
final class ClaimCommands {
  static final List<Column> LIST =
      List.of(
          Column.of("ID", "id"),
          Column.of("KIND", "kind"),
          Column.of("OWNER", "owner"),
          Column.of("STATE", "state"),
          Column.of("WANTED", "wanted"),
          Column.of("RESOURCES", "resources"),
          Column.age("SINCE", "since"),
          Column.age("UNTIL", "until"),
          Column.age("DEADLINE", "deadline"),
          Column.age("ENDED", "ended"),
          Column.of("REASON", "reason"),
          Column.of("DETAIL", "detail"));

  private static final Duration AGAIN = Duration.ofMillis(500);

  private ClaimCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of("list", "Lists claims, newest first", ClaimCommands::list)
            .option("--kind", "KIND", "of this kind")
            .option("--owner", "OWNER", "for this owner")
            .option("--state", "STATE", "held, waiting or reclaiming")
            .flag("--ended", "those that have ended")
            .list(),
        Verb.of("show", "Shows a claim", ClaimCommands::show).argument("CLAIM", "its id"),
        Verb.of("explain", "Says why a claim waits, or how it stands", ClaimCommands::explain)
            .argument("CLAIM", "its id"),
        Verb.of("renew", "Gives a claim another end", ClaimCommands::renew)
            .argument("CLAIM", "its id")
            .option("--until", "TIME", "e.g. 2026-12-24T18:00:00Z")
            .option("--length", "LENGTH", "from now on, e.g. 2h"),
        Verb.of("release", "Ends a claim", ClaimCommands::release)
            .argument("CLAIM", "its id")
            .option("--reason", "TEXT", "for the history")
            .flag("--now", "leave out what must run before"));
  }

  static Verb claiming(Verb verb) {
    return verb.option("--owner", "OWNER", "for whom")
        .option("--count", "N", "how many, all or none (default 1)")
        .option("--where", "FILTER", "that match, e.g. '{\"node.location.rack\":{\"$ne\":\"7\"}}'")
        .option("--network", "NAME", "addresses of this network")
        .option("--pool", "NAME", "addresses of this pool")
        .option("--prefix-length", "N", "a whole free block of addresses, e.g. 28")
        .option("--until", "TIME", "when it ends, e.g. 2026-12-24T18:00:00Z")
        .option("--length", "LENGTH", "how long it holds, e.g. 2h (default: without end)")
        .option("--wait", "LENGTH", "wait so long until enough are free, e.g. 30m")
        .option("--reason", "TEXT", "why, for people")
        .option("--request-key", "KEY", "said again, it brings the same claim")
        .flag("--no-follow", "do not stay until it is held: print the claim that waits")
        .flag("--dry-run", "say whether it would be held, and claim nothing")
        .optionalRest("KEY", "exactly these");
  }

  /** Claims; a claim that waits is followed until it is held or its deadline has come. */
  static int claim(Call call, String kind) throws InterruptedException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    String owner = call.option("--owner");
    if (owner == null) {
      throw CommandException.usage("say for whom: --owner OWNER");
    }
    body.put("owner", owner);
    for (String option : List.of("reason", "network", "pool", "until", "length")) {
      if (call.option("--" + option) != null) {
        body.put(option, call.option("--" + option));
      }
    }
    if (call.option("--count") != null) {
      body.put("count", call.number("--count", 1));
    }
    if (call.option("--prefix-length") != null) {
      body.put("prefixLength", call.number("--prefix-length", 1));
    }
    if (call.option("--wait") != null) {
      body.put("waitFor", call.option("--wait"));
    }
    String where = call.option("--where");
    if (where != null) {
      body.set("where", NodeCommands.json(where, "--where"));
    }
    if (!call.rest(0).isEmpty()) {
      ArrayNode keys = body.putArray("keys");
      call.rest(0).forEach(keys::add);
    }
    ResourceCalls resources = call.client().resources();
    if (call.flag("--dry-run")) {
      JsonNode found = resources.claim(kind, body.put("dryRun", true), null);
      call.output().done(found.path("sentence").asString(""), found, "sentence");
      return found.path("enough").asBoolean(false) ? ExitCode.OK : ExitCode.REFUSED;
    }
    JsonNode claim = resources.claim(kind, body, call.option("--request-key"));
    return call.flag("--no-follow") ? shown(call, claim) : shown(call, followed(call, claim));
  }

  private static JsonNode followed(Call call, JsonNode claim) throws InterruptedException {
    JsonNode now = claim;
    String id = claim.path("id").asString();
    if (isWaiting(now)) {
      call.terminal()
          .err()
          .println("claim " + id + " waits: " + Printable.line(now.path("detail").asString("")));
    }
    while (isWaiting(now)) {
      call.terminal().pause(AGAIN);
      now = call.client().resources().showClaim(id);
    }
    return now;
  }

  private static boolean isWaiting(JsonNode claim) {
    return claim.path("state").asString("").equals("waiting");
  }

  private static int shown(Call call, JsonNode claim) {
    String state = claim.path("state").asString("");
    if (call.output().format() == Format.NAME) {
      claim.path("resources").forEach(key -> call.terminal().out().println(key.asString()));
    } else {
      call.output().one(claim, "id", LIST);
    }
    claim
        .path("conflicts")
        .forEach(
            conflict ->
                call.terminal()
                    .err()
                    .println(
                        "warning: %s is in use, as %s says"
                            .formatted(
                                conflict.path("address").asString(),
                                conflict.path("source").asString())));
    return switch (state) {
      case "held", "waiting" -> ExitCode.OK;
      case "timed-out" -> ExitCode.TIMED_OUT;
      default -> ExitCode.FAILED;
    };
  }

  private static int list(Call call) throws InterruptedException {
    Map<String, String> query = new HashMap<>();
    for (String option : List.of("kind", "owner", "state")) {
      String value = call.option("--" + option);
      if (value != null) {
        query.put(option, value);
      }
    }
    if (call.flag("--ended")) {
      query.put("ended", "true");
    }
    return Lists.show(call, query, call.client().resources()::claims, "id", LIST);
  }

  private static int show(Call call) {
    call.output().document(call.client().resources().showClaim(call.argument(0)), "id");
    return ExitCode.OK;
  }

  private static int explain(Call call) {
    JsonNode why = call.client().resources().explainClaim(call.argument(0));
    call.output().done(why.path("sentence").asString(""), why, "sentence");
    return ExitCode.OK;
  }

  static int renew(Call call) {
    String id = call.argument(0);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    put(call, body, "until");
    put(call, body, "length");
    JsonNode claim = call.client().resources().renewClaim(id, body);
    String end = claim.path("until").asString("");
    call.output().done("claim " + id + " holds until " + end, claim, "id");
    return ExitCode.OK;
  }

  private static void put(Call call, ObjectNode body, String name) {
    @Nullable String value = call.option("--" + name);
    if (value != null) {
      body.put(name, value);
    }
  }

  static int release(Call call) {
    String id = call.argument(0);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    put(call, body, "reason");
    if (call.flag("--now")) {
      body.put("now", true);
    }
    JsonNode claim = call.client().resources().releaseClaim(id, body);
    String state = claim.path("state").asString("");
    call.output().done("claim " + id + " is " + state, claim, "id");
    return ExitCode.OK;
  }
}
