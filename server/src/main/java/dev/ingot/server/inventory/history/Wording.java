package dev.ingot.server.inventory.history;

import dev.ingot.server.inventory.history.JsonDifference.Operation;
import dev.ingot.server.inventory.history.JsonDifference.Owner;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Operations in words: {@code dmi.bios_version: 2.1 → 2.3}. */
final class Wording {
  private static final int LONGEST = 60;
  private static final List<ElementKey> NAMES =
      ElementKey.all(
          "devname",
          "device",
          "name",
          "label",
          "destination",
          "addr",
          "number",
          "slot",
          "locator",
          "serial",
          "id",
          "port",
          "level",
          "interface",
          "of");

  private Wording() {}

  /** The part that an operation is about, as it is now or was; null if it is about none. */
  static @Nullable Part part(Operation operation, @Nullable ObjectNode element) {
    Owner owner = operation.owner();
    return owner == null || element == null || !owner.list().holdsParts()
        ? null
        : Part.of(owner.list(), operation.shape(), "", element);
  }

  /**
   * One operation.
   *
   * @param before the value before; null if there was none
   */
  static String of(Operation operation, @Nullable JsonNode before, @Nullable JsonNode after) {
    Owner owner = operation.owner();
    String subject = operation.shape();
    if (owner != null && owner.from() != null && owner.to() != null) {
      ObjectNode element = owner.from();
      Part part = part(operation, element);
      String list = listPath(operation.shape(), owner);
      String field =
          operation.shape().substring(Math.min(list.length(), operation.shape().length()));
      String label = part == null ? list + " " + named(element) : part.shortLabel();
      subject = label.strip() + ": " + (field.startsWith(".") ? field.substring(1) : field);
    }
    if (before == null && after == null) {
      return subject;
    }
    if (before == null) {
      return subject
          + " is new"
          + (after instanceof ObjectNode element ? suffix(element) : value(after, ": "));
    }
    if (after == null) {
      return subject
          + " is gone"
          + (before instanceof ObjectNode element ? suffix(element) : value(before, ", was "));
    }
    String was = shown(subject, before);
    String now = shown(subject, after);
    return was == null || now == null
        ? subject + " is another"
        : subject + ": " + was + " → " + now;
  }

  private static String listPath(String shape, Owner owner) {
    String path = shape;
    while (!path.isEmpty()) {
      if (owner.list().equals(PartLists.of(path))) {
        return path;
      }
      int dot = path.lastIndexOf('.');
      path = dot < 0 ? "" : path.substring(0, dot);
    }
    return shape;
  }

  private static String suffix(ObjectNode element) {
    String name = named(element);
    return name.isEmpty() ? "" : ": " + name;
  }

  private static String named(ObjectNode element) {
    for (ElementKey key : NAMES) {
      String name = key.of(element);
      if (name != null) {
        return cut(name);
      }
    }
    return "";
  }

  private static String value(@Nullable JsonNode value, String lead) {
    String text = value == null || value.isContainer() ? null : shown("", value);
    return text == null ? "" : lead + text;
  }

  /** A value for a sentence; null for one that does not fit into any. */
  static @Nullable String shown(String path, JsonNode value) {
    if (value.isContainer()) {
      String text = value.toString();
      return text.length() <= LONGEST ? text : null;
    }
    String key = path.substring(path.lastIndexOf('.') + 1);
    if (value.isIntegralNumber() && key.matches("MemTotal|SwapTotal|.*(size|capacity|bytes)")) {
      String amount =
          Amounts.shown(
              value.asString(), key.matches("MemTotal|SwapTotal") || path.startsWith("DIMM"));
      return amount == null ? value.asString() : amount;
    }
    return value.isString() && value.stringValue().isEmpty()
        ? "(empty)"
        : cut(value.asString("null"));
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
  }
}
