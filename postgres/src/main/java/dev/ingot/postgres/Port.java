package dev.ingot.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * The loopback port of a cluster: chosen once, then kept. It lies below the kernel's range for
 * outgoing connections (32768 on), so that none of those can sit on it at the next start.
 */
final class Port {
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;
  private static final int TRIES = 50;

  private Port() {}

  /** The stored port, or a free one, stored. */
  static int of(Path file) throws IOException {
    if (Files.exists(file)) {
      int port = read(file);
      if (!Waiter.until(() -> isFree(port), Duration.ofSeconds(2))) {
        throw new PostgresException(
            "port %d, kept for the embedded PostgreSQL in %s, is taken by another program: stop it, or delete %s to have another port chosen"
                .formatted(port, file.getParent(), file));
      }
      return port;
    }
    int port = choose();
    Folders.write(file, port + "\n", "rw-r--r--");
    return port;
  }

  private static int read(Path file) throws IOException {
    String text = Files.readString(file).strip();
    try {
      int port = Integer.parseInt(text);
      if (port > 0 && port < 65_536) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw new PostgresException(file + " holds no port number: '" + text + "'", e);
    }
    throw new PostgresException(file + " holds no port number: '" + text + "'");
  }

  static int choose() {
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < TRIES; i++) {
      int port = random.nextInt(LOWEST, HIGHEST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new PostgresException("no free port between " + LOWEST + " and " + HIGHEST);
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
      return true;
    } catch (IOException e) {
      return false; // BindException
    }
  }
}
