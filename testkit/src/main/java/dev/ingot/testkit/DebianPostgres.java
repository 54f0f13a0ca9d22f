package dev.ingot.testkit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL of Debian's packages, as an external database for tests: another major version. */
public final class DebianPostgres implements AutoCloseable {
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
  private static final String PASSWORD = "external";
  private static final int SECONDS = 30;

  private final Path folder;
  private final Process process;
  private final int port;

  private DebianPostgres(Path folder, Process process, int port) {
    this.folder = folder;
    this.process = process;
    this.port = port;
  }

  public static boolean isInstalled() {
    return binaries().isPresent();
  }

  private static Optional<Path> binaries() {
    if (!Files.isDirectory(INSTALLED)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> majors = Files.newDirectoryStream(INSTALLED, "[0-9]*")) {
      for (Path major : majors) {
        if (Files.isExecutable(major.resolve("bin/initdb"))) {
          return Optional.of(major.resolve("bin"));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new IllegalStateException("look for PostgreSQL in " + INSTALLED, e);
    }
  }

  /** A fresh one with an empty database {@code ingot}. */
  public static DebianPostgres start() throws IOException, InterruptedException {
    Path binaries = binaries().orElseThrow();
    Path folder = TestFolders.fresh("debian-postgres");
    Path password = Files.writeString(folder.resolve("password"), PASSWORD);
    Path data = Files.createDirectory(folder.resolve("data"));
    if (isRoot()) {
      run(List.of("chown", "postgres", data.toString(), password.toString()));
    }
    run(
        asUser(
            binaries.resolve("initdb").toString(),
            "--pgdata=" + data,
            "--username=ingot",
            "--pwfile=" + password,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync"));
    int port = FreePort.next();
    Process process =
        new ProcessBuilder(
                asUser(
                    binaries.resolve("postgres").toString(),
                    "-D",
                    data.toString(),
                    "-p",
                    Integer.toString(port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "fsync=off"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    DebianPostgres started = new DebianPostgres(folder, process, port);
    try {
      started.awaitDatabase();
    } catch (IllegalStateException e) {
      started.close();
      throw e;
    }
    return started;
  }

  private void awaitDatabase() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (true) {
      try (Connection connection =
              DriverManager.getConnection(
                  "jdbc:postgresql://127.0.0.1:" + port + "/postgres", user(), PASSWORD);
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE ingot");
        return;
      } catch (SQLException e) {
        if (System.nanoTime() > end || !process.isAlive()) {
          throw new IllegalStateException("PostgreSQL in " + folder + " does not answer", e);
        }
        Thread.sleep(50);
      }
    }
  }

  private static List<String> asUser(String... command) {
    List<String> all = new ArrayList<>();
    if (isRoot()) {
      all.addAll(
          List.of("setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"));
    }
    all.addAll(List.of(command));
    return all;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(command + ": " + output);
    }
  }

  private static final java.nio.charset.Charset UTF_8 = java.nio.charset.StandardCharsets.UTF_8;

  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/ingot";
  }

  public String user() {
    return "ingot";
  }

  public String password() {
    return PASSWORD;
  }

  /** Stops it, hard, and deletes it. */
  @Override
  public void close() {
    try {
      process.destroy(); // smart: nobody is connected any more
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      run(List.of("rm", "-rf", folder.toString()));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("stop PostgreSQL in " + folder, e);
    }
  }
}
