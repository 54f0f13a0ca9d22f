package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Recorded outputs of real machines. They are not part of this project; tests that need them are
 * skipped where the folder is absent (system property {@code ingot.fixtures} or {@code
 * INGOT_FIXTURES}, else {@code shared/fixtures} beside the repository).
 */
final class Fixtures {
  private Fixtures() {}

  static String read(String name) throws IOException {
    return Files.readString(folder().resolve(name), StandardCharsets.UTF_8);
  }

  static List<Path> all(String folder) throws IOException {
    try (Stream<Path> files = Files.list(folder().resolve(folder))) {
      List<Path> found = files.sorted().toList();
      assertThat(found).isNotEmpty();
      return found;
    }
  }

  private static Path folder() {
    Optional<String> named =
        Optional.ofNullable(System.getProperty("ingot.fixtures"))
            .or(() -> Optional.ofNullable(System.getenv("INGOT_FIXTURES")));
    List<Path> places =
        named.isPresent()
            ? List.of(Path.of(named.get()))
            : List.of(
                Path.of("../../shared/fixtures"),
                Path.of("../shared/fixtures"),
                Path.of("../../../shared/fixtures"));
    Optional<Path> found = places.stream().filter(Files::isDirectory).findFirst();
    Assumptions.assumeTrue(
        found.isPresent(), () -> "skipped: no recorded outputs in " + places + " (INGOT_FIXTURES)");
    return found.orElseThrow();
  }
}
