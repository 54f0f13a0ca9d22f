package dev.ingot.server.boot;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A port on a network card, which the kernel gives a file's own pages (sendfile(2)): no processor
 * touches them.
 */
final class SendingConnector extends ServerConnector {
  SendingConnector(Server server, int readers, ConnectionFactory... factories) {
    super(server, 1, readers, factories);
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    SocketChannelEndPoint endPoint = new OnCard(channel, selector, key, getScheduler());
    endPoint.setIdleTimeout(getIdleTimeout());
    return endPoint;
  }

  /** One connection. */
  static final class OnCard extends SocketChannelEndPoint {
    private @Nullable Part part;

    private OnCard(
        SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
      super(channel, selector, key, scheduler);
    }

    /**
     * Of these bytes, which are written next, the file's own are sent.
     *
     * @param file open until they are written
     * @param position of the first in the file
     */
    void sends(FileChannel file, long position, ByteBuffer bytes) {
      part = new Part(file, position, bytes);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a buffer is equal to another that holds the same
    public boolean flush(ByteBuffer... buffers) throws IOException {
      Part sent = part;
      if (sent == null) {
        return super.flush(buffers);
      }
      for (ByteBuffer each : buffers) {
        if (!(each == sent.bytes ? send(sent) : super.flush(each))) {
          return false;
        }
      }
      part = sent.bytes.hasRemaining() ? sent : null;
      return true;
    }

    /** Sends what the socket takes; whether that is all. */
    private boolean send(Part sent) throws IOException {
      long position = sent.begin + sent.bytes.position();
      long count;
      try {
        count = sent.file.transferTo(position, sent.bytes.remaining(), getChannel());
      } catch (IOException gone) {
        throw new EofException(gone);
      }
      if (count > 0) {
        notIdle();
        sent.bytes.position(sent.bytes.position() + (int) count);
      } else if (sent.file.size() <= position && sent.bytes.hasRemaining()) {
        throw new EOFException("the file became shorter while it was sent");
      }
      return !sent.bytes.hasRemaining();
    }
  }

  private record Part(FileChannel file, long begin, ByteBuffer bytes) {}
}
