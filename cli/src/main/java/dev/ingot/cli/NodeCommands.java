package dev.ingot.cli;

import dev.ingot.client.ClientException;
import dev.ingot.client.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Nodes: looking at them and changing what an operator may change. */
final class NodeCommands {
  private static final List<Column> CONFLICTS =
      List.of(
          Column.of("ID", "id"),
          Column.id("NODE", "nodeId"),
          Column.of("REASON", "reason"),
          Column.of("HOLDER", "holder.address"),
          Column.of("CLAIMANT", "claimant.address"),
          Column.age("SEEN", "lastSeen"));

  private NodeCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of("list", "Lists the nodes", NodeCommands::list).list(),
        Verb.of("show", "Shows a node; with --inventory its whole document", NodeCommands::show)
            .argument("NODE", NodeTarget.WHAT)
            .flag("--inventory", "the inventory document")
            .option("--as-of", "TIME", "the document as it stood: " + HistoryCommands.TIMES)
            .flag("--sources", "what each source says, and where they disagree")
            .option("--section", "NAME", "one section of it, e.g. cpu"),
        NodeQuery.verb(),
        HistoryCommands.history(),
        HistoryCommands.diff(),
        Verb.of("watch", "Follows what happens to nodes", EventCommands::watchNodes)
            .optional("NODE", "only this one"),
        Verb.of("tag", "Adds and removes tags", NodeCommands::tag)
            .argument("NODE", NodeTarget.WHAT)
            .rest("TAG", "a tag to add; to remove, TAG-"),
        Verb.of("locate", "Says where a node stands", NodeCommands::locate)
            .argument("NODE", NodeTarget.WHAT)
            .option("--site", "SITE", "site; empty to clear")
            .option("--rack", "RACK", "rack; empty to clear")
            .option("--unit", "UNIT", "unit; empty to clear"),
        Verb.of("delete", "Forgets a node", NodeCommands::delete)
            .rest("NODE", NodeTarget.WHAT)
            .destructive(),
        Verb.of("approve", "Lets a pending node in", call -> act(call, "approve", "is approved"))
            .argument("NODE", NodeTarget.WHAT),
        Verb.of(
                "readmit",
                "Lets a revoked node in again",
                call -> act(call, "readmit", "may join again"))
            .argument("NODE", NodeTarget.WHAT),
        Verb.of("revoke", "Shuts a node out", NodeCommands::revoke)
            .argument("NODE", NodeTarget.WHAT)
            .destructive(),
        Verb.of("merge", "Makes two nodes one", NodeCommands::merge)
            .argument("INTO", "the node that stays")
            .argument("FROM", "the node that goes")
            .destructive(),
        Verb.of("split", "Makes one node that is two machines two", NodeCommands::split)
            .argument("NODE", NodeTarget.WHAT)
            .optional("ALIAS", "the id to split off; left out: by its conflict")
            .option("--conflict", "ID", "which, of `nodes conflicts`, if it has several"),
        Verb.of(
                "conflicts",
                "Lists machines that claim one id",
                call -> Lists.show(call, Map.of(), call.client()::conflicts, "nodeId", CONFLICTS))
            .list());
  }

  static Verb lookup() {
    return Verb.of(
            "lookup",
            "Finds nodes by what is written on them",
            call -> {
              Page page = asPage(call.client().lookup(call.argument(0)));
              call.output().list(page.items(), NodeColumns.NAME, NodeColumns.LOOKUP);
              if (page.items().isEmpty()) {
                throw new CommandException(
                    ExitCode.NOT_FOUND, "nothing is known as " + call.argument(0));
              }
              return ExitCode.OK;
            })
        .argument("KEY", "MAC, address, name or serial");
  }

  private static Page asPage(JsonNode answer) {
    return new Page(answer.path("items").valueStream().toList(), null);
  }

  private static int list(Call call) throws InterruptedException {
    return Lists.show(call, Map.of(), call.client()::nodes, NodeColumns.NAME, NodeColumns.LIST);
  }

  private static int show(Call call) {
    String time = call.option("--as-of");
    String given = call.argument(0);
    String id = NodeTarget.id(call, given);
    String section = call.option("--section");
    if (call.flag("--sources")) {
      call.output().document(call.client().imports().sources(id), "mercury_id");
      return ExitCode.OK;
    }
    if (!call.flag("--inventory") && section == null && time == null) {
      call.output().one(call.client().node(id), NodeColumns.NAME, NodeColumns.SHOW);
      return ExitCode.OK;
    }
    JsonNode inventory =
        time == null ? call.client().inventory(id) : HistoryCommands.asOf(call, id, time);
    if (section != null) {
      inventory = inventory.path(section);
      if (inventory.isMissingNode()) {
        throw new CommandException(ExitCode.NOT_FOUND, "the node has no section " + section);
      }
    }
    call.output().document(inventory, "mercury_id");
    return ExitCode.OK;
  }

  private static int tag(Call call) {
    String id = NodeTarget.id(call, call.argument(0));
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode tags = patch.putObject("tags");
    for (String word : call.rest(1)) {
      if (word.endsWith("-")) {
        tags.putNull(word.substring(0, word.length() - 1));
      } else {
        tags.put(word, true);
      }
    }
    JsonNode node = call.client().patchNode(id, patch);
    call.output().done(id + " has tags " + texts(node.path("tags")), node, NodeColumns.NAME);
    return ExitCode.OK;
  }

  private static String texts(JsonNode array) {
    return array.isEmpty()
        ? "(none)"
        : array.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
  }

  private static int locate(Call call) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode location = patch.putObject("location");
    for (String part : List.of("site", "rack", "unit")) {
      String value = call.option("--" + part);
      if (value != null) {
        if (value.isEmpty()) {
          location.putNull(part);
        } else {
          location.put(part, value);
        }
      }
    }
    if (location.isEmpty()) {
      throw CommandException.usage("say where: --site, --rack or --unit");
    }
    String id = NodeTarget.id(call, call.argument(0));
    JsonNode node = call.client().patchNode(id, patch);
    call.output().done(id + " is located", node, NodeColumns.NAME);
    return ExitCode.OK;
  }

  private static int delete(Call call) {
    List<String> ids = call.rest(0).stream().map(it -> NodeTarget.id(call, it)).toList();
    call.confirm("Forget " + String.join(", ", ids) + " and everything known of it?");
    List<String> kept = new ArrayList<>();
    for (String id : ids) {
      try {
        call.client().deleteNode(id);
        call.output().done(id + " is deleted", node(id), NodeColumns.NAME);
      } catch (ClientException e) {
        if (ids.size() == 1 || e.kind() != ClientException.Kind.ANSWERED) {
          throw e;
        }
        kept.add(id + " is not deleted: " + e.detail());
      }
    }
    if (!kept.isEmpty()) {
      throw new CommandException(ExitCode.PARTLY_FAILED, String.join("\n", kept));
    }
    return ExitCode.OK;
  }

  private static int revoke(Call call) {
    String id = NodeTarget.id(call, call.argument(0));
    call.confirm("Shut out " + id + "?");
    JsonNode answer = call.client().actOnNode(id, "revoke", JsonNodeFactory.instance.objectNode());
    call.output().done(id + " is revoked", answer.isNull() ? node(id) : answer, NodeColumns.NAME);
    return ExitCode.OK;
  }

  private static int act(Call call, String verb, String done) {
    String id = NodeTarget.id(call, call.argument(0));
    JsonNode answer = call.client().actOnNode(id, verb, JsonNodeFactory.instance.objectNode());
    call.output().done(id + " " + done, answer.isNull() ? node(id) : answer, NodeColumns.NAME);
    return ExitCode.OK;
  }

  private static int merge(Call call) {
    String into = NodeTarget.id(call, call.argument(0));
    String from = NodeTarget.id(call, call.argument(1));
    call.confirm("Make " + from + " a part of " + into + "?");
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("into", into).put("from", from);
    JsonNode answer = call.client().mergeNodes(body);
    call.output()
        .done(from + " is now " + into, answer.isNull() ? node(into) : answer, NodeColumns.NAME);
    return ExitCode.OK;
  }

  private static int split(Call call) {
    String id = NodeTarget.id(call, call.argument(0));
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (!call.argument(1).isEmpty()) {
      body.put("alias", call.argument(1));
    }
    if (call.option("--conflict") != null) {
      body.put("conflict", call.number("--conflict", 1));
    }
    JsonNode answer = call.client().actOnNode(id, "split", body);
    call.output().done(id + " is split", answer, NodeColumns.NAME);
    return ExitCode.OK;
  }

  private static ObjectNode node(String id) {
    return JsonNodeFactory.instance.objectNode().put("id", id);
  }

  /** An argument that is JSON. */
  static JsonNode json(String text, String what) {
    try {
      return Output.MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new CommandException(
          ExitCode.USAGE, what + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
