package dev.ingot.postgres;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one cluster. What root writes and reads (password, port, configuration) lies beside
 * {@code cluster}, which alone belongs to the account that PostgreSQL runs as.
 */
final class Cluster {
  static final String USER = "ingot";
  private static final Logger log = LoggerFactory.getLogger(Cluster.class);
  private static final Duration INITDB = Duration.ofMinutes(3);
  private static final long LEAST_FREE_BYTES = 200L << 20;

  private final Path folder;
  private final Account account;
  private final Binaries binaries;

  Cluster(Path folder, Account account, Binaries binaries) {
    this.folder = folder;
    this.account = account;
    this.binaries = binaries;
  }

  Path data() {
    return dataIn(folder);
  }

  static Path dataIn(Path folder) {
    return folder.resolve("cluster");
  }

  Path portFile() {
    return folder.resolve("port");
  }

  private Path passwordFile() {
    return folder.resolve("password");
  }

  /** Makes the cluster when there is none, refuses one of another major version. */
  void prepare(boolean durable) throws IOException {
    if (Files.isDirectory(data(), LinkOption.NOFOLLOW_LINKS)) {
      checkMajor();
      if (!Files.exists(passwordFile())) {
        throw new PostgresException(
            "the database password " + passwordFile() + " is missing: put it back");
      }
    } else {
      initialise(durable);
    }
  }

  private void checkMajor() throws IOException {
    String major = Files.readString(data().resolve("PG_VERSION")).strip();
    if (!major.equals(Binaries.MAJOR)) {
      throw new PostgresException(
          "%s was made by PostgreSQL %s, this is %s: run 'ingot backup FILE' with the Ingot that made it, move the folder away, and 'ingot restore FILE' with this one"
              .formatted(folder, major, Binaries.MAJOR));
    }
  }

  String password() throws IOException {
    return Files.readString(passwordFile()).strip();
  }

  private void initialise(boolean durable) throws IOException {
    checkSpace();
    if (!Files.exists(passwordFile())) {
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      Folders.write(passwordFile(), HexFormat.of().formatHex(random) + "\n", "rw-------");
    }
    Path part = folder.resolve("cluster.part");
    Path copy = folder.resolve("password.initdb");
    Folders.delete(part);
    try {
      Files.createDirectory(
          part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      account.own(part);
      Folders.write(copy, password() + "\n", "rw-------");
      account.own(copy);
      Command.Result made = Command.run(INITDB, initdb(part, copy, durable));
      if (!made.ok()) {
        throw new PostgresException("initdb in " + folder + ": " + made.complaint());
      }
      Files.move(part, data(), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(copy);
      Folders.delete(part);
    }
    log.info(
        "made a PostgreSQL {} cluster in {}, run by {}", Binaries.VERSION, folder, account.name());
  }

  private List<String> initdb(Path target, Path passwordCopy, boolean durable) {
    List<String> command =
        new ArrayList<>(
            List.of(
                binaries.program("initdb").toString(),
                "--pgdata=" + target,
                "--username=" + USER,
                "--pwfile=" + passwordCopy,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions"));
    if (!durable) {
      command.add("--no-sync");
    }
    return account.command(command);
  }

  private void checkSpace() throws IOException {
    FileStore store = Files.getFileStore(folder);
    if (store.getUsableSpace() < LEAST_FREE_BYTES) {
      throw new PostgresException(
          "the disk of %s is full: %d MiB free, a new database needs %d MiB"
              .formatted(folder, store.getUsableSpace() >> 20, LEAST_FREE_BYTES >> 20));
    }
  }

  /** Writes the configuration anew; settings of former versions do not linger. */
  void configure(int port, boolean durable, Map<String, String> more) throws IOException {
    Map<String, String> lines = new TreeMap<>();
    lines.put("listen_addresses", "127.0.0.1");
    lines.put("port", Integer.toString(port));
    lines.put("unix_socket_directories", "");
    lines.put("hba_file", hba().toString());
    lines.put("max_connections", "40");
    lines.put("password_encryption", "scram-sha-256");
    lines.put("dynamic_shared_memory_type", "mmap"); // /dev/shm is 64 MB in a container
    lines.put("fsync", durable ? "on" : "off");
    lines.put("full_page_writes", durable ? "on" : "off");
    lines.put("shared_buffers", CacheSize.of(data()) + "MB");
    lines.put("work_mem", "4MB");
    lines.put("maintenance_work_mem", "48MB");
    lines.put("max_worker_processes", "4");
    lines.put("max_parallel_workers", "2");
    lines.put("max_parallel_workers_per_gather", "1");
    lines.put("autovacuum_max_workers", "2");
    lines.put("io_method", "sync"); // no three more processes
    lines.put("jit", "off");
    lines.put("wal_level", "minimal"); // nobody follows
    lines.put("max_wal_senders", "0");
    lines.put("max_wal_size", "512MB");
    lines.put("min_wal_size", "80MB");
    lines.put("timezone", "UTC");
    lines.put("log_timezone", "UTC");
    lines.put("log_line_prefix", "");
    lines.put("log_min_messages", "warning");
    lines.put("log_checkpoints", "off");
    lines.put("log_statement", "none");
    lines.put("log_min_error_statement", "panic"); // statements may hold what must not print
    lines.put("log_parameter_max_length_on_error", "0");
    lines.putAll(more);
    StringBuilder text = new StringBuilder("# written at every start\n");
    lines.forEach(
        (name, value) ->
            text.append(name).append(" = '").append(value.replace("'", "''")).append("'\n"));
    Folders.write(configuration(), text.toString(), "rw-r--r--");
    Folders.write(hba(), "host all " + USER + " 127.0.0.1/32 scram-sha-256\n", "rw-r--r--");
  }

  private Path hba() {
    return folder.resolve("pg_hba.conf");
  }

  private Path configuration() {
    return folder.resolve("postgresql.conf");
  }

  /** The server, in a session of its own: Ctrl-C in the owner's terminal does not reach it. */
  List<String> serverCommand() {
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(
        account.command(
            List.of(
                binaries.program("postgres").toString(),
                "-D",
                data().toString(),
                "-c",
                "config_file=" + configuration())));
    return command;
  }
}
