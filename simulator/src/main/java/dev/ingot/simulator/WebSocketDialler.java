package dev.ingot.simulator;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** WebSockets of one client: a thread for thousands of them. */
final class WebSocketDialler implements Dialler {
  private final HttpClient client;
  private final URI link;

  WebSocketDialler(HttpClient client, URI server) {
    this.client = client;
    String scheme = "https".equals(server.getScheme()) ? "wss" : "ws";
    this.link = URI.create(scheme + "://" + server.getRawAuthority() + "/api/v1/agent");
  }

  @Override
  public void dial(Listener listener) {
    var unused =
        client
            .newWebSocketBuilder()
            .buildAsync(link, new Ear(listener))
            .whenComplete(
                (opened, failure) -> {
                  if (failure == null) {
                    listener.opened(new Socket(opened));
                  } else {
                    listener.gone(String.valueOf(failure));
                  }
                });
  }

  private record Socket(WebSocket socket) implements Line {
    @Override
    public void send(byte[] frame, Consumer<@Nullable String> done) {
      var unused =
          socket
              .sendBinary(ByteBuffer.wrap(frame), true)
              .whenComplete(
                  (sent, failure) -> done.accept(failure == null ? null : failure.toString()));
    }

    @Override
    public void abort() {
      socket.abort();
    }
  }

  private static final class Ear implements WebSocket.Listener {
    private final Listener listener;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream(0);

    Ear(Listener listener) {
      this.listener = listener;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
      byte[] bytes = new byte[part.remaining()];
      part.get(bytes);
      partial.writeBytes(bytes);
      if (last) {
        byte[] frame = partial.toByteArray();
        partial.reset();
        listener.received(frame);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      listener.gone(reason.isEmpty() ? "closed with status " + status : reason);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      listener.gone(String.valueOf(error));
    }
  }
}
