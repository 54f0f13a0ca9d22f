package dev.ingot.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.node.ObjectNode;

/**
 * The kept openapi.json is the sum of the features' fragments and says what is routed. After a
 * change of a fragment: run this test with {@code -Dingot.update=true} and look at the difference.
 */
final class OpenApiIT {
  private static final Path RESOURCES = Path.of("src/main/resources");
  private static final Path KEPT = RESOURCES.resolve("openapi.json");
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  private final ObjectNode document = assembled();

  @Test
  void theKeptDocumentIsTheSumOfItsFragments() throws IOException {
    String text =
        Json.MAPPER
                .rebuild()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(document)
            + "\n";
    if (Boolean.getBoolean("ingot.update")) {
      Files.writeString(KEPT, text);
    }
    assertThat(Files.readString(KEPT)).isEqualTo(text);
  }

  @Test
  void everyRouteIsDocumentedWithItsRoleAndNothingElseIs() {
    try (TestServer server = TestServer.start()) {
      Map<String, String> documented = new TreeMap<>();
      operations()
          .forEach(
              (name, operation) -> {
                if (!operation.has("x-websocket")) {
                  documented.put(name, operation.path("x-role").asString("missing"));
                }
              });
      assertThat(documented).isEqualTo(server.server().routes());
      assertThat(server.get("/api/v1/openapi.json").body()).isEqualTo(document);
    }
  }

  @Test
  void everyOperationIsWhole() {
    Set<String> ids = new HashSet<>();
    operations()
        .forEach(
            (name, operation) -> {
              assertThat(operation.path("operationId").asString("")).as(name).isNotBlank();
              assertThat(ids.add(operation.path("operationId").asString())).as(name).isTrue();
              assertThat(operation.path("summary").asString("")).as(name).endsWith(".");
              assertThat(operation.path("tags").size()).as(name).isEqualTo(1);
              assertThat(operation.path("responses").propertyNames())
                  .as(name)
                  .anyMatch(status -> status.startsWith("2") || status.equals("101"));
              operation
                  .path("responses")
                  .forEach(
                      response ->
                          assertThat(response.has("description") || response.has("$ref"))
                              .as(name)
                              .isTrue());
              assertThat(parameters(operation, "path")).as(name).isEqualTo(braces(name));
            });
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> references = new ArrayList<>();
    collect(document, references);
    assertThat(references).isNotEmpty();
    for (String reference : references) {
      assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
  }

  private Map<String, JsonNode> operations() {
    Map<String, JsonNode> operations = new TreeMap<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        assertThat(METHODS).as(path.getKey()).contains(operation.getKey());
        operations.put(
            operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
            operation.getValue());
      }
    }
    return operations;
  }

  private static Set<String> parameters(JsonNode operation, String in) {
    Set<String> names = new HashSet<>();
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.path("in").asString("").equals(in)) {
        names.add(parameter.path("name").asString());
      }
    }
    return names;
  }

  private static Set<String> braces(String path) {
    Set<String> names = new HashSet<>();
    Matcher matcher = Pattern.compile("\\{([^}]+)\\}").matcher(path);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  private static void collect(JsonNode node, List<String> references) {
    if (node.path("$ref").isString()) {
      references.add(node.path("$ref").asString());
    }
    node.forEach(child -> collect(child, references));
  }

  /** The base and then the fragments in the order of their names. */
  private static ObjectNode assembled() {
    try (Stream<Path> files = Files.list(RESOURCES.resolve("openapi"))) {
      ObjectNode whole =
          (ObjectNode) Json.read(Files.readAllBytes(RESOURCES.resolve("openapi/base.json")));
      for (Path file : files.sorted().toList()) {
        if (!file.endsWith("base.json")) {
          JsonNode fragment = Json.read(Files.readAllBytes(file));
          for (Map.Entry<String, JsonNode> path : fragment.path("paths").properties()) {
            // Methods of one path may belong to several features.
            add(
                whole.withObjectProperty("paths").withObjectProperty(path.getKey()),
                path.getValue(),
                file);
          }
          for (Map.Entry<String, JsonNode> kind : fragment.path("components").properties()) {
            add(whole.withObject("/components/" + kind.getKey()), kind.getValue(), file);
          }
        }
      }
      problems(whole);
      return whole;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(ObjectNode whole, JsonNode fragment, Path file) {
    for (Map.Entry<String, JsonNode> entry : fragment.properties()) {
      assertThat(whole.has(entry.getKey())).as("%s in %s", entry.getKey(), file).isFalse();
      whole.set(entry.getKey(), entry.getValue());
    }
  }

  /** Every operation may answer with a problem, and the open ones ask for no token. */
  private static void problems(ObjectNode whole) {
    for (JsonNode path : whole.path("paths")) {
      for (JsonNode operation : path) {
        ((ObjectNode) operation.path("responses"))
            .putObject("default")
            .put("$ref", "#/components/responses/Problem");
        if (operation.path("x-role").asString("").equals("none")) {
          ((ObjectNode) operation).putArray("security");
        }
      }
    }
  }
}
