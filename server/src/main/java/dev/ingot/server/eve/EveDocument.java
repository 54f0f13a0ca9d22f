package dev.ingot.server.eve;

import dev.ingot.core.Json;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.stock.Resource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Resources as Eve's documents. */
final class EveDocument {
  /** What Eve gives a document by itself. */
  static final Set<String> META = Set.of("_id", "_updated", "_created", "_etag", "_links");

  /** RFC 1123 with two digits of the day, as Python writes it. */
  static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private EveDocument() {}

  /** The whole document. */
  static ObjectNode of(Kind kind, Resource resource, boolean item) {
    ObjectNode document = Json.MAPPER.createObjectNode();
    document.put("_id", resource.id());
    document.set(kind.key(), resource.fields().path(kind.key()));
    document.put("owner", resource.owner());
    if (kind.hasStates()) {
      document.put("state", resource.state());
    }
    resource
        .fields()
        .forEachEntry(
            (name, value) -> {
              if (!name.equals(kind.key())) {
                document.set(name, value);
              }
            });
    document.setAll(meta(kind, resource));
    if (item) {
      ObjectNode links = (ObjectNode) document.path("_links");
      links.set("parent", link("home", "/"));
      links.set("collection", link(kind.name(), kind.name()));
    }
    return document;
  }

  /** What an answer to a write says. */
  static ObjectNode meta(Kind kind, Resource resource) {
    ObjectNode meta = Json.MAPPER.createObjectNode();
    meta.put("_id", resource.id());
    meta.put("_updated", date(resource.updated()));
    meta.put("_created", date(resource.created()));
    meta.put("_etag", etag(resource));
    meta.putObject("_links").set("self", link(kind.title(), kind.name() + "/" + resource.id()));
    return meta;
  }

  static ObjectNode link(String title, String href) {
    return Json.MAPPER.createObjectNode().put("title", title).put("href", href);
  }

  static String date(Instant time) {
    return DATE.format(time);
  }

  /** 40 hexadecimal digits that change with every change. */
  static String etag(Resource resource) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((resource.id() + ":" + resource.version()).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
