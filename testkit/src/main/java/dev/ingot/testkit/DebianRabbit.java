package dev.ingot.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A RabbitMQ of Debian's package in a folder of its own: its own port, node name, cookie and name
 * server, one account and no guest. It can be stopped and started again, and keeps what is durable.
 */
public final class DebianRabbit implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");
  private static final String PASSWORD = "external";
  private static final int SECONDS = 120;

  private final Path folder;
  private final int port;
  private final int namePort;
  private final int distributionPort;
  private @Nullable Process process;

  private DebianRabbit(Path folder, int port, int namePort, int distributionPort) {
    this.folder = folder;
    this.port = port;
    this.namePort = namePort;
    this.distributionPort = distributionPort;
  }

  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  /**
   * A fresh one, ready for connections.
   *
   * @param plugins to enable
   * @param settings lines of its {@code rabbitmq.conf}, beside those that are needed
   */
  public static DebianRabbit start(List<String> plugins, String... settings)
      throws IOException, InterruptedException {
    Path folder = TestFolders.fresh("debian-rabbit");
    DebianRabbit rabbit =
        new DebianRabbit(folder, FreePort.next(), FreePort.next(), FreePort.next());
    Files.writeString(folder.resolve("enabled_plugins"), "[" + String.join(",", plugins) + "].\n");
    List<String> lines = new ArrayList<>();
    lines.add("listeners.tcp.1 = 127.0.0.1:" + rabbit.port);
    lines.add("default_user = " + rabbit.user());
    lines.add("default_pass = " + PASSWORD);
    lines.add("disk_free_limit.absolute = 1MB");
    lines.addAll(Arrays.asList(settings));
    Files.write(folder.resolve("rabbitmq.conf"), lines);
    rabbit.startAgain();
    return rabbit;
  }

  private Map<String, String> environment() {
    return Map.ofEntries(
        Map.entry("HOME", folder.toString()),
        Map.entry("ERL_EPMD_PORT", Integer.toString(namePort)),
        Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
        Map.entry("RABBITMQ_NODENAME", "ingot" + port + "@localhost"),
        Map.entry("RABBITMQ_DIST_PORT", Integer.toString(distributionPort)),
        Map.entry("RABBITMQ_CONF_ENV_FILE", folder.resolve("none").toString()),
        Map.entry("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString()),
        Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("enabled_plugins").toString()),
        Map.entry("RABBITMQ_MNESIA_BASE", folder.resolve("mnesia").toString()),
        Map.entry("RABBITMQ_LOG_BASE", folder.resolve("logs").toString()),
        Map.entry("RABBITMQ_PID_FILE", folder.resolve("pid").toString()),
        Map.entry("RABBITMQ_GENERATED_CONFIG_DIR", folder.resolve("generated").toString()),
        // Two processors, and nothing that spins while it waits for work.
        Map.entry("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+S 2:2 +sbwt none +sbwtdcpu none"));
  }

  /** Starts it again with what it kept. */
  public void startAgain() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(PROGRAM.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile());
    builder.environment().putAll(environment());
    process = builder.start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!listens()) {
      if (System.nanoTime() > end || !process.isAlive()) {
        String said = Files.readString(folder.resolve("output")) + log();
        close();
        throw new IllegalStateException("RabbitMQ in " + folder + " does not start: " + said);
      }
      Thread.sleep(100);
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Stops it hard, as a machine that fails does. */
  public void kill() throws InterruptedException {
    Process running = process;
    if (running != null) {
      List<ProcessHandle> all = running.descendants().toList();
      running.destroyForcibly();
      all.forEach(ProcessHandle::destroyForcibly);
      running.waitFor();
      for (ProcessHandle each : all) {
        each.onExit().join();
      }
    }
  }

  /** Runs {@code rabbitmqctl} and returns what it says. */
  public String control(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/usr/lib/rabbitmq/bin/rabbitmqctl"));
    command.addAll(List.of("-n", "ingot" + port + "@localhost"));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment());
    Process control = builder.start();
    String output = new String(control.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (control.waitFor() != 0) {
      throw new IllegalStateException(command + ": " + output);
    }
    return output;
  }

  public int port() {
    return port;
  }

  public String user() {
    return "ingot";
  }

  public String password() {
    return PASSWORD;
  }

  public String url() {
    return "amqp://" + user() + ":" + PASSWORD + "@127.0.0.1:" + port + "/";
  }

  /** What it wrote to its logs. */
  public String log() throws IOException {
    Path log = folder.resolve("logs/ingot" + port + "@localhost.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  /** Stops it with its name server, and deletes it. */
  @Override
  public void close() {
    try {
      kill();
      Process names = new ProcessBuilder("epmd", "-port", namePort + "", "-kill").start();
      names.waitFor();
      new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("stop RabbitMQ in " + folder, e);
    }
  }
}
