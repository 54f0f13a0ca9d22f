package dev.ingot.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Networks that are opened while the server runs, with loopback for an interface. */
class OpenedNetworksIT {
  private static final String LAB = "/api/v1/boot/networks/lab";
  private static final String LOOPBACK = "{\"networkInterface\": \"lo\", \"insecure\": true}";

  @Test
  void aNetworkIsAnsweredFromItsOpeningToItsClosingAndAfterARestart() throws IOException {
    NetbootSettings settings =
        new NetbootSettings(
            Map.of(),
            null,
            null,
            Firmware.freePorts(),
            true,
            1000,
            Duration.ofMinutes(10),
            Map.of(),
            NetbootSettings.DEFAULT.mirrorCache(),
            Map.of());
    try (TestServer server = TestServer.start(all -> all.with(settings))) {
      Files.createDirectories(server.folder().resolve("boot"));
      Files.writeString(server.folder().resolve("boot/hello.txt"), "hello");
      assertThat(server.get("/api/v1/boot/networks").body().path("items")).isEmpty();

      refused(server, LAB, "{\"networkInterface\": \"lo\"}", 422, "insecure");
      refused(
          server,
          LAB,
          "{\"networkInterface\": \"nothing9\", \"insecure\": true}",
          422,
          "there is no interface 'nothing9'");
      refused(server, "/api/v1/boot/networks/UP", LOOPBACK, 422, "small letters");

      Answer opened = server.put(LAB, LOOPBACK);
      assertThat(opened.status()).as(opened.body().toString()).isEqualTo(200);
      String file = opened.text("files") + "hello.txt";
      assertThat(status(file)).isEqualTo(200);
      assertThat(server.put(LAB, LOOPBACK).status()).as("once more").isEqualTo(200);
      refused(server, "/api/v1/boot/networks/other", LOOPBACK, 409, "lo is answered already");

      server.restart();
      assertThat(server.get("/api/v1/boot/networks").body().toString()).contains("\"lab\"");
      assertThat(status(file)).isEqualTo(200);

      assertThat(server.delete(LAB).status()).isEqualTo(204);
      assertThat(server.delete(LAB).status()).isEqualTo(404);
      assertThat(server.get("/api/v1/boot/networks").body().path("items")).isEmpty();
      assertThat(status(file)).isEqualTo(-1);
      assertThat(server.get("/api/v1/audit").body().toString())
          .contains("boot-network.open", "boot-network.close");
    }
  }

  private static void refused(
      TestServer server, String path, String body, int status, String said) {
    Answer answer = server.put(path, body);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
    assertThat(answer.body().toString()).contains(said);
  }

  /** -1 when nothing listens. */
  private static int status(String url) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    try {
      return connection.getResponseCode();
    } catch (java.net.ConnectException nobody) {
      return -1;
    } finally {
      connection.disconnect();
    }
  }
}
