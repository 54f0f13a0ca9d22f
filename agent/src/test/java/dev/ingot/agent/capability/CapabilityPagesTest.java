package dev.ingot.agent.capability;

import static dev.ingot.agent.capability.Heard.give;
import static dev.ingot.agent.capability.Heard.offer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.protocol.TaskEnd;
import dev.ingot.protocol.TaskMessage.Status;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two pages about capabilities say what is so. */
class CapabilityPagesTest {
  private static final Path DOCS = Path.of("..", "docs");

  @TempDir Path folder;

  @Test
  void thePageNamesEveryCapabilityWithItsArguments() throws IOException {
    String page = Files.readString(DOCS.resolve("capabilities.md"));
    for (Capability capability : all()) {
      var signature = capability.signature();
      String row =
          page.lines()
              .filter(line -> line.startsWith("| `" + signature.name() + "` |"))
              .findFirst()
              .orElse("");
      signature
          .parameters()
          .path("properties")
          .propertyNames()
          .forEach(name -> assertThat(row).contains("`" + name + "`"));
      assertThat(row).as(signature.name()).contains("|");
      assertThat(row.contains("(protected)") || row.contains("; protected)"))
          .as(row)
          .isEqualTo(signature.protectedSensitive());
      assertThat(row)
          .contains("| " + (signature.lock() == null ? "" : signature.lock() + " ") + "|");
    }
  }

  @Test
  void everySignatureIsStrictAndSurvivesTheLink() {
    assertThat(all())
        .extracting(capability -> capability.signature().name())
        .doesNotHaveDuplicates();
    for (Capability capability : all()) {
      var signature = capability.signature();
      assertThat(dev.ingot.protocol.CapabilitySignature.of(signature.toJson()))
          .isEqualTo(signature);
      assertThat(signature.parameters().path("additionalProperties").asBoolean(true))
          .as(signature.name())
          .isFalse();
    }
  }

  private List<Capability> all() {
    return Capabilities.all(folder, new InspectorCapability(List.of("cpu"), _ -> Map.of()));
  }

  @Test
  void theExampleOfAddingOneCompilesAndWorks() throws Exception {
    Matcher code =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(DOCS.resolve("adding-a-capability.md")));
    assertThat(code.find()).isTrue();
    Capability uptime = compile(code.group(1));
    Heard heard = new Heard();
    try (Executions executions = new Executions(List.of(uptime), heard)) {
      give(executions, offer(1, "uptime", "{}", 10));
      TaskEnd end = heard.end(1);
      assertThat(end.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(String.valueOf(end.result())).startsWith("{\"seconds\":");
    }
  }

  private Capability compile(String source) throws Exception {
    // Beside the classes of its package, whose members it may see.
    Path classes = folder.resolve("classes");
    Files.createDirectories(classes);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///UptimeCapability.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    boolean good =
        compiler
            .getTask(
                said,
                null,
                null,
                List.of(
                    "-d",
                    classes.toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-proc:none"),
                null,
                List.of(file))
            .call();
    assertThat(good).as(said.toString()).isTrue();
    URL[] path = {classes.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path, getClass().getClassLoader())) {
      Constructor<?> made =
          loader.loadClass("dev.ingot.agent.capability.UptimeCapability").getDeclaredConstructor();
      made.setAccessible(true);
      return (Capability) made.newInstance();
    }
  }
}
