package dev.ingot.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as the kernel sends them to a card, and as they are copied to a reader within. */
final class SentFilesTest {
  private static final int LENGTH = (8 << 20) + 12_345;

  @TempDir Path folder;
  private final byte[] bytes = new byte[LENGTH];
  private final Server server = new Server();
  private final HttpClient client = HttpClient.newHttpClient();
  private int port;

  private void start(boolean card) throws Exception {
    new Random(7).nextBytes(bytes);
    Files.write(folder.resolve("kernel"), bytes);
    Files.writeString(folder.resolve("short"), "a few bytes");
    HttpConnectionFactory http = new HttpConnectionFactory();
    ServerConnector connector =
        card ? new SendingConnector(server, 1, http) : new ServerConnector(server, http);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(new SentFiles(ResourceFactory.of(server).newResource(folder)));
    server.start();
    port = connector.getLocalPort();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.stop();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void longAndShortFilesArriveWholeOneAfterTheOther(boolean card) throws Exception {
    start(card);
    for (int round = 0; round < 3; round++) {
      assertThat(get("kernel").body()).isEqualTo(bytes);
      assertThat(new String(get("short").body(), StandardCharsets.US_ASCII))
          .isEqualTo("a few bytes");
    }
    assertThat(get("none").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void partsAreWhatWasAskedFor(boolean card) throws Exception {
    start(card);
    HttpResponse<byte[]> middle = get("kernel", "Range", "bytes=1000000-6999999");
    assertThat(middle.statusCode()).isEqualTo(206);
    assertThat(middle.headers().firstValue("Content-Range"))
        .contains("bytes 1000000-6999999/" + LENGTH);
    assertThat(middle.body()).isEqualTo(Arrays.copyOfRange(bytes, 1_000_000, 7_000_000));
    assertThat(get("kernel", "Range", "bytes=-5").body())
        .isEqualTo(Arrays.copyOfRange(bytes, LENGTH - 5, LENGTH));
    assertThat(get("kernel", "Range", "bytes=" + LENGTH + "-").statusCode()).isEqualTo(416);
    HttpResponse<byte[]> two = get("kernel", "Range", "bytes=0-1,4000000-4000001");
    assertThat(two.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("multipart/byteranges");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTagSparesAFileThatIsKnown(boolean card) throws Exception {
    start(card);
    String tag = get("kernel").headers().firstValue("ETag").orElseThrow();
    HttpResponse<byte[]> known = get("kernel", "If-None-Match", tag);
    assertThat(known.statusCode()).isEqualTo(304);
    assertThat(known.body()).isEmpty();
    Files.write(folder.resolve("new"), new byte[LENGTH - 1]);
    Files.move(
        folder.resolve("new"), folder.resolve("kernel"), StandardCopyOption.REPLACE_EXISTING);
    HttpResponse<byte[]> changed = get("kernel", "If-None-Match", tag);
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.body()).hasSize(LENGTH - 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFileThatBecomesShorterBreaksOff(boolean card) throws Exception {
    start(card);
    long length = 64 << 20; // more than the buffers of both ends take
    long came = 0;
    try (FileChannel file = FileChannel.open(folder.resolve("kernel"), StandardOpenOption.WRITE);
        Socket socket = new Socket()) {
      file.write(ByteBuffer.allocate(1), length - 1);
      socket.setReceiveBufferSize(64 << 10);
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      socket
          .getOutputStream()
          .write("GET /kernel HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream answer = socket.getInputStream();
      byte[] some = answer.readNBytes(1 << 10);
      assertThat(new String(some, StandardCharsets.ISO_8859_1)).contains("200 OK");
      file.truncate(0);
      for (int count = 0; count >= 0; count = answer.read(some)) {
        came += count;
      }
    } catch (SocketException reset) {
      assertThat(came).isPositive();
    }
    assertThat(came).isLessThan(length);
    assertThat(get("short").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoAsksOnceMoreBeforeReadingGetsBoth(boolean card) throws Exception {
    start(card);
    String asked = "GET /kernel HTTP/1.1\r\nHost: it\r\n\r\n";
    String last = "GET /kernel HTTP/1.0\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
      socket.getOutputStream().write((asked + last).getBytes(StandardCharsets.US_ASCII));
      byte[] all = socket.getInputStream().readAllBytes();
      assertThat(Arrays.copyOfRange(all, all.length - LENGTH, all.length)).isEqualTo(bytes);
      assertThat(all.length).isBetween(2 * LENGTH + 100, 2 * LENGTH + 1000);
    }
  }

  private HttpResponse<byte[]> get(String name, String... headers) throws Exception {
    HttpRequest.Builder request = request(name);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private HttpRequest.Builder request(String name) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + name))
        .version(HttpClient.Version.HTTP_1_1);
  }
}
