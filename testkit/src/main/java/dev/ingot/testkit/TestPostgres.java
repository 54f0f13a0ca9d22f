package dev.ingot.testkit;

import dev.ingot.postgres.EmbeddedPostgres;
import dev.ingot.postgres.EmbeddedPostgresSettings;
import dev.ingot.postgres.PostgresException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one PostgreSQL of this JVM: no fsync, stopped and deleted when the JVM ends. What a killed
 * JVM left is stopped and deleted by the next one that starts.
 */
final class TestPostgres {
  private static final String PREFIX = "jvm-";
  private static @Nullable EmbeddedPostgres postgres;

  private TestPostgres() {}

  static synchronized EmbeddedPostgres running() {
    if (postgres == null) {
      postgres = start();
    }
    return postgres;
  }

  private static EmbeddedPostgres start() {
    try {
      Path root = TestFolders.shared();
      discardLeftovers(root);
      Path folder = root.resolve(PREFIX + ProcessHandle.current().pid());
      EmbeddedPostgres started =
          EmbeddedPostgres.start(
              new EmbeddedPostgresSettings(folder, root, false, Map.of("max_connections", "120")));
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    started.close();
                    EmbeddedPostgres.discard(folder);
                  },
                  "test-postgres-stop"));
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void discard(Path folder) {
    try {
      EmbeddedPostgres.discard(folder);
    } catch (PostgresException e) { // another JVM that starts now is at it
      System.err.println("left for the next run: " + e.getMessage());
    }
  }

  private static void discardLeftovers(Path root) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, PREFIX + "*")) {
      for (Path folder : folders) {
        long pid = Long.parseLong(folder.getFileName().toString().substring(PREFIX.length()));
        boolean own = pid == ProcessHandle.current().pid(); // an earlier process of this number
        if (own || ProcessHandle.of(pid).isEmpty()) {
          discard(folder);
        }
      }
    }
  }
}
