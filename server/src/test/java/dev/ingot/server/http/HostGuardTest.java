package dev.ingot.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class HostGuardTest {
  private final HostGuard guard =
      new HostGuard(
          new HttpSettings(
              "10.0.0.1", 8080, true, HttpSettings.DEFAULT.tls(), List.of("Ingot.Example")));

  @Test
  void itAnswersToAddressesAndToTheNamesItWasTold() {
    for (String host :
        List.of(
            "localhost",
            "localhost:8080",
            "LOCALHOST",
            "localhost.",
            "ingot.example:1",
            "INGOT.EXAMPLE",
            "127.0.0.1",
            "10.9.8.7:80",
            "[::1]",
            "[fe80::1]:8080")) {
      assertThat(guard.answersTo(host)).as(host).isTrue();
    }
  }

  @Test
  void itAnswersToNothingElse() {
    for (String host :
        List.of(
            "",
            " ",
            "evil.example",
            "localhost.evil.example",
            "ingot.example.evil",
            "[",
            "[x]",
            "127.0.0.1.evil.example",
            "1",
            "0x7f000001",
            "localhost@evil.example",
            "evil.example#localhost",
            "a".repeat(1000))) {
      assertThat(guard.answersTo(host)).as(host).isFalse();
    }
    assertThat(guard.answersTo(null)).isFalse();
  }

  @Test
  void onlyAPageThatComesFromHereMayAsk() {
    assertThat(HostGuard.isOwn("http://127.0.0.1:8080", "127.0.0.1:8080")).isTrue();
    assertThat(HostGuard.isOwn("https://Ingot.example", "ingot.example")).isTrue();
    for (String origin :
        List.of("null", "", "http://evil.example", "http://127.0.0.1", "http://127.0.0.1:80801")) {
      assertThat(HostGuard.isOwn(origin, "127.0.0.1:8080")).as(origin).isFalse();
    }
    assertThat(HostGuard.isOwn("http://", null)).isFalse();
    assertThat(HostGuard.isOwn("http://", "")).isFalse();
  }
}
