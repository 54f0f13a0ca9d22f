package dev.ingot.server.mercury;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import zmq.ZError;

/**
 * Asks an agent something: one request, one reply, a connection of its own, which is closed
 * whatever happens. What is asked may have arrived although no reply came.
 */
final class Dial implements AutoCloseable {
  private static final int LARGEST_REPLY = 1 << 20;

  private final ZContext context = new ZContext();

  /**
   * The reply; a missing node if it cannot be read; null if none came in time, or this server
   * stops: then the thread is interrupted.
   */
  @Nullable JsonNode ask(InetAddress address, int port, JsonNode request, Duration patience) {
    String host = address.getHostAddress();
    try (ZMQ.Socket socket = context.createSocket(SocketType.REQ)) {
      socket.setLinger(0);
      socket.setMaxMsgSize(LARGEST_REPLY);
      socket.setIPv6(address instanceof Inet6Address);
      socket.setReceiveTimeOut((int) patience.toMillis());
      socket.setSendTimeOut((int) patience.toMillis());
      socket.connect(
          "tcp://" + (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port);
      if (!socket.send(MessagePackJson.write(request))) {
        return null;
      }
      byte[] reply = socket.recv();
      return reply == null ? null : MessagePackJson.read(reply);
    } catch (IllegalArgumentException unreadable) {
      return MissingNode.getInstance();
    } catch (ZMQException e) {
      if (e.getErrorCode() == ZError.EINTR || e.getErrorCode() == ZError.ETERM) {
        Thread.currentThread().interrupt();
        return null;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
