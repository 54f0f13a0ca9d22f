package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.testkit.TestFolders;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The microkernel, built of the classes that are tested. */
final class BuiltImage {
  private static @Nullable Path shared;

  private BuiltImage() {}

  /** One that every test may boot; its files go with this JVM. */
  static synchronized Path shared() throws Exception {
    if (shared == null) {
      Path folder = TestFolders.fresh("image");
      Path dist = dist(folder.resolve("dist"));
      build(folder.resolve("out"), dist, Map.of());
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> delete(folder)));
      shared = folder.resolve("out");
    }
    return shared;
  }

  static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code launcher/stage.sh} makes of a build: a folder with the jars. */
  static Path dist(Path folder) throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (path.endsWith("target/classes")) {
        String module = path.getParent().getParent().getFileName().toString();
        pack(path, lib.resolve("ingot-" + module + "-test.jar"));
      } else if (Files.isRegularFile(path)) {
        Files.copy(path, lib.resolve(path.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return folder;
  }

  private static void pack(Path folder, Path jar) throws IOException {
    try (OutputStream written = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(written);
        Stream<Path> files = Files.walk(folder)) {
      // With an entry for each folder, which who looks for migrations goes by.
      for (Path each : files.filter(file -> !file.equals(folder)).sorted().toList()) {
        boolean file = Files.isRegularFile(each);
        JarEntry entry = new JarEntry(folder.relativize(each) + (file ? "" : "/"));
        entry.setTime(0);
        out.putNextEntry(entry);
        if (file) {
          Files.copy(each, out);
        }
        out.closeEntry();
      }
    }
  }

  /** Builds into a folder; packed quickly rather than well. */
  static String build(Path out, Path dist, Map<String, String> environment, String... more)
      throws Exception {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Repository.root().resolve("microkernel/build.sh").toString(),
                out.toString(),
                dist.toString(),
                System.getProperty("java.home")));
    command.addAll(List.of(more));
    ProcessBuilder build = new ProcessBuilder(command);
    build.environment().put("INGOT_ZSTD", "3");
    build.environment().putAll(environment);
    Path log = Files.createTempFile("ingot-image", ".log");
    try {
      Process process = build.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isZero();
      return Files.readString(log);
    } finally {
      Files.delete(log);
    }
  }
}
