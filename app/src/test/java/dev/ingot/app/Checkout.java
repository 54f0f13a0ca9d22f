package dev.ingot.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A small checkout for the launcher: the real script and poms, with one module whose Main the test
 * writes.
 */
record Checkout(Path folder) {
  private static final Path SOURCE = Path.of("app/src/main/java/dev/ingot/app/Main.java");

  record Outcome(int status, String output, String errors) {}

  static Checkout in(Path folder) throws IOException {
    Path root = Repository.root();
    Files.createDirectories(folder.resolve("launcher"));
    Files.createDirectories(folder.resolve(".mvn"));
    copy(root, folder, "ingot");
    copy(root, folder, ".mvn/jvm.config");
    try (Stream<Path> scripts = Files.list(root.resolve("launcher"))) {
      for (Path script : (Iterable<Path>) scripts::iterator) {
        copy(root, folder, "launcher/" + script.getFileName());
      }
    }
    Checkout checkout = new Checkout(folder);
    checkout.write(
        Path.of("pom.xml"),
        Repository.text(Path.of("pom.xml"))
            .replaceFirst("(?s)<modules>.*?</modules>", "<modules><module>app</module></modules>"));
    checkout.write(
        Path.of("app/pom.xml"),
        Pattern.compile("<dependency>.*</dependency>")
            .matcher(Repository.text(Path.of("app/pom.xml")))
            .replaceAll(""));
    return checkout;
  }

  private static void copy(Path from, Path to, String file) throws IOException {
    Files.copy(from.resolve(file), to.resolve(file));
    to.resolve(file).toFile().setExecutable(from.resolve(file).toFile().canExecute());
  }

  void write(Path file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  /** Writes a Main whose body is {@code statements}. */
  void program(String statements) throws IOException {
    write(
        SOURCE,
        """
        package dev.ingot.app;
        public final class Main {
          public static void main(String[] arguments) throws Exception {
            %s
          }
        }
        """
            .formatted(statements));
  }

  Process start(Map<String, String> environment, Path from, Path launcher, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(from.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("INGOT_"));
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().put("INGOT_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("INGOT_AOT", "off");
    String repository = System.getProperty("maven.repo.local");
    if (repository != null) {
      builder.environment().put("MAVEN_OPTS", "-Dmaven.repo.local=" + repository);
    }
    builder.environment().putAll(environment);
    return builder.start();
  }

  Outcome run(Map<String, String> environment, String... arguments) throws Exception {
    return outcome(start(environment, folder, folder.resolve("ingot"), arguments));
  }

  /** Waits for the end; reads both streams as they come, so that neither fills up. */
  static Outcome outcome(Process process) throws Exception {
    StringBuilder errors = new StringBuilder();
    Thread reader =
        Thread.ofVirtual()
            .start(
                () ->
                    process
                        .errorReader(StandardCharsets.UTF_8)
                        .lines()
                        .forEach(line -> errors.append(line).append('\n')));
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    reader.join();
    return new Outcome(process.waitFor(), output, errors.toString());
  }
}
