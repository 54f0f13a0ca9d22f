package dev.ingot.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.qpid.server.SystemLauncher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Qpid Broker-J in this process, AMQP 0-8 to 0-9-1 on loopback, everything in memory: for a
 * try-out. One account; every name of a virtual host is the same one. It takes no queue arguments.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);
  public static final String USER = "ingot";

  private final SystemLauncher launcher;
  private final Path folder;
  private final int port;
  private final String password;

  private EmbeddedBroker(SystemLauncher launcher, Path folder, int port, String password) {
    this.launcher = launcher;
    this.folder = folder;
    this.port = port;
    this.password = password;
  }

  /**
   * Starts it and returns when it takes connections.
   *
   * @param port 0 for a free one
   * @param password letters and digits, so that it needs no quoting in a URL
   * @throws IllegalStateException that says why it cannot
   */
  public static EmbeddedBroker start(int port, String password) {
    if (!password.matches("[A-Za-z0-9]{1,200}")) {
      throw new IllegalArgumentException("the password of the broker: letters and digits");
    }
    int chosen = free(port);
    Path folder = null;
    boolean started = false;
    SystemLauncher launcher = new SystemLauncher();
    try {
      folder =
          Files.createTempDirectory(
              "ingot-broker-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path configuration = folder.resolve("broker.json");
      Files.writeString(configuration, template().replace("@password@", password));
      Map<String, String> context = new HashMap<>();
      context.put("ingot.port", Integer.toString(chosen));
      context.put("qpid.work_dir", folder.toString());
      context.put("qpid.broker.networkBufferSize", "65536");
      context.put("qpid.port.closeWhenNoRoute", "false");
      Map<String, Object> attributes = new HashMap<>();
      attributes.put("type", "Memory");
      attributes.put("initialConfigurationLocation", configuration.toUri().toString());
      attributes.put("startupLoggedToSystemOut", "false");
      attributes.put("context", context);
      launcher.startup(attributes);
      Files.delete(configuration); // it holds the password
      started = true;
      return new EmbeddedBroker(launcher, folder, chosen, password);
    } catch (Exception e) { // as Qpid declares it
      throw new IllegalStateException(
          "cannot start a broker on 127.0.0.1:" + chosen + ": " + e.getMessage(), e);
    } finally {
      if (!started) {
        launcher.shutdown(1);
        discard(folder);
      }
    }
  }

  private static String template() throws IOException {
    try (InputStream in = EmbeddedBroker.class.getResourceAsStream("broker.json")) {
      if (in == null) {
        throw new IOException("broker.json is not among the classes");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Qpid only logs that a port is taken; this says it. */
  private static int free(int port) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(loopback, port));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot start a broker on 127.0.0.1:" + port + ": " + e.getMessage(), e);
    }
  }

  public int port() {
    return port;
  }

  /** With its password: for a file that only its user reads, and for that user's eyes. */
  public String url() {
    return "amqp://" + USER + ":" + password + "@127.0.0.1:" + port + "/";
  }

  @Override
  public void close() {
    try {
      launcher.shutdown();
    } catch (RuntimeException closing) {
      // A process that ends closes it too, by Qpid's own hook: then that one is under way.
      System.getLogger(EmbeddedBroker.class.getName())
          .log(System.Logger.Level.DEBUG, "the broker closes already", closing);
    }
    discard(folder);
  }

  private static void discard(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      List<Path> all = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : all) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      log.warn("cannot delete {}: {}", folder, e.getMessage());
    }
  }
}
