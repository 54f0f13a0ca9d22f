package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The inspector of docs/adding-an-inspector.md compiles, runs and names its fields. */
class AddingAnInspectorTest {
  @TempDir Path folder;

  @Test
  void theInspectorOfThePageInspects() throws IOException, ReflectiveOperationException {
    String page = Files.readString(Path.of("../docs/adding-an-inspector.md"));
    Matcher code = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(code.find()).as("an example").isTrue();
    Path source = folder.resolve("WatchdogInspector.java");
    Files.writeString(source, code.group(1));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  null,
                  files,
                  null,
                  List.of(
                      "-d",
                      folder.toString(),
                      "-proc:none",
                      "-cp",
                      System.getProperty("java.class.path")),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      assertThat(compiled).isTrue();
    }
    byte[] bytes =
        Files.readAllBytes(folder.resolve("dev/ingot/agent/inspect/WatchdogInspector.class"));
    Class<?> made =
        MethodHandles.privateLookupIn(Inspector.class, MethodHandles.lookup()).defineClass(bytes);
    Inspector inspector = (Inspector) made.getDeclaredConstructor().newInstance();
    Machine machine =
        new FakeMachine(folder.resolve("root"))
            .file("sys/class/watchdog/watchdog0/identity", "iTCO_wdt")
            .file("sys/class/watchdog/watchdog0/timeout", "30")
            .machine();
    assertThat(Catalogue.inspect(inspector, machine).content().toString())
        .isEqualTo("[{\"name\":\"watchdog0\",\"identity\":\"iTCO_wdt\",\"timeout\":30}]");
  }
}
