package dev.ingot.server.eve;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.resources.kind.Issue;
import dev.ingot.server.resources.kind.Issue.Fault;
import dev.ingot.server.resources.kind.Issues;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.stock.Resource;
import dev.ingot.server.resources.stock.ResourceTable;
import dev.ingot.server.resources.stock.Stock;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** POST, PUT, PATCH and DELETE. */
final class EveWritingRoutes {
  private final Stock stock;

  EveWritingRoutes(Stock stock) {
    this.stock = stock;
  }

  /**
   * One document or a list, all or none.
   *
   * @param id what a PUT says it shall have; null where it is made or said
   */
  void create(Context context, Handle handle, Principal who, Kind kind, @Nullable String id) {
    JsonNode body = body(context);
    boolean list = body.isArray() && body.size() > 1;
    if (body.isArray() && body.isEmpty()) {
      throw new EveError(400, "Empty bulk insert");
    }
    if (body.size() > Stock.MOST) {
      throw new EveError(400, "more than " + Stock.MOST + " documents at once");
    }
    List<Stock.Wanted> wanted = new ArrayList<>();
    for (JsonNode each : body.isArray() ? body : Json.MAPPER.createArrayNode().add(body)) {
      if (!(each instanceof ObjectNode given)) {
        throw new EveError(400, "a document is an object");
      }
      ObjectNode document = given.deepCopy();
      JsonNode own = document.remove("_id");
      String said = id != null ? id : own == null ? null : own.asString("");
      if (said != null && !EveReadingRoutes.isId(said)) {
        document.set("_id", own); // refused below as a field that is unknown
        said = null;
      }
      wanted.add(new Stock.Wanted(document, null, null, said));
    }
    List<Resource> made;
    try {
      made = stock.create(handle, who, kind, wanted, list);
    } catch (Issues e) {
      throw EveIssues.inserting(e, wanted.size(), list);
    }
    context.status(201);
    context.header(
        "Location",
        context.scheme() + "://" + context.host() + "/" + kind.name() + "/" + made.getFirst().id());
    if (!list) {
      EveRoutes.write(context, done(kind, made.getFirst()));
      return;
    }
    ObjectNode answer = Json.MAPPER.createObjectNode().put("_status", "OK");
    ArrayNode items = answer.putArray("_items");
    made.forEach(each -> items.add(done(kind, each)));
    EveRoutes.write(context, answer);
  }

  private static ObjectNode done(Kind kind, Resource resource) {
    return EveDocument.meta(kind, resource).put("_status", "OK");
  }

  /** Changes, replaces or deletes one. */
  void change(Context context, Handle handle, Principal who, Kind kind, String id, String method) {
    Optional<Resource> found = EveReadingRoutes.find(handle, kind, id);
    if (found.isEmpty()) {
      if (method.equals("PUT")) {
        create(context, handle, who, kind, id);
        return;
      }
      throw EveReadingRoutes.unknown();
    }
    Resource before = ResourceTable.lock(handle, kind, found.get().id());
    match(context, before);
    if (method.equals("DELETE")) {
      // What was given to its owner by hand may go, as it could; what a claim holds may not.
      stock.delete(handle, who, kind, before, true);
      EveRoutes.write(context, Json.MAPPER.createObjectNode());
      return;
    }
    if (!(body(context) instanceof ObjectNode given)) {
      throw new EveError(400, "a document is an object");
    }
    ObjectNode sent = given.deepCopy();
    JsonNode own = sent.remove("_id");
    if (own != null && !own.asString("").equals(before.id())) {
      throw new EveError(400, "the _id of a document cannot change");
    }
    Resource after;
    try {
      ObjectNode document = method.equals("PUT") ? sent : merged(kind, before, sent);
      if (method.equals("PUT") && !document.has(kind.key())) {
        throw new Issues(new Issue(kind.key(), Fault.MISSING, "is missing"));
      }
      after = stock.change(handle, who, kind, before, new Stock.Changed(document, null));
    } catch (Issues e) {
      throw EveIssues.changing(e);
    }
    context.header("ETag", '"' + EveDocument.etag(after) + '"');
    EveRoutes.write(context, done(kind, after));
  }

  private static void match(Context context, Resource before) {
    String header = context.header("If-Match");
    if (header == null) {
      throw new EveError(
          428, "To edit a document its etag must be provided using the If-Match header");
    }
    if (!EveReadingRoutes.bare(header).equals(EveDocument.etag(before))) {
      throw new EveError(412, "Client and server etags don't match");
    }
  }

  /** Nested objects are merged, lists replaced, dotted names taken apart; nothing is taken away. */
  private static ObjectNode merged(Kind kind, Resource before, ObjectNode patch) {
    ObjectNode document = Stock.document(kind, before);
    List<Issue> nulls = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : patch.properties()) {
      String[] keys = entry.getKey().split("\\.", -1);
      if (entry.getValue().isNull() && keys.length == 1) {
        nulls.add(new Issue(entry.getKey(), Fault.NULL, "must not be null"));
      }
      ObjectNode into = document;
      for (int i = 0; i < keys.length - 1; i++) {
        into = into.get(keys[i]) instanceof ObjectNode there ? there : into.putObject(keys[i]);
      }
      merge(into, keys[keys.length - 1], entry.getValue());
    }
    if (!nulls.isEmpty()) {
      throw new Issues(nulls);
    }
    return document;
  }

  private static void merge(ObjectNode into, String key, JsonNode value) {
    if (value instanceof ObjectNode below && into.get(key) instanceof ObjectNode there) {
      below.forEachEntry((name, each) -> merge(there, name, each));
    } else {
      into.set(key, value);
    }
  }

  /** JSON, or a form whose values are JSON or else texts. */
  private static JsonNode body(Context context) {
    String type =
        String.valueOf(context.contentType()).split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    byte[] bytes = context.bodyAsBytes();
    if (type.equals("application/json")) {
      try {
        return Json.read(bytes);
      } catch (JacksonException e) {
        throw new EveError(400, "The body is not JSON: " + e.getOriginalMessage(), e);
      }
    }
    return switch (type) {
      case "application/x-www-form-urlencoded" -> EveForm.encoded(bytes);
      case "multipart/form-data" -> EveForm.inParts(String.valueOf(context.contentType()), bytes);
      default -> throw new EveError(400, "Unknown or no Content-Type header supplied");
    };
  }
}
