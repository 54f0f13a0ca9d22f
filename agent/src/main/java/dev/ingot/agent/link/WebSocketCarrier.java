package dev.ingot.agent.link;

import dev.ingot.protocol.Frame;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.handshake.ServerHandshake;
import org.java_websocket.protocols.Protocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frames as binary messages of a WebSocket, RFC 6455. */
public final class WebSocketCarrier implements Carrier {
  private static final Logger log = LoggerFactory.getLogger(WebSocketCarrier.class);

  /** Where the server listens for agents. */
  public static final String PATH = "/api/v1/agent";

  private static final int CONNECT_MILLIS = 15_000;

  private final URI uri;
  private final @Nullable SSLSocketFactory tls;

  /**
   * @param server {@code http://host:port} or {@code https://host:port}
   * @param tls whom to trust; null for the certificates that the machine trusts
   */
  public WebSocketCarrier(URI server, @Nullable SSLSocketFactory tls) {
    String scheme = "https".equals(server.getScheme()) ? "wss" : "ws";
    this.uri = URI.create(scheme + "://" + server.getRawAuthority() + PATH);
    this.tls = tls;
  }

  @Override
  public Connection dial(Listener listener) {
    Socket socket = new Socket(uri, listener);
    socket.setDaemon(true);
    socket.setTcpNoDelay(true);
    // The link has a heartbeat of its own.
    socket.setConnectionLostTimeout(0);
    if (tls != null && uri.getScheme().equals("wss")) {
      socket.setSocketFactory(tls);
    }
    socket.connect();
    return socket;
  }

  private static final class Socket extends WebSocketClient implements Connection {
    private final Listener listener;
    private volatile @Nullable String failure;

    Socket(URI uri, Listener listener) {
      super(
          uri,
          new Draft_6455(List.of(), List.of(new Protocol("")), Frame.MAX_FRAME),
          Map.of(),
          CONNECT_MILLIS);
      this.listener = listener;
    }

    @Override
    public void onOpen(ServerHandshake handshake) {
      listener.opened();
    }

    @Override
    public void onMessage(ByteBuffer bytes) {
      byte[] frame = new byte[bytes.remaining()];
      bytes.get(frame);
      listener.received(frame);
    }

    @Override
    public void onMessage(String text) {
      close(CloseFrame.REFUSE, "frames are binary");
    }

    @Override
    public void onClose(int code, String reason, boolean remote) {
      String said = failure;
      listener.closed(
          said != null ? said : reason.isBlank() ? "the connection was closed" : reason);
    }

    @Override
    public void onError(Exception e) {
      // onClose follows and tells.
      failure = String.valueOf(e.getMessage());
      log.debug("connection to {}", getURI(), e);
    }

    @Override
    public void send(byte[] frame) {
      try {
        super.send(frame);
      } catch (WebsocketNotConnectedException e) {
        // onClose has told or will tell.
        log.debug("frame not sent: not connected", e);
      }
    }

    @Override
    public boolean drained() {
      return !hasBufferedData();
    }

    @Override
    public void close(String reason) {
      close(CloseFrame.NORMAL, reason.length() > 100 ? reason.substring(0, 100) : reason);
    }
  }
}
