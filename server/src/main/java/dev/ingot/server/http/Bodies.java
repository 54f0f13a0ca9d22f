package dev.ingot.server.http;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** JSON bodies into records, and what is wrong with them into problems that name the field. */
final class Bodies {
  private static final JsonMapper STRICT =
      Json.MAPPER
          .rebuild()
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .withCoercionConfigDefaults(
              config -> config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
          .withCoercionConfig(
              LogicalType.Textual,
              config ->
                  config
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private Bodies() {}

  static JsonNode parse(byte[] body) {
    if (body.length == 0) {
      throw Problem.malformed(null, "the body is empty; it must be JSON");
    }
    try {
      return Json.read(body);
    } catch (StreamConstraintsException e) {
      String detail =
          String.valueOf(e.getOriginalMessage()).contains("nesting depth")
              ? "the body nests deeper than " + Json.MAX_DEPTH + " levels"
              : "the body exceeds a bound: " + e.getOriginalMessage();
      throw new Problem(Problem.Kind.MALFORMED, detail, null, e);
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      throw new Problem(
          Problem.Kind.MALFORMED,
          "the body is not JSON"
              + (at == null || at.getLineNr() < 1
                  ? ""
                  : " at line " + at.getLineNr() + ", column " + at.getColumnNr())
              + ": "
              + firstLine(e.getOriginalMessage()).replaceFirst(" \\(start marker at .*", ""),
          null,
          e);
    }
  }

  static <T extends Record> T as(JsonNode body, Class<T> type) {
    if (!body.isObject()) {
      throw new Problem(Problem.Kind.INVALID, "the body must be a JSON object", null, null);
    }
    try {
      T read = STRICT.treeToValue(body, type);
      complete(read, "");
      return read;
    } catch (UnrecognizedPropertyException e) {
      String name = e.getPropertyName();
      List<String> known =
          e.getKnownPropertyIds() == null
              ? List.of()
              : e.getKnownPropertyIds().stream().map(String::valueOf).toList();
      throw new Problem(
          Problem.Kind.INVALID,
          "unknown field" + QueryParameters.meant(name, known),
          QueryParameters.shortened(path(e)),
          e);
    } catch (JacksonException e) {
      throw new Problem(Problem.Kind.INVALID, expected(e), QueryParameters.shortened(path(e)), e);
    }
  }

  /** One component of a record. */
  private record Part(String name, Method accessor, boolean nullable) {
    static Part of(RecordComponent component) {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return new Part(
          component.getName(),
          accessor,
          component.getAnnotatedType().isAnnotationPresent(Nullable.class));
    }
  }

  /** The components of each record, looked at once: reflection reads the class anew each time. */
  private static final ClassValue<List<Part>> PARTS =
      new ClassValue<>() {
        @Override
        protected List<Part> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents()).map(Part::of).toList();
        }
      };

  /** Refuses a component that is not {@code Nullable} and was not given. */
  private static void complete(Record read, String path) {
    for (Part component : PARTS.get(read.getClass())) {
      Object value = value(read, component);
      if (value == null && !component.nullable) {
        throw Problem.invalid(path + component.name, "is missing");
      }
      if (value instanceof Record nested) {
        complete(nested, path + component.name + ".");
      } else if (value instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          String item = path + component.name + "." + i;
          if (list.get(i) == null) {
            throw Problem.invalid(item, "must not be null");
          }
          if (list.get(i) instanceof Record nested) {
            complete(nested, item + ".");
          }
        }
      }
    }
  }

  private static @Nullable Object value(Record read, Part component) {
    try {
      return component.accessor.invoke(read);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("a record's accessor answers", e);
    }
  }

  private static String expected(JacksonException e) {
    Class<?> target =
        switch (e) {
          case MismatchedInputException mismatched -> mismatched.getTargetType();
          case InputCoercionException coerced -> coerced.getTargetType();
          default -> null;
        };
    if (target == null) {
      return "has a value that cannot be";
    }
    if (target.isEnum()) {
      return "must be "
          + Problem.oneOf(
              Arrays.stream(target.getEnumConstants())
                  .map(word -> ((Enum<?>) word).name().toLowerCase(Locale.ROOT))
                  .toList());
    }
    if (target == String.class) {
      return "must be a string";
    }
    if (target == boolean.class || target == Boolean.class) {
      return "must be true or false";
    }
    if (target == int.class
        || target == long.class
        || target == Integer.class
        || target == Long.class) {
      return "must be a whole number";
    }
    if (List.class.isAssignableFrom(target)) {
      return "must be a list";
    }
    return target.isRecord() ? "must be an object" : "has a value that cannot be";
  }

  private static String path(JacksonException e) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      if (!path.isEmpty()) {
        path.append('.');
      }
      path.append(
          step.getPropertyName() == null
              ? String.valueOf(step.getIndex())
              : step.getPropertyName());
    }
    return path.toString();
  }

  private static String firstLine(@Nullable String message) {
    String line = String.valueOf(message).lines().findFirst().orElse("");
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }
}
