package dev.ingot.server.inventory.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Runs the requests of docs/roles.md, those after the making of its token with that token. */
final class RolesDocumentIT {
  private static final Path DOCUMENT = Path.of("../docs/roles.md");
  private static final Pattern REQUEST =
      Pattern.compile("(?m)^(PUT|POST) (/\\S+)\n(\\{.*)\n(\\d{3})(?: (.*))?$");

  @Test
  void everyRequestIsAnsweredAsTheDocumentSays() throws IOException {
    try (TestServer server = TestServer.start()) {
      String token = server.adminToken();
      int run = 0;
      Matcher request = REQUEST.matcher(Files.readString(DOCUMENT));
      while (request.find()) {
        Answer answer = server.send(request.group(1), request.group(2), request.group(3), token);
        assertThat(answer.status())
            .as(request.group())
            .isEqualTo(Integer.parseInt(request.group(4)));
        if (request.group(5) != null) {
          assertThat(answer.text("detail")).startsWith(request.group(5));
        }
        if (request.group(2).equals("/api/v1/tokens")) {
          token = answer.text("secret");
        }
        run++;
      }
      assertThat(run).isEqualTo(6);
    }
  }
}
