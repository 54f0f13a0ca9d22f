package dev.ingot.server.eve;

import dev.ingot.core.Json;
import dev.ingot.server.resources.kind.Kind;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /docs}: what can be asked, for people and as JSON; of shapes only, so it is open. */
final class EveDocs {
  private EveDocs() {}

  /** One thing that can be asked. */
  private record Call(String method, String label, boolean fields) {}

  private static final List<Call> OF_ALL =
      List.of(new Call("GET", "Retrieve all %ss", false), new Call("POST", "Create a %s", true));
  private static final List<Call> OF_ONE =
      List.of(
          new Call("GET", "Retrieve a %s", false),
          new Call("PATCH", "Update a %s", true),
          new Call("PUT", "Replace a %s", true),
          new Call("DELETE", "Delete a %s", false));
  private static final List<Call> OF_NAME = List.of(new Call("GET", "Retrieve a %s", false));

  private static String label(Kind kind, Call call) {
    return call.label().formatted(kind.title()).replace("addresss", "addresses");
  }

  static ObjectNode spec(List<Kind> kinds) {
    ObjectNode spec = Json.MAPPER.createObjectNode();
    spec.put("base", "").putNull("server_name").put("api_name", "API");
    ObjectNode domains = spec.putObject("domains");
    for (Kind kind : kinds) {
      ObjectNode domain = domains.putObject(kind.name());
      String path = "/" + kind.name();
      paths(domain.putObject(path), kind, OF_ALL);
      paths(domain.putObject(path + "/{_id}"), kind, OF_ONE);
      paths(domain.putObject(path + "/{" + kind.key() + "}"), kind, OF_NAME);
    }
    return spec;
  }

  private static void paths(ObjectNode path, Kind kind, List<Call> calls) {
    for (Call call : calls) {
      ObjectNode method = path.putObject(call.method()).put("label", label(kind, call));
      method.set("params", call.fields() ? parameters(kind) : Json.MAPPER.createArrayNode());
    }
  }

  private static ArrayNode parameters(Kind kind) {
    ArrayNode parameters = Json.MAPPER.createArrayNode();
    ObjectNode key = parameters.addObject().put("name", kind.key()).put("type", "string");
    key.put("required", true).put("unique", true);
    parameters.addObject().put("name", "owner").put("type", "string");
    if (kind.hasStates()) {
      ArrayNode allowed =
          parameters.addObject().put("name", "state").put("type", "string").putArray("allowed");
      kind.states().keySet().forEach(allowed::add);
    }
    kind.schema()
        .path("properties")
        .forEachEntry(
            (name, schema) ->
                parameters
                    .addObject()
                    .put("name", name)
                    .put("type", schema.path("type").asString("").replace("object", "dict")));
    return parameters;
  }

  static String html(List<Kind> kinds) {
    StringBuilder page =
        new StringBuilder(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>API</title>"
                + "<style>body{font-family:sans-serif;margin:2em}td,th{padding:.2em 1em;"
                + "text-align:left}</style></head><body><h1>API</h1>");
    for (Kind kind : kinds) {
      page.append("<h2>/").append(kind.name()).append("</h2><table>");
      page.append("<tr><th>Method</th><th>Path</th><th></th></tr>");
      rows(page, kind, "", OF_ALL);
      rows(page, kind, "/{_id}", OF_ONE);
      rows(page, kind, "/{" + kind.key() + "}", OF_NAME);
      page.append("</table>");
    }
    return page.append("</body></html>").toString();
  }

  private static void rows(StringBuilder page, Kind kind, String below, List<Call> calls) {
    for (Call call : calls) {
      page.append("<tr><td>").append(call.method()).append("</td><td>/").append(kind.name());
      page.append(below).append("</td><td>").append(EveXml.escaped(label(kind, call)));
      if (call.fields()) {
        page.append("<details><summary>parameters</summary><table><tr><th>Parameter</th>");
        page.append("<th>Type</th><th>Required</th><th>Other Attributes</th></tr>");
        parameters(kind).forEach(each -> parameter(page, each));
        page.append("</table></details>");
      }
      page.append("</td></tr>");
    }
  }

  private static void parameter(StringBuilder page, JsonNode parameter) {
    List<String> others = new ArrayList<>();
    if (parameter.path("unique").asBoolean(false)) {
      others.add("unique");
    }
    if (parameter.has("allowed")) {
      others.add("allowed: " + parameter.path("allowed"));
    }
    page.append("<tr>");
    for (String text :
        List.of(
            parameter.path("name").asString(),
            parameter.path("type").asString(),
            parameter.path("required").asBoolean(false) ? "True" : "",
            String.join(", ", others))) {
      page.append("<td>").append(EveXml.escaped(text)).append("</td>");
    }
    page.append("</tr>");
  }
}
