package dev.ingot.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What stands before several servers: each connection goes to the next one that takes it. */
final class Relay implements AutoCloseable {
  private final ServerSocket listener;
  private final List<Integer> ports;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private int next;

  Relay(List<Integer> ports) throws IOException {
    this(InetAddress.getLoopbackAddress(), ports);
  }

  /**
   * @param address where it listens
   */
  Relay(InetAddress address, List<Integer> ports) throws IOException {
    this.ports = ports;
    listener = new ServerSocket(0, 1024, address);
    Thread.ofVirtual().name("relay").start(this::accept); // close() ends it
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        Socket far = connect();
        if (far == null) {
          near.close();
          continue;
        }
        open.addAll(List.of(near, far));
        Thread.ofVirtual().start(() -> copy(near, far));
        Thread.ofVirtual().start(() -> copy(far, near));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private Socket connect() {
    for (int tried = 0; tried < ports.size(); tried++) {
      next = (next + 1) % ports.size();
      try {
        return new Socket(InetAddress.getLoopbackAddress(), ports.get(next));
      } catch (IOException e) {
        continue; // this one is away
      }
    }
    return null;
  }

  private void copy(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      return; // one of the two is gone, and so is the other now
    } finally {
      open.removeAll(List.of(from, to));
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
