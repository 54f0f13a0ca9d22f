package dev.ingot.cli;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Where events are posted to. */
final class WebhookCommands {
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("NAME", "name"),
          Column.of("URL", "url"),
          Column.of("TYPES", "events.types"),
          Column.of("STATE", "state"),
          Column.of("BEHIND", "behind"),
          Column.of("WAITING", "waiting"),
          Column.of("DEAD", "dead"),
          Column.of("LOST", "lost"),
          Column.of("DELIVERED", "delivered"),
          Column.age("LAST", "lastSuccess"),
          Column.of("ERROR", "lastError"));

  private static final List<Column> ATTEMPTS =
      List.of(
          Column.age("TIME", "time"),
          Column.of("EVENT", "event"),
          Column.of("KIND", "kind"),
          Column.id("NODE", "nodeId"),
          Column.of("ATTEMPT", "attempt"),
          Column.of("OUTCOME", "outcome"),
          Column.of("STATUS", "status"),
          Column.of("MS", "millis"),
          Column.of("REASON", "reason"));

  private static final List<Column> KEPT =
      List.of(
          Column.of("EVENT", "event.id"),
          Column.of("TYPE", "event.type"),
          Column.of("ACTION", "event.action"),
          Column.id("NODE", "event.nodeId"),
          Column.of("ATTEMPTS", "attempts"),
          Column.age("SINCE", "died|since"),
          Column.age("NEXT", "next"),
          Column.of("STATUS", "status"),
          Column.of("REASON", "reason"));

  private WebhookCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of(
                "list",
                "Lists the webhooks and how they do (never the secrets)",
                call -> Lists.show(call, Map.of(), call.client().webhooks()::list, "name", COLUMNS))
            .list(),
        Verb.of("show", "Shows a webhook", WebhookCommands::show)
            .argument("NAME", "of the webhook"),
        WebhookBody.options(
                Verb.of("add", "Has events posted to a URL", WebhookCommands::add)
                    .argument("NAME", "what it is called")
                    .argument("URL", "https:// or http://"))
            .option("--after", "EVENT", "begin after this event (default: now)"),
        WebhookBody.options(
                Verb.of("change", "Changes a webhook", WebhookCommands::change)
                    .argument("NAME", "of the webhook"))
            .option("--url", "URL", "post there"),
        Verb.of("remove", "Removes a webhook with all that waits", WebhookCommands::remove)
            .argument("NAME", "of the webhook")
            .destructive(),
        Verb.of("pause", "Posts nothing until it is resumed", call -> pause(call, true))
            .argument("NAME", "of the webhook"),
        Verb.of("resume", "Goes on where it paused", call -> pause(call, false))
            .argument("NAME", "of the webhook"),
        Verb.of("test", "Posts a made-up event and says what came of it", WebhookCommands::test)
            .argument("NAME", "of the webhook"),
        Verb.of("deliveries", "Lists what was posted, newest first", WebhookCommands::deliveries)
            .argument("NAME", "of the webhook")
            .option("--state", "STATE", "attempts (default), waiting or dead")
            .list(),
        Verb.of("replay", "Posts events again", WebhookCommands::replay)
            .argument("NAME", "of the webhook")
            .optional("EVENT", "the id of an event")
            .flag("--all", "all that were given up")
            .option("--after", "EVENT", "everything that happened after this event"));
  }

  private static int show(Call call) {
    call.output().document(call.client().webhooks().show(call.argument(0)), "name");
    return ExitCode.OK;
  }

  private static int add(Call call) {
    ObjectNode body = WebhookBody.of(call);
    body.put("name", call.argument(0)).put("url", call.argument(1));
    if (call.option("--after") != null) {
      body.put("after", call.option("--after"));
    }
    JsonNode added = call.client().webhooks().add(body);
    if (added.path("secret").isString()) {
      if (call.output().format() == Format.TABLE) {
        call.terminal().out().println(added.path("secret").asString());
        call.terminal().err().println("This secret is shown this once: the receiver needs it.");
      } else {
        call.output().document(added, "webhook.name");
      }
    } else {
      call.output().done("webhook " + call.argument(0) + " is added", added, "webhook.name");
    }
    return ExitCode.OK;
  }

  private static int change(Call call) {
    ObjectNode body = WebhookBody.of(call);
    if (call.option("--url") != null) {
      body.put("url", call.option("--url"));
    }
    if (body.isEmpty()) {
      throw CommandException.usage("say what to change, e.g. --url URL");
    }
    JsonNode changed = call.client().webhooks().change(call.argument(0), body);
    call.output().done("webhook " + call.argument(0) + " is changed", changed, "name");
    return ExitCode.OK;
  }

  private static int pause(Call call, boolean paused) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("paused", paused);
    JsonNode changed = call.client().webhooks().change(call.argument(0), body);
    String now = paused ? "is paused" : "goes on";
    call.output().done("webhook " + call.argument(0) + " " + now, changed, "name");
    return ExitCode.OK;
  }

  private static int remove(Call call) {
    String name = call.argument(0);
    call.confirm("Remove webhook " + name + " and all that waits for it?");
    call.client().webhooks().remove(name);
    ObjectNode removed = JsonNodeFactory.instance.objectNode().put("name", name);
    call.output().done("webhook " + name + " is removed", removed, "name");
    return ExitCode.OK;
  }

  private static int test(Call call) {
    JsonNode tested = call.client().webhooks().test(call.argument(0));
    boolean delivered = tested.path("delivered").asBoolean();
    String took = " in " + tested.path("millis").asInt() + " ms";
    call.output()
        .done(
            delivered
                ? "answered " + tested.path("status").asInt() + took
                : tested.path("reason").asString("") + took,
            tested,
            "status");
    return delivered ? ExitCode.OK : ExitCode.FAILED;
  }

  private static int deliveries(Call call) throws InterruptedException {
    String state = call.option("--state");
    return Lists.show(
        call,
        state == null ? Map.of() : Map.of("state", state),
        query -> call.client().webhooks().deliveries(call.argument(0), query),
        "event.id|event",
        state == null || state.equals("attempts") ? ATTEMPTS : KEPT);
  }

  private static int replay(Call call) {
    String event = call.argument(1);
    String after = call.option("--after");
    boolean all = call.flag("--all");
    if ((event.isEmpty() ? 0 : 1) + (after == null ? 0 : 1) + (all ? 1 : 0) != 1) {
      throw CommandException.usage("say which: EVENT, --all or --after EVENT");
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (!event.isEmpty()) {
      ArrayNode events = body.putArray("events");
      List.of(event.split(",", -1)).forEach(events::add);
    } else if (all) {
      body.put("all", true);
    } else {
      body.put("after", after);
    }
    JsonNode done = call.client().webhooks().replay(call.argument(0), body);
    String sentence =
        done.has("after")
            ? "everything after event " + after + " is posted again"
            : done.path("replayed").asLong()
                + " events are posted again, "
                + done.path("left").asLong()
                + " dead ones are left";
    call.output().done(sentence, done, "replayed");
    return ExitCode.OK;
  }
}
