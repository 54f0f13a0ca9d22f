package dev.ingot.server.resources.kind;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.definitions.Definition;
import dev.ingot.server.problem.Problem;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the definition of a kind; what is wrong with it is a problem that names the place. */
final class KindParser {
  /** What every resource has beside the fields that its kind declares. */
  static final Set<String> OWN =
      Set.of(
          "id", "kind", "key", "state", "owner", "claim", "free", "node", "network", "pool",
          "version", "created", "updated");

  private static final List<String> KNOWN =
      List.of(
          "name",
          "title",
          "description",
          "key",
          "form",
          "link",
          "schema",
          "states",
          "initial",
          "claim",
          "release");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern FIELD = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,62}");
  private static final Pattern STATE = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
  private static final int MOST_STATES = 100;

  private final ObjectNode definition;

  private KindParser(ObjectNode definition) {
    this.definition = definition;
  }

  /** Reads it; {@code name} in it may be left out. */
  static Kind parse(String name, JsonNode json, boolean shipped) {
    ObjectNode definition = Definition.object(json, "", KNOWN);
    Definition.bound(definition);
    if (!NAME.matcher(name).matches()) {
      throw Problem.invalid(
          "name", "must be 1 to 63 small letters, digits and dashes, beginning with a letter");
    }
    Definition.name(definition, name);
    return new KindParser(definition).kind(name, shipped);
  }

  private Kind kind(String name, boolean shipped) {
    String key = text("key", definition, "");
    if (key == null || !FIELD.matcher(key).matches() || OWN.contains(key)) {
      throw Problem.invalid("key", "must name the field that is unique, e.g. hostname or serial");
    }
    String title = Definition.text(definition, "title", "");
    Map<String, List<String>> states = states();
    JsonNode claim = part("claim", List.of("from", "to"));
    JsonNode release = part("release", List.of("from", "to", "reclaim"));
    String initial = state("initial", definition.get("initial"), states);
    if (!states.isEmpty() && initial == null) {
      throw Problem.invalid("initial", "must say the state of a new one");
    }
    String link = text("link", definition, "");
    if (link != null && !link.equals("node") && !link.equals("none")) {
      throw Problem.invalid("link", "must be node or none");
    }
    return new Kind(
        name,
        title == null ? name : title,
        Definition.text(definition, "description", ""),
        key,
        form(),
        "node".equals(link),
        schema(key),
        states,
        initial,
        several("claim.from", claim.get("from"), states),
        state("claim.to", claim.get("to"), states),
        several("release.from", release.get("from"), states),
        state("release.to", release.get("to"), states),
        release.isObject() ? text("reclaim", (ObjectNode) release, "release.") : null,
        definition,
        shipped);
  }

  private KeyForm form() {
    String form = text("form", definition, "");
    for (KeyForm each : KeyForm.values()) {
      if (each.word().equals(form == null ? "text" : form)) {
        return each;
      }
    }
    throw Problem.invalid("form", "must be name, address or text");
  }

  private ObjectNode schema(String key) {
    JsonNode schema = definition.get("schema");
    if (schema == null) {
      ObjectNode empty = Json.MAPPER.createObjectNode();
      empty.putObject("properties");
      return empty;
    }
    if (!(schema instanceof ObjectNode object) || !object.path("properties").isObject()) {
      throw Problem.invalid("schema", "must be a JSON Schema with properties");
    }
    for (String field : object.path("properties").propertyNames()) {
      if (OWN.contains(field) || field.equals(key) || !FIELD.matcher(field).matches()) {
        throw Problem.invalid(
            "schema.properties." + field,
            "cannot be the name of a field: every resource has it, or it is no word");
      }
    }
    Fields.checkSchema(object);
    return object;
  }

  private Map<String, List<String>> states() {
    JsonNode json = definition.get("states");
    Map<String, List<String>> states = new LinkedHashMap<>();
    if (json == null) {
      return states;
    }
    if (!json.isObject() || json.isEmpty() || json.size() > MOST_STATES) {
      throw Problem.invalid(
          "states", "must be an object of states, each with a list of those that may follow it");
    }
    for (String state : json.propertyNames()) {
      if (!STATE.matcher(state).matches()) {
        throw Problem.invalid(
            "states." + state, "must be small letters, digits, dashes and underscores");
      }
    }
    Set<String> known = new LinkedHashSet<>(json.propertyNames());
    json.forEachEntry(
        (state, next) -> states.put(state, List.copyOf(several("states." + state, next, known))));
    return states;
  }

  private JsonNode part(String name, List<String> known) {
    JsonNode part = definition.get(name);
    return part == null ? Json.MAPPER.missingNode() : Definition.object(part, name, known);
  }

  private static @Nullable String text(String name, ObjectNode object, String place) {
    JsonNode value = object.get(name);
    if (value == null) {
      return null;
    }
    if (!value.isString() || value.stringValue().isBlank()) {
      throw Problem.invalid(place + name, "must be a text");
    }
    return value.stringValue();
  }

  private static @Nullable String state(
      String field, @Nullable JsonNode value, Map<String, List<String>> states) {
    if (value == null) {
      return null;
    }
    if (!value.isString() || !states.containsKey(value.stringValue())) {
      throw Problem.invalid(field, "must be one of the states: " + listed(states.keySet()));
    }
    return value.stringValue();
  }

  private static Set<String> several(
      String field, @Nullable JsonNode value, Map<String, List<String>> states) {
    return value == null ? Set.of() : several(field, value, states.keySet());
  }

  private static Set<String> several(String field, JsonNode value, Collection<String> states) {
    Set<String> read = new LinkedHashSet<>();
    if (!value.isArray()) {
      throw Problem.invalid(field, "must be a list of states");
    }
    for (JsonNode each : value) {
      if (!each.isString() || !states.contains(each.stringValue())) {
        throw Problem.invalid(field, "must be of the states " + listed(states));
      }
      read.add(each.stringValue());
    }
    return read;
  }

  private static String listed(Collection<String> states) {
    return states.isEmpty() ? "none are declared" : String.join(", ", states);
  }
}
