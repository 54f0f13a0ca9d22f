package dev.ingot.server.inventory.views;

import dev.ingot.core.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Views that come with the server. They are never stored: a stored view of the same name takes the
 * place of the shipped one, and deleting it brings the shipped one back. So an operator's edit is
 * never overwritten, and a newer server brings newer views.
 */
final class ShippedViews {
  private static final List<String> NAMES =
      List.of(
          "component-firmware",
          "degraded-parts",
          "disk-firmware",
          "disks",
          "duplicate-serials",
          "firmware",
          "machines-by-switch",
          "totals",
          "totals-by-model",
          "vendor-model");

  private final Map<String, ObjectNode> byName = new TreeMap<>();

  ShippedViews() {
    NAMES.forEach(name -> byName.put(name, read(name)));
  }

  private static ObjectNode read(String name) {
    try (InputStream in = ShippedViews.class.getResourceAsStream(name + ".json")) {
      if (in == null) {
        throw new IllegalStateException("the shipped view " + name + " is missing");
      }
      return (ObjectNode) Json.read(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The definitions by name. */
  Map<String, ObjectNode> all() {
    return byName;
  }

  @Nullable ObjectNode find(String name) {
    return byName.get(name);
  }
}
