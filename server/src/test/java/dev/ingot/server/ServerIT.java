package dev.ingot.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class ServerIT {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void healthAsksForNoTokenAndSaysEachPart() {
    TestServer.Answer answer = server.send("GET", "/health/ready", null, null);
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    assertThat(answer.body().path("components").propertyNames())
        .contains("database", "events", "http");
  }

  @Test
  void metricsSpeakPrometheus() {
    server.get("/health/live");
    TestServer.Answer answer = server.get("/metrics");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.response().body())
        .contains("jvm_memory_used_bytes")
        .contains("ingot_http_requests_seconds_count{method=\"GET\",route=\"/health/live\"");
  }
}
