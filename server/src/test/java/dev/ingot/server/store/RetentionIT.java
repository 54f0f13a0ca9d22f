package dev.ingot.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.configuration.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetentionIT {
  private static final AppendOnlyTable NOTE =
      new AppendOnlyTable("note", "time", Duration.ofDays(30), 64 << 20);

  private TestStore test;
  private Handle handle;

  @BeforeEach
  void open() {
    test = TestStore.open();
    handle = test.jdbi().open();
    handle.execute(
        """
        CREATE TABLE note (
          id bigint GENERATED ALWAYS AS IDENTITY, time timestamptz NOT NULL DEFAULT now(),
          words text NOT NULL, length int GENERATED ALWAYS AS (length(words)) STORED,
          PRIMARY KEY (id, time)) PARTITION BY RANGE (time)
        """);
    handle.execute("CREATE INDEX note_by_words ON note (words)");
    handle.useTransaction(Partitions::makeDefaults);
  }

  @AfterEach
  void close() {
    handle.close();
    test.close();
  }

  private void tend(Duration age, long bytes) {
    Retention.tend(handle, new Retention.Kept(NOTE, new Budget(age, new ByteSize(bytes))));
  }

  private void insert(Instant time, String words) {
    handle.execute("INSERT INTO note (time, words) VALUES (?, ?)", time, words);
  }

  private long count(String from) {
    return handle.createQuery("SELECT count(*) FROM " + from).mapTo(Long.class).one();
  }

  private Instant now() {
    return DatabaseClock.now(handle);
  }

  @Test
  void aRowOfAnyTimeIsTakenAndFoundAgainAfterItsPartitionWasMade() {
    Instant now = now();
    insert(now, "before any partition");
    insert(now.minus(Duration.ofDays(3)), "late");
    insert(now.plus(Duration.ofDays(300)), "from a clock that jumped");
    insert(now.minus(Duration.ofDays(3000)), "from 2018");
    tend(Duration.ofDays(30), 64 << 20);
    assertThat(handle.createQuery("SELECT words FROM note ORDER BY time").mapTo(String.class))
        .containsExactly("late", "before any partition", "from a clock that jumped");
    assertThat(count("note_default")).isOne();
    tend(Duration.ofDays(30), 64 << 20);
    insert(now, "after");
    assertThat(count("note_default")).isOne();
    assertThat(count("note WHERE length = 5 AND id > 4")).isOne();
  }

  @Test
  void whatIsPastItsAgeGoesAsWholePartitions() {
    Instant now = now();
    for (int day = 0; day < 12; day++) {
      insert(now.minus(Duration.ofDays(day)), "day " + day);
    }
    tend(Duration.ofDays(30), 64 << 20);
    assertThat(count("note")).isEqualTo(12);
    tend(Duration.ofDays(7), 64 << 20);
    assertThat(count("note")).isBetween(8L, 9L);
    assertThat(count("note_default")).isZero();
  }

  @Test
  void aTableOverItsBytesLosesItsOldestRowsOnly() {
    long budget = 4 << 20;
    for (int turn = 0; turn < 10; turn++) {
      handle.execute(
          "INSERT INTO note (words) SELECT ? || md5(i::text || random()) ||"
              + " repeat(md5(random()::text), 20) FROM generate_series(1, 500) i",
          turn + ".");
      tend(Duration.ofDays(30), budget);
      assertThat(bytes()).isLessThan(budget + budget / 2);
    }
    assertThat(count("note WHERE words LIKE '9.%'")).isEqualTo(500);
    assertThat(count("note WHERE words LIKE '0.%'")).isZero();
    assertThat(count("note WHERE words LIKE '7.%'")).isPositive();
  }

  private long bytes() {
    return Partition.of(handle, "note").stream().mapToLong(Partition::bytes).sum();
  }

  @Test
  void twoServersMakeTheSamePartitionsOnce() throws Exception {
    List<Retention.Kept> kept = List.of(Retention.Kept.byDefault(NOTE));
    Thread other = Thread.ofVirtual().start(() -> Retention.start(test.store(), kept).close());
    Retention.start(test.store(), kept).close();
    other.join();
    assertThat(Partition.of(handle, "note").stream().filter(p -> p.covers(now()))).hasSize(1);
    assertThat(Partition.of(handle, "note")).hasSizeBetween(3, 5);
  }

  @Test
  void aRowThatComesWhileItsPartitionIsMadeIsTaken() throws Exception {
    Instant now = now();
    try (Handle holds = test.jdbi().open();
        Handle makes = test.jdbi().open();
        Handle inserts = test.jdbi().open();
        ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
      holds.begin();
      holds.execute("LOCK TABLE ONLY note IN SHARE UPDATE EXCLUSIVE MODE"); // attaching waits
      Future<?> made =
          beside.submit(
              () -> Partitions.make(makes, NOTE, now.minusSeconds(60), now.plusSeconds(60)));
      await("making waits", () -> made.isDone() || waitingForLocks() >= 1);
      Future<?> inserted =
          beside.submit(
              () -> inserts.execute("INSERT INTO note (time, words) VALUES (?, 'meanwhile')", now));
      await("inserting waits", () -> inserted.isDone() || waitingForLocks() >= 2);
      holds.commit();
      inserted.get();
      awaitEnd(made);
    }
    tend(Duration.ofDays(30), 64 << 20);
    assertThat(count("note WHERE words = 'meanwhile'")).isOne();
    assertThat(count("note_default")).isZero();
  }

  private static void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what).until(condition);
  }

  /** On a slow machine making may have run out of patience: then it has changed nothing. */
  private static void awaitEnd(Future<?> made) throws InterruptedException {
    try {
      made.get();
    } catch (ExecutionException e) {
      assertThat(e).hasStackTraceContaining("lock timeout");
    }
  }

  private long waitingForLocks() {
    return count(
        "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
  }
}
