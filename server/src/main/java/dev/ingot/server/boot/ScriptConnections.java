package dev.ingot.server.boot;

import dev.ingot.core.MacAddress;
import dev.ingot.netboot.Ipv4;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;

/**
 * What a rack that powers on asks for most, answered where its bytes arrive: its script, asked for
 * in the words of iPXE. With anything else, and where the script cannot be made, the connection
 * becomes a common one, which reads all from that request's first byte on.
 */
final class ScriptConnections extends AbstractConnectionFactory {
  private static final byte[] BEFORE_DATE = bytes("HTTP/1.1 200 OK\r\nDate: ");
  private static final byte[] BEFORE_LENGTH =
      bytes(
          "\r\n"
              + "Content-Type: text/plain; charset=utf-8\r\n"
              + "Cache-Control: no-store\r\n"
              + "Content-Length: ");
  private static final byte[] BEFORE_BODY = bytes("\r\n\r\n");

  private final HttpConnectionFactory next;
  private final BootHttp.Scripts scripts;
  private final Executor workers;

  /**
   * @param next what a connection becomes
   * @param workers for what may wait
   */
  ScriptConnections(HttpConnectionFactory next, BootHttp.Scripts scripts, Executor workers) {
    super(HttpVersion.HTTP_1_1.asString() + "-script");
    installBean(next);
    this.next = next;
    this.scripts = scripts;
    this.workers = workers;
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    return configure(new ScriptConnection(connector, endPoint), connector, endPoint);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The whole answer. */
  private static ByteBuffer answer(String date, byte[] script) {
    byte[] when = bytes(date);
    byte[] length = bytes(Integer.toString(script.length));
    ByteBuffer answer =
        ByteBuffer.allocate(
            BEFORE_DATE.length
                + when.length
                + BEFORE_LENGTH.length
                + length.length
                + BEFORE_BODY.length
                + script.length);
    answer.put(BEFORE_DATE).put(when).put(BEFORE_LENGTH).put(length).put(BEFORE_BODY).put(script);
    return answer.flip();
  }

  private static @Nullable Ipv4 address(EndPoint endPoint) {
    return endPoint.getRemoteSocketAddress() instanceof InetSocketAddress remote
            && remote.getAddress() instanceof Inet4Address inet4
        ? Ipv4.of(inet4)
        : null;
  }

  private final class ScriptConnection extends AbstractConnection
      implements Connection.UpgradeFrom {
    private final Connector connector;
    private final @Nullable Ipv4 from;
    private final ByteBuffer buffer = BufferUtil.allocateDirect(ScriptRequest.LONGEST);
    private final Callback fillable =
        Callback.from(InvocationType.NON_BLOCKING, this::onFillable, this::failed);
    private final Callback written =
        Callback.from(InvocationType.NON_BLOCKING, this::goOn, this::failed);
    private final ScriptRequest request = new ScriptRequest();

    private ScriptConnection(Connector connector, EndPoint endPoint) {
      super(endPoint, connector.getExecutor());
      this.connector = connector;
      this.from = address(endPoint);
    }

    @Override
    public void onOpen() {
      super.onOpen();
      fillInterested(fillable);
    }

    @Override
    public void onFillable() {
      try {
        int count = getEndPoint().fill(buffer);
        if (count < 0 && buffer.hasRemaining()) {
          become();
        } else if (count < 0) {
          getEndPoint().close();
        } else if (count == 0) {
          fillInterested(fillable);
        } else {
          goOn();
        }
      } catch (IOException gone) {
        failed(gone);
      }
    }

    /** Answers what is here, and waits for more. */
    private void goOn() {
      try {
        while (buffer.hasRemaining()) {
          int length = request.read(buffer);
          if (length == ScriptRequest.INCOMPLETE && buffer.remaining() < ScriptRequest.LONGEST) {
            break;
          }
          MacAddress mac = length > 0 ? request.mac() : null;
          if (mac == null || from == null) {
            become();
            return;
          }
          byte[] script = scripts.kept(mac, from);
          if (script == null) {
            workers.execute(() -> make(mac, from, length));
            return;
          }
          if (!answered(script, length)) {
            return;
          }
        }
        fillInterested(fillable);
      } catch (IOException | RuntimeException broken) {
        failed(broken);
      }
    }

    private void make(MacAddress mac, Ipv4 address, int length) {
      byte[] script;
      try {
        script = scripts.script(mac, address).getBytes(StandardCharsets.UTF_8);
      } catch (RuntimeException failed) { // the common one asks once more, and says what is wrong
        become();
        return;
      }
      try {
        if (answered(script, length)) {
          goOn();
        }
      } catch (IOException | RuntimeException broken) {
        failed(broken);
      }
    }

    /**
     * Whether the whole answer left; else it goes on when it has.
     *
     * @param length of the request, which is done
     */
    private boolean answered(byte[] script, int length) throws IOException {
      buffer.position(buffer.position() + length);
      ByteBuffer answer = answer(connector.getServer().getDateField().getValue(), script);
      if (getEndPoint().flush(answer)) {
        return true;
      }
      getEndPoint().write(written, answer);
      return false;
    }

    private void become() {
      getEndPoint().upgrade(next.newConnection(connector, getEndPoint()));
    }

    private void failed(Throwable gone) {
      getEndPoint().close(gone);
    }

    @Override
    public @Nullable ByteBuffer onUpgradeFrom() {
      return buffer.hasRemaining() ? buffer : null;
    }
  }
}
