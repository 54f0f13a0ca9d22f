package dev.ingot.server.inventory.history;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Every part that a document shows, once, whichever sections show it. */
final class Parts {
  private static final PartList OTHER =
      new PartList("part", "Part", true, List.of(), ElementKey.all("slot", "location", "name"));
  private static final Map<String, PartList> OF_THE_MACHINE =
      Map.of(
          "product_serial", single("system", "System"),
          "board_serial", single("board", "Board"),
          "chassis_serial", single("chassis", "Chassis"));

  private final Map<String, Part> byId = new LinkedHashMap<>();
  private final boolean numberedOnly;

  private Parts(boolean numberedOnly) {
    this.numberedOnly = numberedOnly;
  }

  private static PartList single(String kind, String title) {
    return new PartList(kind, title, false, List.of(), List.of());
  }

  /** By {@link Part#id}. */
  static Map<String, Part> of(ObjectNode document) {
    return of(document, false);
  }

  /** Only those with a serial number, by {@link Part#id}. */
  static Map<String, Part> numbered(ObjectNode document) {
    return of(document, true);
  }

  private static Map<String, Part> of(ObjectNode document, boolean numberedOnly) {
    Parts parts = new Parts(numberedOnly);
    machine(document.path("dmi"), parts);
    document.forEachEntry((section, content) -> parts.walk(section, "", content));
    return parts.byId;
  }

  private static void machine(JsonNode dmi, Parts parts) {
    OF_THE_MACHINE.forEach(
        (field, list) -> {
          String serial = dmi.path(field).asString("");
          if (!serial.isBlank() && serial.length() <= 128 && !ElementKey.isJunk(serial)) {
            String maker = list.kind().equals("system") ? "sys" : list.kind();
            String name = list.kind().equals("system") ? "product" : list.kind();
            String model =
                (dmi.path(maker + "_vendor").asString("")
                        + " "
                        + dmi.path(name + "_name").asString(""))
                    .strip();
            parts.add(
                new Part(
                    list,
                    "dmi." + field,
                    "",
                    Part.normal(serial),
                    model.isEmpty() ? null : model,
                    null,
                    null,
                    null));
          }
        });
  }

  private void walk(String path, String scope, JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.forEachEntry(
          (key, value) -> {
            if (value.isContainer()) {
              walk(path + "." + key, scope, value);
            }
          });
    } else if (node instanceof ArrayNode array) {
      PartList declared = PartLists.of(path);
      for (int i = 0; i < array.size(); i++) {
        if (array.get(i) instanceof ObjectNode element) {
          element(path, scope, declared, element);
          walk(path, scope.isEmpty() ? path + "." + i : scope, element);
        }
      }
    }
  }

  private void element(String path, String scope, @Nullable PartList declared, ObjectNode element) {
    PartList list = declared;
    if (list == null && ElementKey.text(element, "serial") != null) {
      list = OTHER;
    }
    if (list != null && list.holdsParts()) {
      String serial = Part.serial(list, element);
      if (numberedOnly && serial == null) {
        return;
      }
      Part part = Part.of(list, path, scope, element, serial);
      if (part != null && (declared != null || part.serial() != null)) {
        add(part);
      }
    }
  }

  /** Of one part in two places of a document the first counts; what it lacks the other says. */
  private void add(Part part) {
    byId.merge(
        part.id(),
        part,
        (one, other) ->
            new Part(
                one.list(),
                one.path(),
                one.scope(),
                one.serial(),
                one.model() != null ? one.model() : other.model(),
                one.slot() != null ? one.slot() : other.slot(),
                one.name() != null ? one.name() : other.name(),
                one.size() != null ? one.size() : other.size()));
  }
}
