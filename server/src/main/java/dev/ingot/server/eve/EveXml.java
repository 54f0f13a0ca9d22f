package dev.ingot.server.eve;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The same answers as XML, for who accepts nothing else: keys sorted, lists repeated. */
final class EveXml {
  private EveXml() {}

  static String of(JsonNode body) {
    StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    resource(out, body);
    return out.toString();
  }

  private static void resource(StringBuilder out, JsonNode body) {
    JsonNode self = body.path("_links").path("self");
    out.append("<resource");
    if (self.isObject()) {
      out.append(" href=\"").append(escaped(self.path("href").asString("")));
      out.append("\" title=\"").append(escaped(self.path("title").asString(""))).append('"');
    }
    out.append('>');
    body.path("_links")
        .forEachEntry(
            (relation, link) -> {
              if (!relation.equals("self")) {
                for (JsonNode each : link.isArray() ? link : List.of(link)) {
                  out.append("<link rel=\"").append(escaped(relation)).append("\" href=\"");
                  out.append(escaped(each.path("href").asString(""))).append("\" title=\"");
                  out.append(escaped(each.path("title").asString(""))).append("\" />");
                }
              }
            });
    Map<String, JsonNode> sorted = new TreeMap<>();
    body.forEachEntry(sorted::put);
    sorted.forEach(
        (name, value) -> {
          if (name.equals("_items")) {
            value.forEach(item -> resource(out, item));
          } else if (!name.equals("_links")) {
            element(out, name, value);
          }
        });
    out.append("</resource>");
  }

  private static void element(StringBuilder out, String name, JsonNode value) {
    if (value.isArray()) {
      value.forEach(each -> element(out, name, each));
      return;
    }
    String tag = name.replaceAll("[^A-Za-z0-9_.-]", "_").replaceFirst("^(?=[0-9.-])", "_");
    out.append('<').append(tag).append('>');
    if (value.isObject()) {
      Map<String, JsonNode> sorted = new TreeMap<>();
      value.forEachEntry(sorted::put);
      sorted.forEach((below, each) -> element(out, below, each));
    } else {
      out.append(escaped(value.asString("")));
    }
    out.append("</").append(tag).append('>');
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
