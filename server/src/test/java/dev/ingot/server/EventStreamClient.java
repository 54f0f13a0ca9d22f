package dev.ingot.server;

import dev.ingot.core.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Follows the server's events as a browser's EventSource would. */
public final class EventStreamClient implements AutoCloseable {
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private final HttpResponse<InputStream> response;

  /**
   * @param lastEventId null follows from now
   */
  public EventStreamClient(TestServer server, String query, @Nullable String lastEventId)
      throws IOException, InterruptedException {
    this(server, query, lastEventId, server.adminToken());
  }

  public EventStreamClient(
      TestServer server, String query, @Nullable String lastEventId, String token)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri("/api/v1/events" + query))
            .header("Authorization", "Bearer " + token);
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    response = server.client().send(request.build(), BodyHandlers.ofInputStream());
    if (response.statusCode() == 200) {
      Thread.ofVirtual().start(this::read);
    }
  }

  /** One message; a comment or a mere id is none. */
  public record Message(String id, String event, JsonNode data) {}

  public int status() {
    return response.statusCode();
  }

  /** The next message. */
  public Message next() throws InterruptedException {
    Message message = messages.poll(10, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no event within ten seconds");
    }
    return message;
  }

  /** The next message if it comes soon. */
  public @Nullable Message soon() throws InterruptedException {
    return messages.poll(300, TimeUnit.MILLISECONDS);
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      String id = "";
      String event = "";
      String data = null;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          event = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data = line.substring(6);
        } else if (line.isEmpty()) {
          if (data != null) {
            messages.add(new Message(id, event, Json.read(data)));
          }
          event = "";
          data = null;
        }
      }
    } catch (IOException e) {
      // closed by us
    }
  }

  @Override
  public void close() throws IOException {
    response.body().close();
  }
}
