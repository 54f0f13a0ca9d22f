package dev.ingot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookCommandsTest {
  private static final String ALL = "/api/v1/webhooks";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private FakeServer server;
  private String input = "";

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whatIsSaidOfAWebhookIsSentAndItsSecretIsShownAlone() {
    server.with("POST " + ALL, 201, "{\"webhook\":{\"name\":\"a\"},\"secret\":\"s3\"}");
    assertThat(
            run(
                "webhooks",
                "add",
                "a",
                "http://b/",
                "--type",
                "node",
                "--type",
                "inventory.changed",
                "--severity",
                "warning",
                "--nodes",
                "{\"x\":1}",
                "--batch",
                "5",
                "--after",
                "7"))
        .isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("s3\n");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("shown this once");
    assertThat(server.bodies.getLast())
        .isEqualTo(
            "{\"events\":{\"types\":[\"node\",\"inventory.changed\"],\"typeIds\":[],"
                + "\"severity\":\"warning\"},\"nodes\":{\"x\":1},\"batch\":5,\"name\":\"a\","
                + "\"url\":\"http://b/\",\"after\":\"7\"}");
  }

  @Test
  void aSecretComesFromStandardInputAndIsNotRepeated() {
    input = "a secret of mine\n";
    server.with("POST " + ALL, 201, "{\"webhook\":{\"name\":\"a\"},\"secret\":null}");
    assertThat(run("webhook", "add", "a", "http://b/", "--secret-file", "-")).isZero();
    assertThat(server.bodies.getLast()).contains("\"secret\":\"a secret of mine\"");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("webhook a is added\n");
  }

  @Test
  void aTestThatFailsIsAFailure() {
    server.with(
        "POST " + ALL + "/a/test",
        200,
        "{\"delivered\":false,\"status\":500,\"reason\":\"answered 500\",\"millis\":3}");
    assertThat(run("webhooks", "test", "a")).isEqualTo(ExitCode.FAILED);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("answered 500 in 3 ms\n");
  }

  @Test
  void aReplaySaysWhat() {
    server.with("POST " + ALL + "/a/replay", 200, "{\"replayed\":1,\"left\":2}");
    assertThat(run("webhooks", "replay", "a")).isEqualTo(ExitCode.USAGE);
    assertThat(run("webhooks", "replay", "a", "4711", "--all")).isEqualTo(ExitCode.USAGE);
    assertThat(run("webhooks", "replay", "a", "4711")).isZero();
    assertThat(server.bodies.getLast()).isEqualTo("{\"events\":[\"4711\"]}");
    assertThat(run("webhooks", "replay", "a", "--all")).isZero();
    assertThat(server.bodies.getLast()).isEqualTo("{\"all\":true}");
    assertThat(run("webhooks", "remove", "a")).isEqualTo(ExitCode.USAGE);
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("INGOT_SERVER", server.address(), "INGOT_TOKEN", "ingot_secret"),
            false,
            false,
            InstantSource.fixed(Instant.parse("2026-11-21T00:00:00Z")));
    return new Cli(terminal, "1.2.3", List.of()).run(arguments);
  }
}
