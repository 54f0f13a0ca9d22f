package dev.ingot.server.jobs;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether arguments fit a published JSON Schema. A node may publish anything, so a check is
 * bounded: nothing is fetched, nothing refers to anything (references multiply), and patterns may
 * take so many steps.
 */
public final class ArgumentSchema {
  private static final int SHOWN = 5;
  private static final int DEEPEST = 64;
  private static final List<String> REFERENCES = List.of("$ref", "$dynamicRef", "$recursiveRef");

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder
                  .schemaCacheEnabled(false)
                  .schemas(iri -> (String) null)
                  .schemaRegistryConfig(
                      SchemaRegistryConfig.builder()
                          .regularExpressionFactory(BoundedPattern::compile)
                          .build()));

  private ArgumentSchema() {}

  /**
   * One thing that does not fit.
   *
   * @param place below the value, e.g. {@code /disks/0/size}; empty for the value itself
   */
  public record Fault(String place, String message) {}

  /**
   * Everything that does not fit.
   *
   * @throws IllegalArgumentException when the schema cannot be used, saying why
   */
  public static List<Fault> faults(JsonNode schema, JsonNode value) {
    return faults(() -> compiled(schema), value);
  }

  /**
   * The same for many values, on any thread: the schema is read once.
   *
   * @throws IllegalArgumentException when the schema cannot be used, saying why
   */
  public static Function<JsonNode, List<Fault>> of(JsonNode schema) {
    Schema compiled = compiled(schema);
    return value -> faults(() -> compiled, value);
  }

  private static Schema compiled(JsonNode schema) {
    refuseUnbounded(schema, 0);
    return REGISTRY.getSchema(withoutNotes(schema));
  }

  private static List<Fault> faults(Supplier<Schema> schema, JsonNode value) {
    List<Error> errors;
    try {
      Schema compiled = schema.get();
      errors = BoundedPattern.within(() -> compiled.validate(value));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("the published schema cannot be used: " + firstLine(e), e);
    } catch (StackOverflowError e) {
      // The library and java.util.regex recurse; the stack is as it was before.
      throw new IllegalArgumentException(
          "the published schema cannot be used: it or the arguments are nested too deeply", e);
    }
    return errors.stream()
        .map(error -> new Fault(error.getInstanceLocation().toString(), message(error)))
        .toList();
  }

  /** What is wrong with the arguments, one line that names the fields; null when they fit. */
  static @Nullable String wrong(JsonNode schema, JsonNode arguments) {
    List<Fault> errors;
    try {
      errors = faults(schema, arguments);
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
    if (errors.isEmpty()) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (Fault error : errors.subList(0, Math.min(SHOWN, errors.size()))) {
      if (!text.isEmpty()) {
        text.append("; ");
      }
      text.append("arguments").append(error.place().replace('/', '.')).append(": ");
      text.append(error.message());
    }
    if (errors.size() > SHOWN) {
      text.append("; and ").append(errors.size() - SHOWN).append(" more");
    }
    return text.toString();
  }

  /** What a capability says beside its schema, as {@code x-plugins}, checks nothing. */
  private static JsonNode withoutNotes(JsonNode schema) {
    if (!(schema instanceof ObjectNode object)
        || object.propertyNames().stream().noneMatch(name -> name.startsWith("x-"))) {
      return schema;
    }
    ObjectNode checked = object.objectNode();
    object.forEachEntry(
        (name, value) -> {
          if (!name.startsWith("x-")) {
            checked.set(name, value);
          }
        });
    return checked;
  }

  private static void refuseUnbounded(JsonNode schema, int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("it is nested deeper than " + DEEPEST + " levels");
    }
    for (String reference : REFERENCES) {
      if (schema.path(reference).isString()) {
        throw new IllegalArgumentException("it has a " + reference + "; write it out");
      }
    }
    schema.forEach(each -> refuseUnbounded(each, depth + 1));
  }

  private static String message(Error error) {
    String message = String.valueOf(error.getMessage());
    return message.length() > 300 ? message.substring(0, 300) + "…" : message;
  }

  private static String firstLine(RuntimeException e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }
}
