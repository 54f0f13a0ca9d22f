package dev.ingot.server.workflow.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.server.problem.Problem;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CronTest {
  private static void next(String cron, String zone, String after, String wanted) {
    assertThat(Cron.parse(cron).next(Instant.parse(after), ZoneId.of(zone)))
        .as("%s in %s after %s", cron, zone, after)
        .contains(Instant.parse(wanted));
  }

  @Test
  void timesComeAsCrontabSays() {
    next("0 3 * * *", "UTC", "2026-01-01T03:00:00Z", "2026-01-02T03:00:00Z");
    next("0 3 * * *", "UTC", "2026-01-01T02:59:59.5Z", "2026-01-01T03:00:00Z");
    next("*/15 * * * *", "UTC", "2026-01-01T00:46:00Z", "2026-01-01T01:00:00Z");
    next("30 8-10/2 * * mon-fri", "UTC", "2026-01-02T10:30:00Z", "2026-01-05T08:30:00Z");
    next("0 0 29 2 *", "UTC", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z");
    // Where both days are restricted, one is enough.
    next("0 0 13 * 5", "UTC", "2026-11-01T00:00:00Z", "2026-11-06T00:00:00Z");
    next("0 0 13 * 5", "UTC", "2026-12-11T00:00:00Z", "2026-12-13T00:00:00Z");
    next("0 0 * * 7", "UTC", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z");
    next("@daily", "Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-01-01T18:30:00Z");
  }

  @Test
  void clocksThatArePutForwardOrBackLoseNothingAndDoubleNothing() {
    // 29 March 2026: 02:00 becomes 03:00 in Zurich; 25 October: 03:00 becomes 02:00.
    next("30 2 * * *", "Europe/Zurich", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z");
    next("30 2 * * *", "Europe/Zurich", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
    next("30 2 * * *", "Europe/Zurich", "2026-10-24T22:00:00Z", "2026-10-25T00:30:00Z");
    next("30 2 * * *", "Europe/Zurich", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    // Every hour is every hour.
    next("30 * * * *", "Europe/Zurich", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z");
    next("30 * * * *", "Europe/Zurich", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z");
    // A zone that left out a whole day: Samoa, 30 December 2011.
    next("0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", "2011-12-30T10:00:00Z");
  }

  @Test
  void theNextTimeIsTheFirstMinuteThatFits() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int minute = random.nextInt(60);
      int hour = random.nextInt(23);
      int month = 1 + random.nextInt(12);
      String cron = "%d */%d * %d *".formatted(minute, 1 + hour, month);
      Instant after = Instant.ofEpochSecond(1_700_000_000L + random.nextInt(100_000_000));
      Instant found = Cron.parse(cron).next(after, ZoneOffset.UTC).orElseThrow();
      ZonedDateTime at = found.atZone(ZoneOffset.UTC);
      assertThat(at.getMinute()).isEqualTo(minute);
      assertThat(at.getHour() % (1 + hour)).isZero();
      assertThat(at.getMonthValue()).isEqualTo(month);
      for (ZonedDateTime each = at.minusMinutes(1);
          each.toInstant().isAfter(after) && each.isAfter(at.minusDays(3));
          each = each.minusMinutes(1)) {
        assertThat(
                each.getMinute() == minute
                    && each.getHour() % (1 + hour) == 0
                    && each.getMonthValue() == month)
            .as("seed %d: %s fits before %s", seed, each, at)
            .isFalse();
      }
    }
  }

  @Test
  void whatIsNoneIsRefusedAndNamed() {
    for (List<String> each :
        List.of(
            List.of("", "five fields"),
            List.of("* * * *", "five fields"),
            List.of("* * * * * *", "five fields"),
            List.of("60 * * * *", "minute must be 0 to 59"),
            List.of("* 24 * * *", "hour must be 0 to 23"),
            List.of("* * 0 * *", "day of the month must be 1 to 31"),
            List.of("* * * 13 *", "month must be 1 to 12"),
            List.of("* * * * 8", "day of the week must be 0 to 7"),
            List.of("5-1 * * * *", "goes backwards"),
            List.of("*/0 * * * *", "minute must be"),
            List.of("1/2/3 * * * *", "more than one /"),
            List.of("1-2-3 * * * *", "more than one -"),
            List.of("* * 31 2 *", "never comes"),
            List.of("x * * * *", "minute must be"),
            List.of(", * * * *", "minute must be"))) {
      assertThatThrownBy(() -> Cron.parse(each.getFirst()))
          .as(each.getFirst())
          .isInstanceOf(Problem.class)
          .hasMessageContaining(each.getLast());
    }
  }
}
