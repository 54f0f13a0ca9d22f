package dev.ingot.server.agents;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket of Jetty as the wire of one session; a frame is one binary message. Public because
 * Jetty calls it by method handles from outside.
 */
public final class JettyWire implements Session.Listener.AutoDemanding, Wire {
  /** RFC 6455 section 5.5: the reason of a close frame has room for 123 bytes. */
  private static final int MAX_REASON = 120;

  private final AgentSessions sessions;
  private @Nullable Session socket;
  private @Nullable AgentSession session;

  JettyWire(AgentSessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public void onWebSocketOpen(Session opened) {
    socket = opened;
    String remote =
        opened.getRemoteSocketAddress() instanceof InetSocketAddress address
            ? address.getAddress().getHostAddress()
            : "unknown";
    session = sessions.open(this, remote);
  }

  @Override
  public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
    byte[] frame = new byte[payload.remaining()];
    payload.get(frame);
    callback.succeed();
    if (session != null) {
      session.received(frame);
    }
  }

  @Override
  public void onWebSocketText(String text) {
    if (session != null) {
      session.cut("malformed", "a text message; frames are binary");
    }
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    closed("connection failed: " + LogText.line(String.valueOf(cause.getMessage())));
  }

  @Override
  public void onWebSocketClose(int status, String reason, Callback callback) {
    closed(
        reason == null || reason.isEmpty()
            ? "connection closed"
            : "connection closed: " + LogText.line(reason));
    callback.succeed();
  }

  private void closed(String reason) {
    if (session != null) {
      sessions.closed(session, reason);
    }
  }

  @Override
  public void send(byte[] frame) {
    if (socket != null) {
      socket.sendBinary(ByteBuffer.wrap(frame), Callback.from(this::gone, this::failed));
    }
  }

  private void gone() {
    if (session != null) {
      session.sent();
    }
  }

  /** A frame that could not be sent is never left out: the connection ends. */
  private void failed(Throwable cause) {
    closed("connection failed: " + LogText.line(String.valueOf(cause.getMessage())));
    drop();
  }

  @Override
  public void close(String reason) {
    if (socket != null) {
      byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
      String shown = bytes.length <= MAX_REASON ? reason : "see the last message";
      socket.close(StatusCode.NORMAL, shown, Callback.NOOP);
    }
  }

  @Override
  public void drop() {
    if (socket != null) {
      socket.disconnect();
    }
  }
}
