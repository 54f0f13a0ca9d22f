package dev.ingot.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Between a server and its database: lets everything through, keeps it back as a network does that
 * loses every packet, or is cut.
 */
public final class DatabaseWire implements AutoCloseable {
  private final ServerSocket listener;
  private final int database;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition mended = lock.newCondition();
  private boolean silent;
  private volatile boolean cut;

  /**
   * @param database its port on this machine
   */
  public DatabaseWire(int database) throws IOException {
    this.database = database;
    listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("database-wire").start(this::accept); // close() ends it
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** From now on nothing arrives, on neither side, until it is mended. */
  public void silence() {
    set(true, false);
  }

  /** From now on there is no connection. */
  public void cut() throws IOException {
    set(false, true);
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** As it was; what was kept back arrives. */
  public void mend() {
    set(false, false);
  }

  private void set(boolean nowSilent, boolean nowCut) {
    lock.lock();
    try {
      silent = nowSilent;
      cut = nowCut;
      mended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        if (cut) {
          near.close();
          continue;
        }
        Thread.ofVirtual().start(() -> connect(near));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void connect(Socket near) {
    try (near;
        Socket far = new Socket(InetAddress.getLoopbackAddress(), database)) {
      open.addAll(List.of(near, far));
      Thread back = Thread.ofVirtual().start(() -> copy(far, near));
      copy(near, far);
      back.join();
    } catch (IOException e) {
      return; // the database is away, and so is this connection
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void copy(Socket from, Socket to) {
    byte[] buffer = new byte[16 << 10];
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        await();
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      return; // one of the two is gone, and so is the other now
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.removeAll(List.of(from, to));
    }
  }

  private void await() throws InterruptedException {
    lock.lock();
    try {
      while (silent) {
        mended.await();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
