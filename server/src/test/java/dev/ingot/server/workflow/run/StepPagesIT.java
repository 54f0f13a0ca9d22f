package dev.ingot.server.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.machine.Progress;
import dev.ingot.server.workflow.step.StepType;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The pages about workflows and steps say what is so. */
class StepPagesIT extends WorkflowScene {
  private static final Path DOCS = Path.of("..", "docs");

  @TempDir Path folder;

  private static String block(String page, String language) throws Exception {
    Matcher code =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(DOCS.resolve(page)));
    assertThat(code.find()).isTrue();
    return code.group(1);
  }

  @Test
  void theExampleOfAddingOneCompilesAndLooks() throws Exception {
    String source = block("adding-a-step.md", "java");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///WaitTagStep.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    boolean compiled =
        compiler
            .getTask(
                said,
                null,
                null,
                List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path")),
                null,
                List.of(file))
            .call();
    assertThat(compiled).as(said.toString()).isTrue();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      StepType type =
          (StepType)
              loader
                  .loadClass("dev.ingot.server.workflow.step.WaitTagStep")
                  .getConstructor()
                  .newInstance();
      assertThat(type.options().path("required").path(0).asString()).isEqualTo("tag");
      Jdbi jdbi =
          Jdbi.create(
              server.database().url(), server.database().user(), server.database().password());
      String id = "0f" + "%040x".formatted(77);
      jdbi.useHandle(
          handle -> {
            handle.execute("CREATE TEMPORARY TABLE node (id text, tags text[])");
            handle.execute("INSERT INTO node VALUES (?, ARRAY['a'])", id);
            assertThat(type.look(look(handle, id, "a"))).isInstanceOf(Progress.Succeeded.class);
            assertThat(type.look(look(handle, id, "b"))).isInstanceOf(Progress.Waiting.class);
          });
    }
  }

  private static dev.ingot.server.workflow.step.Look look(
      org.jdbi.v3.core.Handle handle, String node, String tag) {
    java.time.Instant now = java.time.Instant.EPOCH;
    return new dev.ingot.server.workflow.step.Look(
        handle,
        dev.ingot.server.access.Principal.SYSTEM,
        1,
        0,
        node,
        1,
        now,
        now,
        Json.MAPPER.createObjectNode().put("tag", tag));
  }

  @Test
  void thePageNamesEveryStepTypeAndItsExampleIsValid() throws Exception {
    String page = Files.readString(DOCS.resolve("workflows.md"));
    JsonNode schema = server.get("/api/v1/workflow-schema").body();
    for (JsonNode type :
        schema.path("$defs").path("step").path("properties").path("type").path("enum")) {
      assertThat(page).as(type.asString()).contains("`" + type.asString() + "`");
    }
    var body = Json.MAPPER.createObjectNode();
    body.putArray("files")
        .addObject()
        .put("file", "reinspect.yaml")
        .put("text", block("workflows.md", "yaml"));
    ok(server.post("/api/v1/workflows/load", Json.write(body)), 200);
  }

  @Test
  void theShippedWorkflowsFitThePublishedSchema() {
    JsonNode schema = server.get("/api/v1/workflow-schema").body();
    var registry =
        com.networknt.schema.SchemaRegistry.withDefaultDialect(
            com.networknt.schema.SpecificationVersion.DRAFT_2020_12);
    var compiled = registry.getSchema(schema);
    JsonNode all = server.get("/api/v1/workflows").body().path("items");
    assertThat(all.size()).isGreaterThanOrEqualTo(5);
    for (JsonNode each : all) {
      JsonNode definition =
          server.get("/api/v1/workflows/" + each.path("name").asString()).body().path("definition");
      assertThat(compiled.validate(definition)).as(each.path("name").asString()).isEmpty();
    }
    assertThat(compiled.validate(read("{'steps':[{'name':'a','type':'nope'}]}"))).isNotEmpty();
    assertThat(
            compiled.validate(read("{'steps':[{'name':'a','type':'script','options':{'x':1}}]}")))
        .isNotEmpty();
  }
}
