package dev.ingot.cli;

import dev.ingot.client.ResourceCalls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Machines, addresses and whatever else is held: {@code ingot resources -r KIND …}. */
final class ResourceCommands {
  private static final List<Column> HISTORY =
      List.of(
          Column.age("TIME", "time"),
          Column.of("BY", "by"),
          Column.of("ACTION", "action"),
          Column.of("BEFORE", "before"),
          Column.of("AFTER", "after"));

  private ResourceCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of("list", "Lists resources of a kind", ResourceCommands::list)
            .option("--where", "FILTER", "that match, e.g. '{\"state\":\"idle\"}'")
            .flag("--free", "that nobody has and that may be claimed")
            .list(),
        Verb.of("show", "Shows a resource", ResourceCommands::show)
            .argument("KEY", "hostname, address or id"),
        ResourceBody.options(
            Verb.of("create", "Makes a resource", ResourceCommands::create)
                .optional("KEY", "hostname or address, unless --json says it")),
        ResourceBody.options(
                Verb.of(
                        "update",
                        "Changes fields; what is not said stays",
                        ResourceCommands::update)
                    .optional("KEY", "hostname or address, unless --json says it"))
            .option("--if-version", "N", "only if it still is this version"),
        Verb.of("delete", "Deletes a resource that nobody has", ResourceCommands::delete)
            .argument("KEY", "hostname, address or id")
            .destructive(),
        ClaimCommands.claiming(
            Verb.of(
                "claim",
                "Takes free ones for an owner, all or none",
                call -> ClaimCommands.claim(call, kind(call)))),
        Verb.of("release", "Frees a resource, or all of a claim", ResourceCommands::release)
            .optional("KEY", "hostname, address or id")
            .option("--claim", "ID", "everything that this claim holds")
            .option("--reason", "TEXT", "for the history"),
        Verb.of("renew", "Gives a claim another end", ClaimCommands::renew)
            .argument("CLAIM", "its id")
            .option("--until", "TIME", "e.g. 2026-12-24T18:00:00Z")
            .option("--length", "LENGTH", "from now on, e.g. 2h"),
        Verb.of("import", "Makes the resources of a CSV file, all or none", ResourceImport::run)
            .argument("FILE", "with a line of field names first, - for standard input"),
        Verb.of("history", "Shows what was done to a resource", ResourceCommands::history)
            .argument("KEY", "hostname or address, also of one that is gone")
            .list());
  }

  static String kind(Call call) {
    String kind = call.option("-r");
    return kind == null ? "machines" : kind;
  }

  private static List<Column> columns(Call call) {
    JsonNode kind = call.client().resources().kind(kind(call));
    List<Column> columns = new ArrayList<>();
    String key = kind.path("key").asString("id");
    columns.add(Column.of(key.toUpperCase(Locale.ROOT), key));
    columns.add(Column.of("OWNER", "owner"));
    if (kind.has("states")) {
      columns.add(Column.of("STATE", "state"));
    }
    columns.add(Column.of("CLAIM", "claim.id"));
    columns.add(Column.age("UNTIL", "claim.until"));
    kind.path("schema")
        .path("properties")
        .propertyNames()
        .forEach(field -> columns.add(Column.of(field.toUpperCase(Locale.ROOT), field)));
    columns.add(Column.of("NETWORK", "network"));
    columns.add(Column.of("POOL", "pool"));
    columns.add(Column.id("NODE", "node.id"));
    columns.add(Column.age("UPDATED", "updated"));
    columns.add(Column.of("ID", "id"));
    return columns;
  }

  private static String keyField(Call call) {
    return call.client().resources().kind(kind(call)).path("key").asString("id");
  }

  private static int list(Call call) throws InterruptedException {
    Map<String, String> query = new HashMap<>();
    ObjectNode filter = JsonNodeFactory.instance.objectNode();
    String where = call.option("--where");
    if (where != null && !(NodeCommands.json(where, "--where") instanceof ObjectNode)) {
      throw CommandException.usage("--where is a JSON object, e.g. {\"state\": \"idle\"}");
    }
    if (call.flag("--free")) {
      filter.put("free", true);
      if (where != null) {
        filter.putArray("$and").add(NodeCommands.json(where, "--where"));
      }
      query.put("where", filter.toString());
    } else if (where != null) {
      query.put("where", where);
    }
    ResourceCalls resources = call.client().resources();
    List<Column> columns = columns(call);
    return Lists.show(
        call,
        query,
        asked -> resources.list(kind(call), asked),
        columns.getFirst().path(),
        columns);
  }

  private static int show(Call call) {
    JsonNode shown = call.client().resources().show(kind(call), call.argument(0));
    call.output().document(shown, keyField(call));
    return ExitCode.OK;
  }

  private static int create(Call call) {
    String field = keyField(call);
    JsonNode body = ResourceBody.of(call, field);
    JsonNode made = call.client().resources().create(kind(call), body);
    if (made.has("items")) {
      call.output().list(made.path("items").valueStream().toList(), field, columns(call));
    } else {
      call.output().done(made.path(field).asString("") + " is made", made, field);
    }
    return ExitCode.OK;
  }

  private static int update(Call call) {
    String field = keyField(call);
    JsonNode body = ResourceBody.of(call, field);
    if (!(body instanceof ObjectNode patch)) {
      throw CommandException.usage("one at a time is updated: --json is an object");
    }
    String key = call.argument(0);
    if (key.isEmpty()) {
      key = patch.path(field).asString("");
    }
    if (key.isEmpty()) {
      throw CommandException.usage("say which: KEY, or " + field + " in --json");
    }
    String version = call.option("--if-version");
    JsonNode changed =
        call.client()
            .resources()
            .change(
                kind(call),
                key,
                patch,
                version == null ? null : (long) call.number("--if-version", 1));
    call.output().done(key + " is changed", changed, field);
    return ExitCode.OK;
  }

  private static int delete(Call call) {
    String key = call.argument(0);
    call.confirm("Delete " + key + " of " + kind(call) + "?");
    call.client().resources().delete(kind(call), key);
    ObjectNode deleted = JsonNodeFactory.instance.objectNode().put("key", key);
    call.output().done(key + " is deleted", deleted, "key");
    return ExitCode.OK;
  }

  private static int release(Call call) {
    String key = call.argument(0);
    String claim = call.option("--claim");
    if (key.isEmpty() == (claim == null)) {
      throw CommandException.usage("say which: KEY, or --claim ID");
    }
    String reason = call.option("--reason");
    if (claim != null) {
      JsonNode ended = call.client().resources().releaseClaim(claim, reason);
      call.output().done("claim " + claim + " is " + ended.path("state").asString(""), ended, "id");
      return ExitCode.OK;
    }
    JsonNode freed = call.client().resources().release(kind(call), key, reason);
    boolean free = freed.path("owner").asString("").isEmpty();
    call.output().done(key + (free ? " is released" : " is being reclaimed"), freed, "id");
    return ExitCode.OK;
  }

  private static int history(Call call) throws InterruptedException {
    return Lists.show(
        call,
        Map.of(),
        query -> call.client().resources().history(kind(call), call.argument(0), query),
        "id",
        HISTORY);
  }
}
