package dev.ingot.cli;

import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Roles: what their tokens may read and write, and of which nodes. */
final class RoleCommands {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private static final List<Column> COLUMNS =
      List.of(
          Column.of("NAME", "name"),
          Column.of("BASE", "base"),
          Column.of("NODES", "nodes"),
          Column.of("READ", "read"),
          Column.of("WRITE", "write"),
          Column.age("CHANGED", "changed"),
          Column.of("BY", "changedBy"));

  private RoleCommands() {}

  static List<Verb> all() {
    return List.of(
        Verb.of(
                "list",
                "Lists the roles, those that are built in first",
                call -> Lists.show(call, Map.of(), call.client()::roles, "name", COLUMNS))
            .list(),
        Verb.of("show", "Shows a role", RoleCommands::show).argument("NAME", "of the list"),
        Verb.of("set", "Makes a role or changes it; counts at once", RoleCommands::set)
            .argument("NAME", "small letters, digits and dashes")
            .option("--base", "ROLE", "whose verbs it has: reader or operator (default reader)")
            .option("--nodes", "FILTER", "on which nodes, a JSON filter (default: all)")
            .options("--read", "PATH", "may read this and what is below it; * is everything")
            .options("--write", "PATH", "may write this of the source import")
            .option("--description", "TEXT", "for people"),
        Verb.of("delete", "Deletes a role that no token has", RoleCommands::delete)
            .argument("NAME", "of the list")
            .destructive());
  }

  private static int show(Call call) {
    call.output().document(call.client().role(call.argument(0)), "name");
    return ExitCode.OK;
  }

  private static int set(Call call) {
    String base = call.option("--base");
    String nodes = call.option("--nodes");
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("base", base == null ? "reader" : base);
    if (nodes != null) {
      body.set("nodes", filter(nodes));
    }
    if (call.options("--read").isEmpty()) {
      throw CommandException.usage("say what it may read: --read PATH, many times; '*' for all");
    }
    body.set("read", paths(call.options("--read")));
    body.set("write", paths(call.options("--write")));
    if (call.option("--description") != null) {
      body.put("description", call.option("--description"));
    }
    JsonNode role = call.client().setRole(call.argument(0), body);
    call.output().done("role " + call.argument(0) + " is set", role, "name");
    return ExitCode.OK;
  }

  private static ArrayNode paths(List<String> given) {
    ArrayNode paths = JsonNodeFactory.instance.arrayNode();
    given.forEach(text -> List.of(text.split(",", -1)).forEach(paths::add));
    return paths;
  }

  private static JsonNode filter(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw CommandException.usage("--nodes is no JSON: " + e.getOriginalMessage());
    }
  }

  private static int delete(Call call) {
    String name = call.argument(0);
    call.confirm("Delete the role " + name + "?");
    call.client().deleteRole(name);
    call.output()
        .done(
            "role " + name + " is deleted",
            JsonNodeFactory.instance.objectNode().put("name", name),
            "name");
    return ExitCode.OK;
  }
}
