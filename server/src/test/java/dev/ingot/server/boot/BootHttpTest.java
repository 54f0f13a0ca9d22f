package dev.ingot.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.MacAddress;
import dev.ingot.netboot.Ipv4;
import dev.ingot.testkit.FreePort;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootHttpTest {
  private static final BootHttp.Scripts SCRIPTS =
      new BootHttp.Scripts() {
        @Override
        public byte[] kept(MacAddress mac, Ipv4 address) {
          return "#!ipxe\n".getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String script(MacAddress mac, Ipv4 address) {
          throw new IllegalStateException("it is at hand");
        }

        @Override
        public String script(UUID uuid, Ipv4 address) {
          throw new IllegalStateException("nobody asks by it");
        }
      };

  @TempDir private Path folder;

  /** Each of them has threads of its own. */
  @Test
  void asManyNetworksAsARoomHasAreAllAnswered() throws Exception {
    List<String> addresses = IntStream.range(1, 65).mapToObj(i -> "127.0.7." + i).toList();
    int port = FreePort.next();
    try (BootHttp http = new BootHttp(addresses, port, List.of(folder), null, SCRIPTS, null);
        HttpClient client = HttpClient.newHttpClient()) {
      http.start();
      for (String address : addresses) {
        URI script =
            URI.create("http://" + address + ":" + port + "/boot/ipxe?mac=52:54:00:12:34:56");
        HttpResponse<String> answer =
            client.send(HttpRequest.newBuilder(script).build(), BodyHandlers.ofString());
        assertThat(answer.body()).as(address).isEqualTo("#!ipxe\n");
      }
    }
  }
}
