package dev.ingot.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

final class FailedAttemptsTest {
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private final FailedAttempts attempts = new FailedAttempts(clock());

  private InstantSource clock() {
    return () -> now;
  }

  @Test
  void anAddressWaitsAfterManyFailuresUntilItsWindowEnds() {
    for (int i = 0; i < FailedAttempts.ALLOWED; i++) {
      assertThat(attempts.waiting("10.0.0.1")).isNull();
      assertThat(attempts.failed("10.0.0.1")).isEqualTo(i == 0);
    }
    now = now.plusSeconds(10);
    assertThat(attempts.waiting("10.0.0.1")).isEqualTo(FailedAttempts.WINDOW.minusSeconds(10));
    assertThat(attempts.waiting("10.0.0.2")).isNull();
    now = now.plus(FailedAttempts.WINDOW);
    assertThat(attempts.waiting("10.0.0.1")).isNull();
    assertThat(attempts.failed("10.0.0.1")).isTrue();
  }

  @Test
  void aClockSetBackLocksNobodyOut() {
    for (int i = 0; i < FailedAttempts.ALLOWED; i++) {
      attempts.failed("10.0.0.1");
    }
    now = now.minus(Duration.ofDays(1));
    assertThat(attempts.waiting("10.0.0.1")).isNull();
  }

  @Test
  void theHostsOfOneIpv6NetworkCountAsOne() {
    for (int i = 0; i < FailedAttempts.ALLOWED; i++) {
      attempts.failed("2001:db8:0:1:" + i + ":0:0:1");
    }
    assertThat(attempts.waiting("2001:db8:0:1:ffff:0:0:1")).isNotNull();
    assertThat(attempts.waiting("2001:db8:0:2:0:0:0:1")).isNull();
  }

  @Test
  void itsMemoryIsBounded() {
    for (int i = 0; i < 50_000; i++) {
      attempts.failed("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255));
    }
    assertThat(attempts.addresses()).isEqualTo(10_000);
  }
}
