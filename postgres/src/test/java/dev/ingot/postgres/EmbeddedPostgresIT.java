package dev.ingot.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresIT {
  private static Path root;

  @BeforeAll
  static void makeFolder() throws Exception {
    root = TestFolders.make();
  }

  @AfterAll
  static void deleteFolder() throws Exception {
    Folders.delete(root);
  }

  private static EmbeddedPostgresSettings in(String name) {
    return new EmbeddedPostgresSettings(
        root.resolve(name), TestFolders.binaries(), false, Map.of());
  }

  @Test
  void whatWasWrittenIsThereAfterARestartOnTheSamePort() throws Exception {
    String url;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(in("restart")).withDatabase("ingot")) {
      url = postgres.url("ingot");
      try (Connection connection =
              DriverManager.getConnection(url, postgres.user(), postgres.password());
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE thing AS SELECT 42 AS answer");
      }
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(in("restart")).withDatabase("ingot")) {
      assertThat(postgres.url("ingot")).isEqualTo(url);
      assertThat(ask(postgres, "SELECT answer FROM thing")).isEqualTo("42");
      assertThat(ask(postgres, "SHOW dynamic_shared_memory_type")).isEqualTo("mmap");
      assertThat(ask(postgres, "SELECT datlocale FROM pg_database WHERE datname='ingot'"))
          .isEqualTo("C.UTF-8");
    }
  }

  @Test
  void aSecondOwnerOfTheFolderIsRefusedInOneLine() {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(in("second"))) {
      assertThatThrownBy(() -> EmbeddedPostgres.start(in("second")))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
      assertThat(postgres.trouble()).isEmpty();
    }
  }

  @Test
  void aPasswordIsAskedFor() {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(in("password"))) {
      assertThatThrownBy(
              () -> DriverManager.getConnection(postgres.url("postgres"), postgres.user(), "guess"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
    }
  }

  static String ask(EmbeddedPostgres postgres, String query) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                postgres.url("ingot"), postgres.user(), postgres.password());
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getString(1);
    }
  }
}
