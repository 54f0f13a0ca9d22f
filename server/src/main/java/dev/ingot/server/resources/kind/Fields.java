package dev.ingot.server.resources.kind;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.ingot.configuration.Nearest;
import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Issue.Fault;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Whether fields fit the schema of their kind; nothing is fetched from anywhere for it. */
public final class Fields {
  private static final int LARGEST = 64 << 10;
  private static final String UNSTORABLE =
      "the character U+0000 and halves of others cannot be stored";

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder -> builder.schemaCacheEnabled(false).schemas(iri -> (String) null));

  /** The schema of schemas; the library has it with it. */
  private static final SchemaRegistry META =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private static final SchemaLocation DRAFT =
      SchemaLocation.of("https://json-schema.org/draft/2020-12/schema");

  private Fields() {}

  /** Refuses what is no JSON Schema. */
  static void checkSchema(ObjectNode schema) {
    try {
      List<Error> errors = META.getSchema(DRAFT).validate(schema);
      if (!errors.isEmpty()) {
        Error first = errors.getFirst();
        throw Problem.invalid(
            "schema" + first.getInstanceLocation().toString().replace('/', '.'), message(first));
      }
      REGISTRY.getSchema(schema).validate(Json.MAPPER.createObjectNode());
    } catch (Problem e) {
      throw e;
    } catch (RuntimeException e) {
      String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new Problem(
          Problem.Kind.INVALID, "is no JSON Schema that can be used: " + line, "schema", e);
    }
  }

  /** What is wrong with the fields of a resource beside key, owner and state. */
  public static List<Issue> check(Kind kind, ObjectNode fields) {
    List<Issue> issues = new ArrayList<>();
    List<String> known = new ArrayList<>(kind.fields());
    known.addAll(List.of(kind.key(), "owner"));
    if (kind.hasStates()) {
      known.add("state");
    }
    for (String field : fields.propertyNames()) {
      if (!known.contains(field)) {
        String nearest = field.length() > 64 ? null : Nearest.of(field, known);
        issues.add(
            new Issue(
                shortened(field),
                Fault.UNKNOWN_FIELD,
                "unknown field; "
                    + (nearest == null
                        ? kind.name() + " have " + String.join(", ", known)
                        : "did you mean " + nearest + "?")));
      }
    }
    if (!issues.isEmpty()) {
      return issues;
    }
    ObjectNode own = fields.deepCopy();
    own.remove(List.of(kind.key(), "owner", "state"));
    if (Json.bytes(own).length > LARGEST) {
      return List.of(
          new Issue(kind.key(), Fault.OTHER, "its fields have more than 64 kB together"));
    }
    unstorable(own, "", issues);
    Schema schema = REGISTRY.getSchema(kind.schema());
    for (Error error : schema.validate(own)) {
      issues.add(issue(error));
    }
    return issues;
  }

  /** What would come out of the database other than it went in. */
  private static void unstorable(JsonNode node, String place, List<Issue> issues) {
    if (node.isString() && isUnstorable(node.stringValue())) {
      issues.add(new Issue(place, Fault.OTHER, UNSTORABLE));
    }
    if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
      issues.add(new Issue(place, Fault.OTHER, "is a number too large to be stored"));
    }
    node.forEachEntry(
        (name, value) -> {
          if (isUnstorable(name)) {
            issues.add(new Issue(place, Fault.OTHER, UNSTORABLE));
          }
          unstorable(value, place.isEmpty() ? name : place + "." + name, issues);
        });
    if (node.isArray()) {
      node.forEach(value -> unstorable(value, place, issues));
    }
  }

  private static boolean isUnstorable(String text) {
    return text.codePoints()
        .anyMatch(each -> each == 0 || Character.getType(each) == Character.SURROGATE);
  }

  private static Issue issue(Error error) {
    String place = error.getInstanceLocation().toString().replaceFirst("^/", "").replace('/', '.');
    String keyword = String.valueOf(error.getKeyword());
    JsonNode given = error.getInstanceNode();
    String property = String.valueOf(error.getProperty());
    return switch (keyword) {
      case "required" ->
          new Issue(
              place.isEmpty() ? property : place + "." + property, Fault.MISSING, "is missing");
      case "type" ->
          given != null && given.isNull()
              ? new Issue(place, Fault.NULL, "must not be null")
              : new Issue(
                  place, Fault.WRONG_TYPE, "must be of type " + expected(error), expected(error));
      case "enum" ->
          new Issue(
              place,
              Fault.NOT_ALLOWED,
              message(error),
              given == null ? "" : given.isString() ? given.stringValue() : given.toString());
      default -> new Issue(place, Fault.OTHER, message(error));
    };
  }

  private static String expected(Error error) {
    JsonNode type = error.getSchemaNode();
    return type == null ? "another" : type.isString() ? type.stringValue() : type.toString();
  }

  private static String message(Error error) {
    return shortened(String.valueOf(error.getMessage()));
  }

  private static String shortened(String text) {
    return text.length() > 200 ? text.substring(0, 200) + "…" : text;
  }
}
