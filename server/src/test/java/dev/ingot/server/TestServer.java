package dev.ingot.server;

import dev.ingot.core.Json;
import dev.ingot.server.agents.AgentsSettings;
import dev.ingot.server.boot.NetbootSettings;
import dev.ingot.server.broker.AmqpSettings;
import dev.ingot.server.http.HttpSettings;
import dev.ingot.server.inventory.InventorySettings;
import dev.ingot.server.jobs.JobsSettings;
import dev.ingot.server.logs.LogsSettings;
import dev.ingot.server.mercury.MercurySettings;
import dev.ingot.server.nodes.NodesSettings;
import dev.ingot.server.resources.ResourcesSettings;
import dev.ingot.server.store.TestStore;
import dev.ingot.server.ur.UrSettings;
import dev.ingot.server.vogeler.VogelerSettings;
import dev.ingot.server.webhooks.WebhooksSettings;
import dev.ingot.server.workflow.WorkflowSettings;
import dev.ingot.testkit.TestDatabase;
import dev.ingot.testkit.TestFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A whole server on a free port over a database of its own, and a client with its admin token. */
public final class TestServer implements AutoCloseable {
  private final TestDatabase database;
  private final Path folder;
  private final UnaryOperator<ServerSettings> change;
  private final HttpClient client = HttpClient.newHttpClient();
  private Server server;

  private TestServer(UnaryOperator<ServerSettings> change) {
    this.change = change;
    this.database = TestStore.migrated();
    try {
      this.folder = TestFolders.fresh("server");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.server = Server.start(settings());
  }

  public static TestServer start() {
    return new TestServer(settings -> settings);
  }

  public static TestServer start(UnaryOperator<ServerSettings> change) {
    return new TestServer(change);
  }

  /** What an answer says, its body read as JSON when it is some. */
  public record Answer(int status, JsonNode body, HttpResponse<String> response) {
    public String text(String field) {
      return body.path(field).asString("");
    }
  }

  public ServerSettings settings() {
    return change.apply(
        new ServerSettings(
            new ServerSettings.DataSettings(folder),
            TestStore.settings(database),
            new HttpSettings(
                "127.0.0.1",
                0,
                false,
                HttpSettings.DEFAULT.tls(),
                HttpSettings.DEFAULT.allowedHosts()),
            RetentionSettings.DEFAULT,
            NodesSettings.DEFAULT,
            InventorySettings.DEFAULT,
            AgentsSettings.DEFAULT,
            JobsSettings.DEFAULT,
            WebhooksSettings.DEFAULT,
            LogsSettings.DEFAULT,
            AmqpSettings.DEFAULT,
            NetbootSettings.DEFAULT,
            ResourcesSettings.DEFAULT,
            VogelerSettings.DEFAULT,
            UrSettings.DEFAULT,
            MercurySettings.DEFAULT,
            WorkflowSettings.DEFAULT));
  }

  public Server server() {
    return server;
  }

  public TestDatabase database() {
    return database;
  }

  public Path folder() {
    return folder;
  }

  /** Stops it and starts it again over the same database and folder. */
  public void restart() {
    server.close();
    server = Server.start(settings());
  }

  /** As {@link #restart}, so that whoever was connected finds it again. */
  public void restartOnTheSamePort() {
    int port = server.address().getPort();
    server.close();
    HttpSettings http = settings().http();
    server =
        Server.start(
            settings()
                .with(
                    new HttpSettings(
                        http.host(), port, http.insecure(), http.tls(), http.allowedHosts())));
  }

  public String adminToken() {
    try {
      return Files.readString(folder.resolve("admin.token")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI uri(String path) {
    return URI.create(server.address() + path);
  }

  public Answer get(String path) {
    return send("GET", path, null, adminToken());
  }

  public Answer post(String path, String json) {
    return send("POST", path, json, adminToken());
  }

  public Answer patch(String path, String json) {
    return send("PATCH", path, json, adminToken());
  }

  public Answer put(String path, String json) {
    return send("PUT", path, json, adminToken());
  }

  public Answer delete(String path) {
    return send("DELETE", path, null, adminToken());
  }

  public Answer send(String method, String path, @Nullable String json, @Nullable String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    if (json != null) {
      request.header("Content-Type", "application/json");
    }
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(request.build());
  }

  public Answer send(HttpRequest request) {
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      String type = response.headers().firstValue("Content-Type").orElse("");
      boolean json = type.contains("json") && !type.contains("ndjson");
      return new Answer(
          response.statusCode(),
          json ? Json.read(response.body()) : Json.MAPPER.missingNode(),
          response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    server.close();
    database.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
