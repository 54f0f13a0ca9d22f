package dev.ingot.server.mercury;

import dev.ingot.protocol.FieldClass;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Section;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A document of Mercury's as sections of ours, with the fields that it has. */
final class MercuryDocument {
  private static final Pattern ID = Pattern.compile("0[0-3f][0-9a-f]{40}");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final int MOST_SECTIONS = 64;

  /** What is kept beside the document, or is ours to say. */
  private static final Set<String> BESIDE =
      Set.of(
          "_id",
          "mercury_id",
          "active",
          "origin",
          "boot",
          "time_created",
          "time_updated",
          "node",
          "plugins");

  /** Of Mercury's sections that have fields which change by themselves. */
  private static final Map<String, FieldClasses> CLASSES =
      Map.of(
          "cpu", readings("frequency.current", "frequency.bogomips"),
          "mem", memory(),
          "system_health", readings("system_uptime"));

  private MercuryDocument() {}

  private static FieldClasses readings(String... patterns) {
    Map<String, FieldClass> classes = new java.util.HashMap<>();
    for (String pattern : patterns) {
      classes.put(pattern, FieldClass.READING);
    }
    return new FieldClasses(classes);
  }

  /** /proc/meminfo: what is in use is a reading, how much there is is not. */
  private static FieldClasses memory() {
    Map<String, FieldClass> classes = new java.util.HashMap<>();
    classes.put("*", FieldClass.READING);
    for (String total : List.of("MemTotal", "SwapTotal", "HugePages_Total", "Hugepagesize")) {
      classes.put(total, FieldClass.CONFIG);
    }
    return new FieldClasses(classes);
  }

  static String id(ObjectNode document) {
    JsonNode id = document.path("mercury_id");
    if (!id.isString()) {
      throw new Refused("mercury_id is missing, or not a string");
    }
    return id(id.stringValue());
  }

  static String id(String text) {
    if (!ID.matcher(text).matches()) {
      throw new Refused(
          "mercury_id "
              + Wording.shown(text)
              + " is none: two digits of 00 to 03, or 0f, and forty of SHA-1");
    }
    return text;
  }

  static @Nullable String hostname(ObjectNode document) {
    JsonNode name = document.path("agent_info").path("hostname");
    return name.isString() && name.stringValue().matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,254}")
        ? name.stringValue()
        : null;
  }

  /** Its sections; what an inspector could not find out is a section that failed. */
  static List<Section> sections(ObjectNode document) {
    List<Section> sections = new ArrayList<>();
    document.forEachEntry(
        (name, value) -> {
          if (BESIDE.contains(name)) {
            return;
          }
          if (!NAME.matcher(name).matches()) {
            throw new Refused(Wording.shown(name) + " is no section's name");
          }
          sections.add(section(name, value));
        });
    if (sections.size() > MOST_SECTIONS) {
      throw new Refused("more than " + MOST_SECTIONS + " sections");
    }
    return sections;
  }

  private static Section section(String name, JsonNode value) {
    FieldClasses classes = CLASSES.getOrDefault(name, FieldClasses.ALL_CONFIG);
    if (value.isNull()) {
      return new Section(name, null, "the agent's inspector failed", classes);
    }
    JsonNode content =
        value.isContainer() ? value : JsonNodeFactory.instance.objectNode().set("value", value);
    return new Section(name, content, null, classes);
  }

  /**
   * An update of some sections, as Mercury applies it: neighbours are merged into the interface
   * whose index they name, interfaces keep the neighbours that they had.
   *
   * @param known the interfaces that are stored; an empty list if there are none
   */
  static ObjectNode merged(ObjectNode update, ArrayNode known) {
    ObjectNode merged = update.deepCopy();
    if (merged.get("interfaces") instanceof ArrayNode interfaces) {
      for (int i = 0; i < interfaces.size(); i++) {
        if (interfaces.get(i) instanceof ObjectNode one
            && !one.has("lldp")
            && lldp(one, known) instanceof ObjectNode lldp) {
          one.set("lldp", lldp);
        }
      }
    }
    if (merged.remove("lldp") instanceof ObjectNode neighbour) {
      JsonNode index = neighbour.path("interface_index");
      ArrayNode interfaces =
          merged.get("interfaces") instanceof ArrayNode sent ? sent : known.deepCopy();
      if (!index.isIntegralNumber()
          || !index.canConvertToInt()
          || !(interfaces.get(index.intValue()) instanceof ObjectNode one)) {
        throw new Refused("lldp.interface_index is the place of no interface");
      }
      one.set("lldp", neighbour.deepCopy().without("interface_index"));
      merged.set("interfaces", interfaces);
    }
    return merged;
  }

  /** What the stored interface of the same address has; places may have changed. */
  private static @Nullable JsonNode lldp(ObjectNode one, ArrayNode known) {
    String address = one.path("address").asString("");
    return known
        .valueStream()
        .filter(each -> !address.isEmpty() && each.path("address").asString("").equals(address))
        .map(each -> each.path("lldp"))
        .filter(JsonNode::isObject)
        .findFirst()
        .orElse(null);
  }

  /** When the machine was booted, as its own clock has it; null if the document does not say. */
  static @Nullable LocalDateTime booted(ObjectNode device) {
    String since = device.path("system_health").path("system_uptime").asString("").strip();
    try {
      return LocalDateTime.parse(since.replace(' ', 'T'));
    } catch (DateTimeException other) {
      return null;
    }
  }
}
