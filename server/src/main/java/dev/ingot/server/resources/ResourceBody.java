package dev.ingot.server.resources;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.stock.Resource;
import dev.ingot.server.resources.stock.Stock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Resources as people send them. */
final class ResourceBody {
  /** What is shown of one and is nobody's to write. */
  private static final List<String> COMPUTED =
      List.of("id", "kind", "key", "free", "claim", "pool", "version", "created", "updated");

  private ResourceBody() {}

  /** One or a list of them. */
  static List<Stock.Wanted> wanted(Kind kind, JsonNode body) {
    if (!body.isArray()) {
      return List.of(one(kind, body, ""));
    }
    if (body.isEmpty() || body.size() > Stock.MOST) {
      throw Problem.malformed(null, "a list of 1 to " + Stock.MOST + " is made at once");
    }
    List<Stock.Wanted> wanted = new ArrayList<>();
    for (JsonNode each : body) {
      wanted.add(one(kind, each, wanted.size() + "."));
    }
    return wanted;
  }

  private static Stock.Wanted one(Kind kind, JsonNode body, String place) {
    ObjectNode document = object(kind, body, place);
    String node = text(document, "node", place, kind.node());
    String network = text(document, "network", place, kind.isOfAddresses());
    return new Stock.Wanted(document, node, network, null);
  }

  private static ObjectNode object(Kind kind, JsonNode body, String place) {
    if (!(body instanceof ObjectNode given)) {
      throw Problem.malformed(
          place.isEmpty() ? null : place.substring(0, place.length() - 1),
          "a %s is an object with %s".formatted(kind.title(), kind.key()));
    }
    for (String name : COMPUTED) {
      if (given.has(name)) {
        throw Problem.invalid(place + name, "cannot be written");
      }
    }
    return given.deepCopy();
  }

  private static @Nullable String text(
      ObjectNode document, String name, String place, boolean known) {
    JsonNode value = known ? document.remove(name) : null;
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString() || value.stringValue().isBlank()) {
      throw Problem.invalid(place + name, "must be a text");
    }
    return value.stringValue();
  }

  /**
   * What a merge patch (RFC 7396) makes of a resource.
   *
   * @param node whether it says something of the node, and what
   */
  record Patched(Stock.Changed changed, boolean says, @Nullable String node, boolean fields) {}

  static Patched patch(Kind kind, Resource before, JsonNode body) {
    ObjectNode patch = object(kind, body, "");
    boolean says = kind.node() && patch.has("node");
    String node = text(patch, "node", "", kind.node());
    String network = text(patch, "network", "", kind.isOfAddresses());
    ObjectNode document = Stock.document(kind, before);
    boolean fields = !patch.isEmpty() || network != null;
    for (String needed : List.of(kind.key(), "owner", "state")) {
      if (patch.path(needed).isNull()) {
        throw Problem.invalid(needed, "must not be null");
      }
    }
    merge(document, patch);
    return new Patched(new Stock.Changed(document, network), says, node, fields);
  }

  /** What a whole new document makes of it. */
  static Patched replace(Kind kind, Resource before, JsonNode body) {
    ObjectNode document = object(kind, body, "");
    boolean says = kind.node() && document.has("node");
    String node = text(document, "node", "", kind.node());
    String network = text(document, "network", "", kind.isOfAddresses());
    if (!document.has(kind.key())) {
      document.set(kind.key(), before.fields().path(kind.key()));
    }
    return new Patched(new Stock.Changed(document, network), says, node, true);
  }

  private static void merge(ObjectNode target, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> entry : patch.properties()) {
      JsonNode value = entry.getValue();
      if (value.isNull()) {
        target.remove(entry.getKey());
      } else if (value instanceof ObjectNode below) {
        ObjectNode into =
            target.get(entry.getKey()) instanceof ObjectNode there
                ? there
                : target.putObject(entry.getKey());
        merge(into, below);
      } else {
        target.set(entry.getKey(), value);
      }
    }
  }
}
