package dev.ingot.server.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks of a signature in docs/webhooks.md take what we sign, and nothing else. */
final class WebhooksDocumentTest {
  private static final String SECRET = "a secret of mine, 16 or more".replace(' ', '-');
  private static final String BODY = "{\"id\":\"1\",\"data\":{\"name\":\"Größe\"}}";
  private static final String TIME = "1767323045";

  @TempDir Path folder;

  @Test
  void theCheckInPythonTakesOursAndNoOther() throws Exception {
    assumeTrue(isInstalled("python3"), "python3 is not installed");
    String program =
        example("python")
            + "\nimport os, sys\nbody = open(sys.argv[1], 'rb').read()\n"
            + "e = os.environ\nsys.exit(0 if genuine(e['secret'], e['timestamp'], e['signature'],"
            + " body, float(e['now'])) else 1)\n";
    Path file = Files.writeString(folder.resolve("check.py"), program);
    List<String> command = List.of("python3", file.toString(), body(BODY).toString());
    assertThat(run(command, SECRET, TIME, signature(), TIME)).isZero();
    assertThat(run(command, SECRET, TIME, signature(), "1767329045")).isOne();
    assertThat(run(command, "another-secret-than-that", TIME, signature(), TIME)).isOne();
    assertThat(run(command, SECRET, "1767323046", signature(), TIME)).isOne();
    body(BODY + " ");
    assertThat(run(command, SECRET, TIME, signature(), TIME)).isOne();
  }

  @Test
  void theCheckInAShellTakesOursAndNoOther() throws Exception {
    assumeTrue(isInstalled("openssl"), "openssl is not installed");
    Path file = Files.writeString(folder.resolve("check.sh"), "body=$1\n" + example("shell"));
    List<String> command = List.of("sh", file.toString(), body(BODY).toString());
    assertThat(run(command, SECRET, TIME, signature(), TIME)).isZero();
    assertThat(run(command, "another-secret-than-that", TIME, signature(), TIME)).isOne();
    body(BODY + " ");
    assertThat(run(command, SECRET, TIME, signature(), TIME)).isOne();
  }

  private static String signature() {
    return "v1=" + new SigningSecret(SECRET).sign(TIME, BODY.getBytes(StandardCharsets.UTF_8));
  }

  private Path body(String text) throws IOException {
    return Files.writeString(folder.resolve("body"), text);
  }

  private static String example(String name) throws IOException {
    String page = Files.readString(Path.of("../docs/webhooks.md"));
    Matcher matcher =
        Pattern.compile("```\\w+\n# check-" + name + "\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(matcher.find()).as(name).isTrue();
    return matcher.group(1);
  }

  private static int run(
      List<String> command, String secret, String timestamp, String signature, String now)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder
        .environment()
        .putAll(
            Map.of("secret", secret, "timestamp", timestamp, "signature", signature, "now", now));
    return builder.start().waitFor();
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }
}
