package dev.ingot.server.jobs;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Whether arguments fit a published JSON Schema; nothing is fetched from anywhere for it. */
final class ArgumentSchema {
  private static final int SHOWN = 5;

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder -> builder.schemaCacheEnabled(false).schemas(iri -> (String) null));

  private ArgumentSchema() {}

  /** What is wrong with the arguments, one line that names the fields; null when they fit. */
  static @Nullable String wrong(JsonNode schema, JsonNode arguments) {
    List<Error> errors;
    try {
      Schema compiled = REGISTRY.getSchema(schema);
      errors = compiled.validate(arguments);
    } catch (RuntimeException e) {
      // A schema comes from a node, which may publish anything.
      return "the published schema cannot be used: " + firstLine(e);
    }
    if (errors.isEmpty()) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (Error error : errors.subList(0, Math.min(SHOWN, errors.size()))) {
      if (!text.isEmpty()) {
        text.append("; ");
      }
      String where = error.getInstanceLocation().toString();
      text.append("arguments").append(where.replace('/', '.')).append(": ");
      text.append(message(error));
    }
    if (errors.size() > SHOWN) {
      text.append("; and ").append(errors.size() - SHOWN).append(" more");
    }
    return text.toString();
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
