package dev.ingot.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers that a test starts in a moment. They are below those that the kernel gives to
 * whoever asks for any (32768 and up, Linux's ip_local_port_range), so no connection takes one
 * before its server does, and each process begins elsewhere, so tests that run at once do not pick
 * the same.
 */
public final class FreePort {
  private static final int LOWEST = 10_240;
  private static final int PORTS = 32_768 - LOWEST;

  /** Processes that start together have neighbouring numbers. */
  private static final int APART = 101;

  private static final AtomicInteger NEXT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * APART % PORTS));

  private FreePort() {}

  /** A TCP port on which nothing listens, another one at each call. */
  public static int next() throws IOException {
    IOException last = null;
    for (int tried = 0; tried < PORTS; tried++) {
      int port = LOWEST + NEXT.getAndIncrement() % PORTS;
      try (ServerSocket free = new ServerSocket()) {
        free.bind(new InetSocketAddress(port));
        return port;
      } catch (IOException e) {
        last = e;
      }
    }
    throw new IOException("no port from " + LOWEST + " is free", last);
  }
}
