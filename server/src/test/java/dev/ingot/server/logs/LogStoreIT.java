package dev.ingot.server.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LogStoreIT {
  private static TestStore database;
  private static LogStore logs;
  private static LogSearch search;

  @BeforeAll
  static void start() {
    database = TestStore.open();
    logs = new LogStore(database.store(), () -> {});
    logs.start();
    search = new LogSearch(database.jdbi(), Duration.ofSeconds(10));
  }

  @AfterAll
  static void stop() {
    logs.close();
    database.close();
  }

  @BeforeEach
  void empty() {
    database.jdbi().useHandle(handle -> handle.execute("TRUNCATE log, log_origin"));
  }

  @Test
  void whateverIsSaidComesBackAsItWasOrCutAndMarked() {
    Random random = new Random(5);
    List<String> messages =
        new ArrayList<>(List.of("", "\\N", "\\.", "a\tb\nc\rd\\e", "Größe ✓ 🎉", "\u001b[2J"));
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        int point = random.nextInt(1, 0x2ffff);
        text.appendCodePoint(
            Character.isBmpCodePoint(point) && Character.isSurrogate((char) point) ? 'x' : point);
      }
      messages.add(text.toString());
    }
    assertThat(logs.append(messages.stream().map(text -> record(null, text)).toList())).isTrue();
    await().until(() -> all().size() == messages.size());
    assertThat(all().reversed().stream().map(LogSearch.Shown::message)).isEqualTo(messages);
  }

  @Test
  void whatCannotBeStoredIsMadeFit() {
    String long1 = "x".repeat(1 << 20);
    logs.append(
        List.of(
            record(null, "a\0b"),
            record(null, long1),
            record(null, "lone \ud800 surrogate"),
            new LogRecord(
                Instant.parse("2010-01-01T00:00:00Z"),
                "n",
                5L,
                17L,
                "s".repeat(500),
                LogSeverity.ERROR,
                "old clock",
                Json.read("{\"a\":\"\\t\\\\\"}")),
            new LogRecord(
                Instant.MAX, null, null, null, "s", LogSeverity.DEBUG, "no clock", null)));
    await().until(() -> all().size() == 5);
    List<LogSearch.Shown> found = all().reversed();
    assertThat(found.get(0).message()).isEqualTo("a\ufffdb");
    assertThat(found.get(1).message())
        .hasSizeLessThan(LogRecord.LONGEST + 50)
        .endsWith("… (" + ((1 << 20) - LogRecord.LONGEST) + " characters more)");
    assertThat(found.get(2).message()).startsWith("lone ").endsWith(" surrogate");
    assertThat(found.get(3).time()).isEqualTo(Instant.parse("2010-01-01T00:00:00Z"));
    assertThat(found.get(3).received()).isAfter(Instant.parse("2020-01-01T00:00:00Z"));
    assertThat(found.get(3).job()).isEqualTo("5");
    assertThat(found.get(3).fields()).isEqualTo(Json.read("{\"a\":\"\\t\\\\\"}"));
    assertThat(found.get(4).time()).isNull();
  }

  @Test
  void aBatchThatIsSentAgainIsStoredOnceAndSettledTwice() throws Exception {
    CountDownLatch settled = new CountDownLatch(5);
    for (long sequence : new long[] {1, 1, 2, 2}) {
      logs.append(batch("node-a", "i", sequence, settled::countDown));
    }
    logs.append(batch("node-a", "j", 1, settled::countDown)); // a new incarnation
    assertThat(settled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(all().reversed().stream().map(LogSearch.Shown::message))
        .containsExactly("i 1", "i 2", "j 1");
  }

  @Test
  void manySendersAtOnceLoseNothingAndIdsBecomeVisibleInOrder() throws Exception {
    int senders = 8;
    int batches = 50;
    AtomicInteger settled = new AtomicInteger();
    for (int sender = 0; sender < senders; sender++) {
      String node = "node-" + sender;
      Thread.ofVirtual()
          .start(
              () -> {
                for (int i = 1; i <= batches; i++) {
                  logs.append(batch(node, "i", i, settled::incrementAndGet));
                }
              });
    }
    long seen = 0;
    int count = 0;
    LogQuery every = LogQuery.of(name -> null);
    while (count < senders * batches) {
      for (LogSearch.Shown record : search.between(every, seen, search.last(), 100)) {
        assertThat(Long.parseLong(record.id())).isGreaterThan(seen);
        seen = Long.parseLong(record.id());
        count++;
      }
    }
    await().until(() -> settled.get() == senders * batches);
    assertThat(all()).hasSize(senders * batches);
  }

  @Test
  void whatThereIsNoRoomForIsCountedAndSaid() throws Exception {
    long before = logs.dropped();
    AtomicInteger taken = new AtomicInteger();
    List<LogRecord> many =
        IntStream.range(0, 1000).mapToObj(i -> record(null, "r".repeat(1000))).toList();
    database
        .jdbi()
        .useTransaction(
            handle -> {
              handle.execute("LOCK TABLE log IN ACCESS EXCLUSIVE MODE");
              boolean room = true;
              for (int i = 0; i < 200 && room; i++) {
                room = logs.append(many);
                taken.addAndGet(room ? 1000 : 0);
              }
              assertThat(room).isFalse();
            });
    assertThat(logs.dropped() - before).isEqualTo(1000);
    await().atMost(Duration.ofSeconds(60)).until(() -> stored() == taken.get() + 1);
    await()
        .untilAsserted(
            () ->
                assertThat(
                        search.before(
                            LogQuery.of(name -> name.equals("source") ? "ingot" : null),
                            Long.MAX_VALUE,
                            10))
                    .first()
                    .extracting(LogSearch.Shown::message)
                    .isEqualTo(
                        "1000 log records were dropped: they came faster than they could be"
                            + " stored"));
  }

  @Test
  void searchesFindWhatTheyNameAndEndInTime() {
    logs.append(
        List.of(
            record("node-a", "Disk sda is 100% full"),
            record("node-b", "disk sdb_1 is fine"),
            new LogRecord(null, "node-b", 7L, 8L, "syslog", LogSeverity.CRITICAL, "down", null)));
    await().until(() -> all().size() == 3);
    assertThat(found("node", "node-b")).containsExactly("down", "disk sdb_1 is fine");
    assertThat(found("text", "DISK")).hasSize(2);
    assertThat(found("text", "100%")).hasSize(1);
    assertThat(found("text", "sdb_")).hasSize(1);
    assertThat(found("text", "s_b")).isEmpty();
    assertThat(found("regex", "sd[ab]( is|_)")).hasSize(2);
    assertThat(found("severity", "error")).containsExactly("down");
    assertThat(found("severity", "information")).hasSize(3);
    assertThat(found("job", "7")).containsExactly("down");
    assertThat(found("task", "8")).containsExactly("down");
    assertThat(found("source", "syslog")).containsExactly("down");
    assertThat(found("since", "1h")).hasSize(3);
    assertThat(found("until", "1h")).isEmpty();
    assertThat(found("since", "2999-01-01T00:00:00Z")).isEmpty();
    for (List<String> wrong :
        List.of(
            List.of("regex", "("),
            List.of("since", "yesterday"),
            List.of("severity", "bad"),
            List.of("job", "x"),
            List.of("text", ""))) {
      assertThat(problem(wrong.get(0), wrong.get(1))).isEqualTo(wrong.getFirst());
    }
    LogSearch impatient = new LogSearch(database.jdbi(), Duration.ofMillis(10));
    logs.append(
        IntStream.range(0, 3000).mapToObj(i -> record(null, "ab".repeat(2000) + i)).toList());
    await()
        .until(() -> search.before(LogQuery.of(name -> null), Long.MAX_VALUE, 5000).size() > 3000);
    assertThat(
            catchThrowableOfType(
                    Problem.class,
                    () ->
                        impatient.before(
                            LogQuery.of(name -> name.equals("regex") ? "(a|b)*c(.)\\2" : null),
                            Long.MAX_VALUE,
                            10))
                .detail())
        .contains("takes longer than");
  }

  /** What syslog will ask for, on a machine that does other things too. */
  @Test
  void thousandsASecondAreStored() {
    int number = 40_000;
    List<LogRecord> batch =
        IntStream.range(0, 500)
            .mapToObj(i -> record("node-" + i % 50, "kernel: eth0 link is up, 1000 Mbps " + i))
            .toList();
    long start = System.nanoTime();
    for (int sent = 0; sent < number; sent += batch.size()) {
      assertThat(logs.append(batch)).isTrue();
    }
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(60))
        .until(() -> stored() == number);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("%d log records in %.2f s: %.0f/s%n", number, seconds, number / seconds);
  }

  private static long stored() {
    return database
        .jdbi()
        .withHandle(
            handle -> handle.createQuery("SELECT count(*) FROM log").mapTo(Long.class).one());
  }

  private static List<String> found(String parameter, String value) {
    return search
        .before(LogQuery.of(name -> name.equals(parameter) ? value : null), Long.MAX_VALUE, 100)
        .stream()
        .map(LogSearch.Shown::message)
        .toList();
  }

  private static @Nullable String problem(String parameter, String value) {
    return catchThrowableOfType(Problem.class, () -> found(parameter, value)).field();
  }

  private static List<LogSearch.Shown> all() {
    return search.before(LogQuery.of(name -> null), Long.MAX_VALUE, 1000);
  }

  private static LogBatch batch(String node, String incarnation, long sequence, Runnable settled) {
    return new LogBatch(
        List.of(record(node, incarnation + " " + sequence)),
        new LogBatch.Origin(node, incarnation, sequence),
        settled);
  }

  private static LogRecord record(@Nullable String node, String message) {
    return new LogRecord(null, node, null, null, "test", LogSeverity.INFORMATION, message, null);
  }
}
