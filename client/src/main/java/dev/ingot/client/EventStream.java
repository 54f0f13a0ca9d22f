package dev.ingot.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Follows a stream of the API: server-sent events (WHATWG HTML, 9.2) that go on after the last one
 * seen when the connection breaks.
 */
final class EventStream {
  /** The comment with which our server begins a stream. */
  private static final String WHERE = ": events after ";

  private final Transport transport;
  private final String path;
  private final Map<String, String> query;
  private final Pause pause;
  private @Nullable String cursor;

  EventStream(
      Transport transport,
      String path,
      Map<String, String> query,
      @Nullable String after,
      Pause pause) {
    this.transport = transport;
    this.path = path;
    this.query = new LinkedHashMap<>(query);
    this.cursor = after;
    this.pause = pause;
  }

  /** Waits between two connections. */
  interface Pause {
    /** Returns false to give up: the call then fails with the reason it has. */
    boolean beforeAttempt(int attempt) throws InterruptedException;
  }

  /** Takes an event; the last id that was seen, its name and its data. */
  interface Reader {
    /** Returns false when it has had enough. */
    boolean read(String cursor, String name, JsonNode json);
  }

  /**
   * Hands over events until the reader wants no more.
   *
   * @throws ClientException when the server refuses, or is away and the pause gives up
   */
  void follow(Reader reader) throws InterruptedException {
    int attempt = 0;
    while (true) {
      try (InputStream in = open()) {
        attempt = 0;
        if (!read(in, reader)) {
          return;
        }
      } catch (IOException e) {
        attempt = again(attempt, ClientException.unreachable("the stream broke", e));
        continue;
      } catch (ClientException e) {
        boolean gone = e.kind() != ClientException.Kind.ANSWERED || e.status() == 503;
        if (!gone) {
          throw e;
        }
        attempt = again(attempt, e);
        continue;
      }
      attempt = again(attempt, new IllegalStateException("the server ended the stream"));
    }
  }

  private int again(int attempt, RuntimeException why) throws InterruptedException {
    if (!pause.beforeAttempt(attempt + 1)) {
      throw why;
    }
    return attempt + 1;
  }

  private InputStream open() {
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", "text/event-stream");
    if (cursor != null) {
      headers.put("Last-Event-ID", cursor);
    }
    return transport.stream("GET", path, query, headers, BodyPublishers.noBody()).body();
  }

  /** Reads one connection to its end; false when the reader has had enough. */
  private boolean read(InputStream in, Reader reader) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    StringBuilder data = new StringBuilder();
    String name = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          String position = String.valueOf(cursor);
          JsonNode json = Transport.MAPPER.readTree(data.toString());
          if (!reader.read(position, name, json)) {
            return false;
          }
          data.setLength(0);
        }
        name = "";
      } else if (line.startsWith("data:")) {
        data.append(data.isEmpty() ? "" : "\n").append(value(line, 5));
      } else if (cursor == null && line.matches(WHERE + "\\d+")) {
        cursor = line.substring(WHERE.length()); // so that none is missed before the first
      } else if (line.startsWith("event:")) {
        name = value(line, 6);
      } else if (line.startsWith("id:")) {
        cursor = value(line, 3);
      }
    }
    return true;
  }

  private static String value(String line, int from) {
    return line.substring(line.startsWith(" ", from) ? from + 1 : from);
  }
}
