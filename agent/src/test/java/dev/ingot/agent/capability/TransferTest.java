package dev.ingot.agent.capability;

import static dev.ingot.agent.capability.Heard.give;
import static dev.ingot.agent.capability.Heard.offer;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.ingot.core.Json;
import dev.ingot.protocol.TaskEnd;
import dev.ingot.protocol.TaskMessage.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class TransferTest {
  private static final String TEXT = "what is to be copied";
  private static final String SHA256 =
      "d0ec532d5affb610eba9e31c21c9754567ff2e4c6e2ef484e8ff5fe59c11a476";

  @TempDir Path folder;
  private final AtomicReference<byte[]> received = new AtomicReference<>();
  private final Heard heard = new Heard();
  private HttpServer server;
  private Executions executions;
  private long task;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/file",
        exchange -> {
          exchange.sendResponseHeaders(200, TEXT.length());
          exchange.getResponseBody().write(TEXT.getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.createContext(
        "/short",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(new byte[10]);
          exchange.getHttpContext().getServer().stop(0);
        });
    server.createContext(
        "/take",
        exchange -> {
          received.set(exchange.getRequestBody().readAllBytes());
          exchange.sendResponseHeaders(exchange.getRequestMethod().equals("PUT") ? 201 : 403, -1);
          exchange.close();
        });
    server.start();
    executions = new Executions(List.of(new DownloadCapability(), new UploadCapability()), heard);
  }

  @AfterEach
  void stop() {
    executions.close();
    server.stop(0);
  }

  private TaskEnd call(String capability, ObjectNode arguments) {
    task++;
    give(executions, offer(task, capability, Json.write(arguments), 60));
    return heard.end(task);
  }

  private ObjectNode arguments(String path, Path file) {
    return Json.MAPPER
        .createObjectNode()
        .put("url", "http://127.0.0.1:" + server.getAddress().getPort() + path)
        .put("path", file.toString());
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aDownloadIsThereWholeOrNotAtAll() throws IOException {
    Path file = folder.resolve("file");
    TaskEnd end =
        call("download", arguments("/file", file).put("sha256", SHA256).put("mode", "600"));
    assertThat(end.detail()).isNull();
    assertThat(end.result())
        .isEqualTo(
            Json.MAPPER
                .createObjectNode()
                .put("bytes", (long) TEXT.length())
                .put("sha256", SHA256));
    assertThat(file).hasContent(TEXT);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");

    end =
        call("download", arguments("/file", folder.resolve("other")).put("sha256", "0".repeat(64)));
    assertThat(end.status()).isEqualTo(Status.FAILED);
    assertThat(end.detail()).isEqualTo("sha256: the file is " + SHA256 + ", not " + "0".repeat(64));
    assertThat(call("download", arguments("/none", folder.resolve("other"))).detail())
        .isEqualTo("url: the server answered 404");
    assertThat(call("download", arguments("/file", folder.resolve("no/folder"))).detail())
        .contains("is not there");
    assertThat(call("download", arguments("/short", folder.resolve("other"))).status())
        .isEqualTo(Status.FAILED);
    assertThat(left()).containsExactly("file");
  }

  @Test
  void anUploadSendsTheFileAndHearsTheAnswer() throws IOException {
    Path file = folder.resolve("file");
    Files.writeString(file, TEXT);
    TaskEnd end = call("upload", arguments("/take", file).put("sha256", SHA256));
    assertThat(end.status()).isEqualTo(Status.SUCCEEDED);
    assertThat(received.get()).asString(StandardCharsets.UTF_8).isEqualTo(TEXT);
    assertThat(call("upload", arguments("/take", file).put("method", "POST")).detail())
        .isEqualTo("url: the server answered 403");
    received.set(null);
    assertThat(call("upload", arguments("/take", file).put("sha256", "0".repeat(64))).detail())
        .startsWith("sha256: the file is");
    assertThat(received.get()).isNull();
    assertThat(call("upload", arguments("/take", folder)).detail()).endsWith("is no file");
  }
}
