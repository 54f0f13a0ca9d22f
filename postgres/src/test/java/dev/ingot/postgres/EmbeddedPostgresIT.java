package dev.ingot.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
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

  static EmbeddedPostgresSettings in(Path folder) {
    return new EmbeddedPostgresSettings(folder, TestFolders.binaries(), false, Map.of());
  }

  private static EmbeddedPostgres start(String name) {
    return EmbeddedPostgres.start(in(root.resolve(name))).withDatabase("ingot");
  }

  private static EmbeddedPostgres startDurable(Path folder) {
    return EmbeddedPostgres.start(
            new EmbeddedPostgresSettings(folder, TestFolders.binaries(), true, Map.of()))
        .withDatabase("ingot");
  }

  @Test
  void whatWasWrittenIsThereAfterARestartOnTheSamePort() throws Exception {
    String url;
    try (EmbeddedPostgres postgres = start("restart")) {
      url = postgres.url("ingot");
      execute(postgres, "CREATE TABLE thing AS SELECT 42 AS answer");
    }
    try (EmbeddedPostgres postgres = start("restart")) {
      assertThat(postgres.url("ingot")).isEqualTo(url);
      assertThat(ask(postgres, "SELECT answer FROM thing")).isEqualTo("42");
      assertThat(ask(postgres, "SHOW dynamic_shared_memory_type")).isEqualTo("mmap");
      assertThat(ask(postgres, "SHOW unix_socket_directories")).isEmpty();
      assertThat(ask(postgres, "SELECT datlocale FROM pg_database WHERE datname = 'ingot'"))
          .isEqualTo("C.UTF-8");
    }
  }

  @Test
  void aSecondOwnerOfTheFolderIsRefusedInOneLine() {
    try (EmbeddedPostgres postgres = start("second")) {
      assertThatThrownBy(() -> start("second"))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
      assertThat(postgres.trouble()).isEmpty();
    }
  }

  @Test
  void strangersReachNeitherDataNorPasswordNorDatabase() throws Exception {
    Path folder = root.resolve("strangers");
    try (EmbeddedPostgres postgres = start("strangers")) {
      assertThat(permissions(folder.resolve("password"))).isEqualTo("rw-------");
      assertThat(permissions(folder.resolve("cluster"))).isEqualTo("rwx------");
      assertThatThrownBy(
              () -> DriverManager.getConnection(postgres.url("ingot"), postgres.user(), "guess"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
      assertThat(Files.getAttribute(Path.of("/proc/" + postgres.pid()), "unix:uid"))
          .as("PostgreSQL does not run as root")
          .isNotEqualTo(0);
    }
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void theServerIsInASessionOfItsOwn() throws Exception {
    try (EmbeddedPostgres postgres = start("session")) {
      String stat = Files.readString(Path.of("/proc/" + postgres.pid() + "/stat"));
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
      assertThat(fields.get(3)).isEqualTo(Long.toString(postgres.pid()));
    }
  }

  @Test
  void anOpenConnectionDoesNotHoldUpTheStop() throws Exception {
    EmbeddedPostgres postgres = start("stop");
    try (Connection _ =
        DriverManager.getConnection(postgres.url("ingot"), postgres.user(), postgres.password())) {
      long start = System.nanoTime();
      postgres.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(ProcessTable.startTicks(postgres.pid())).isEmpty();
    }
  }

  @Test
  void aKilledServerIsStartedAgainWithWhatWasCommitted() throws Exception {
    try (EmbeddedPostgres postgres = startDurable(root.resolve("killed"))) {
      execute(postgres, "CREATE TABLE thing AS SELECT 42 AS answer");
      long first = postgres.pid();
      ProcessHandle.of(first).orElseThrow().destroyForcibly();
      assertThat(
              Waiter.until(
                  () -> postgres.pid() != first && postgres.trouble().isEmpty(),
                  Duration.ofSeconds(20)))
          .isTrue();
      assertThat(ask(postgres, "SELECT answer FROM thing")).isEqualTo("42");
    }
  }

  @Test
  void theServerOfAKilledOwnerIsReplaced() throws Exception {
    Path folder = root.resolve("orphan");
    Process owner =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long orphan;
    try {
      orphan =
          owner
              .inputReader(StandardCharsets.UTF_8)
              .lines()
              .filter(line -> line.startsWith("pid "))
              .map(line -> Long.parseLong(line.substring(4)))
              .findFirst()
              .orElseThrow();
    } finally {
      owner.destroyForcibly().waitFor();
    }
    assertThat(ProcessTable.startTicks(orphan)).as("it outlives its owner").isPresent();
    try (EmbeddedPostgres postgres = start("orphan")) {
      assertThat(ProcessTable.startTicks(orphan)).isEmpty();
      assertThat(ask(postgres, "SELECT answer FROM thing")).isEqualTo("42");
    }
  }

  /** A process that owns a server until it is killed. */
  static final class Owner {
    private Owner() {}

    public static void main(String[] arguments) throws Exception {
      EmbeddedPostgres postgres = startDurable(Path.of(arguments[0]));
      execute(postgres, "CREATE TABLE thing AS SELECT 42 AS answer");
      System.out.println("pid " + postgres.pid());
      Thread.currentThread().join();
    }
  }

  @Test
  void aFolderOfAnotherMajorVersionIsRefusedWithTheWayOut() throws Exception {
    start("major").close();
    Path version = root.resolve("major/cluster/PG_VERSION");
    Files.writeString(version, "17\n");
    assertThatThrownBy(() -> start("major"))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("PostgreSQL 17")
        .hasMessageContaining("ingot backup")
        .hasMessageContaining("ingot restore");
  }

  @Test
  void aPortThatWasTakenIsNamed() throws Exception {
    start("port").close();
    int port = Integer.parseInt(Files.readString(root.resolve("port/port")).strip());
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
      assertThatThrownBy(() -> start("port"))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("port " + port)
          .hasMessageContaining(root.resolve("port/port").toString());
    }
    start("port").close();
  }

  @Test
  void aParentThatTheSystemUserCannotEnterIsNamed() throws Exception {
    assumeTrue(Account.choose().isOther(), "only root runs PostgreSQL as somebody else");
    Path closed = Files.createDirectory(root.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    assertThatThrownBy(() -> start("closed/below/postgres"))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("folder " + closed + " cannot be entered by the user ingot");
  }

  @Test
  void aFullDiskIsNamed() throws Exception {
    Path small = Files.createDirectory(root.resolve("small"));
    Command.Result mounted =
        Command.run(
            Duration.ofSeconds(5),
            List.of("mount", "-t", "tmpfs", "-o", "size=20m,mode=711", "tmpfs", small.toString()));
    assumeTrue(mounted.ok(), "only root mounts a small disk");
    try {
      assertThatThrownBy(() -> start("small/postgres"))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("full");
    } finally {
      Command.run(Duration.ofSeconds(5), List.of("umount", small.toString()));
    }
  }

  @Test
  void aHalfMadeClusterIsMadeAnew() throws Exception {
    Path folder = Files.createDirectory(root.resolve("half"));
    Files.createDirectories(folder.resolve("cluster.part/base"));
    Files.writeString(folder.resolve("password.initdb"), "x");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    try (EmbeddedPostgres postgres = start("half")) {
      assertThat(ask(postgres, "SELECT 1")).isEqualTo("1");
    }
    assertThat(folder.resolve("cluster.part")).doesNotExist();
    assertThat(folder.resolve("password.initdb")).doesNotExist();
  }

  private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                postgres.url("ingot"), postgres.user(), postgres.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(EmbeddedPostgres postgres, String query) throws SQLException {
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
