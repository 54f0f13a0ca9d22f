package dev.ingot.server.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.protocol.Frame;
import dev.ingot.protocol.Lane;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.MessageCodec;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A WebSocket client that says what a test wants it to say, right or wrong. */
final class RawAgent implements WebSocket.Listener {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final LinkedBlockingQueue<Message> received = new LinkedBlockingQueue<>();
  private final WebSocket socket;
  private volatile boolean closed;

  RawAgent(int port) {
    socket =
        CLIENT
            .newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + port + AgentLink.PATH), this)
            .join();
  }

  void say(Message message) {
    send(new Frame.Piece(Lane.CONTROL, false, MessageCodec.encode(message)).encode());
  }

  void send(byte[] frame) {
    // The server may close before it has read it all.
    socket.sendBinary(ByteBuffer.wrap(frame), true).exceptionally(e -> socket).join();
  }

  void sendText(String text) {
    socket.sendText(text, true).join();
  }

  Message next() throws InterruptedException {
    Message message = received.poll(20, TimeUnit.SECONDS);
    assertThat(message).isNotNull();
    return message;
  }

  /** What {@link #next} would return, if it has come. */
  Message heard() {
    return received.peek();
  }

  /** The refusal that the server says last, after whatever it said before. */
  Message.Refusal refusal() throws InterruptedException {
    Message message = next();
    while (!(message instanceof Message.Refusal)) {
      message = next();
    }
    return (Message.Refusal) message;
  }

  /** As a machine that loses power. */
  void leave() {
    socket.abort();
  }

  boolean closed() {
    return closed;
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer bytes, boolean last) {
    byte[] frame = new byte[bytes.remaining()];
    bytes.get(frame);
    if (Frame.decode(frame) instanceof Frame.Piece piece) {
      received.add(MessageCodec.decode(piece.payload()));
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
    closed = true;
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    closed = true;
  }

  /** The head of the answer to an upgrade with a header of one's own. */
  static String upgrade(int port, String header) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              ("GET "
                      + AgentLink.PATH
                      + " HTTP/1.1\r\n"
                      + "Host: 127.0.0.1\r\n"
                      + "Connection: Upgrade\r\n"
                      + "Upgrade: websocket\r\n"
                      + "Sec-WebSocket-Version: 13\r\n"
                      + "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
                      + header
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] head = new byte[4096];
      int length = socket.getInputStream().read(head);
      return new String(head, 0, length, StandardCharsets.US_ASCII);
    }
  }
}
