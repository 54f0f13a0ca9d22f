package dev.ingot.server.store.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ingot.core.Json;
import dev.ingot.server.store.Store;
import dev.ingot.server.store.TestStore;
import dev.ingot.server.store.WakeUps;
import dev.ingot.server.store.queue.NewItem.Priority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class QueueIT {
  private static final JsonNode NOTHING = Json.read("{}");
  private static final QueueSettings QUICK = settings(Duration.ofSeconds(30));

  private TestStore test;
  private WakeUps wakeUps;
  private Jdbi jdbi;
  private Queue queue;
  private final List<AutoCloseable> open = new ArrayList<>();

  private static QueueSettings settings(Duration lease) {
    return new QueueSettings(lease, 3, Duration.ofMillis(20), Duration.ofMillis(50));
  }

  @BeforeEach
  void open() {
    test = TestStore.open();
    wakeUps = WakeUps.start(test.store());
    jdbi = test.store().engine();
    queue = new Queue("test", QUICK, wakeUps);
    test.jdbi().useHandle(h -> h.execute("CREATE TABLE outcome (key text, worker text)"));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
    wakeUps.close();
    test.close();
  }

  private boolean enqueue(String key, String group, Priority priority) {
    return test.jdbi()
        .inTransaction(h -> queue.enqueue(h, NewItem.now(key, group, priority, NOTHING)));
  }

  private List<String> take(int most) {
    return leases(most).stream().map(Lease::key).toList();
  }

  private List<Lease> leases(int most) {
    return jdbi.inTransaction(
        handle -> {
          queue.promote(handle);
          return queue.take(handle, most, "test");
        });
  }

  private long size() {
    return jdbi.withHandle(queue::size);
  }

  private void work(int atOnce, Handler handler) {
    Duration poll = Duration.ofMillis(50); // what is due later, nobody wakes them for
    open.add(QueueWorkers.start(jdbi, wakeUps, queue, atOnce, "test", poll, handler));
  }

  @Test
  void workOfATransactionThatIsRolledBackIsNotThere() {
    test.jdbi()
        .useTransaction(
            handle -> {
              queue.enqueue(handle, NewItem.now("a", "g", Priority.BULK, NOTHING));
              handle.rollback();
            });
    assertThat(size()).isZero();
  }

  @Test
  void theSameKeyIsOnePieceOfWorkUntilItIsFinished() {
    assertThat(enqueue("a", "g", Priority.BULK)).isTrue();
    assertThat(enqueue("a", "g", Priority.BULK)).isFalse();
    Lease lease = leases(5).getFirst();
    assertThat(enqueue("a", "g", Priority.BULK)).isFalse();
    jdbi.useTransaction(handle -> queue.complete(handle, lease));
    assertThat(size()).isZero();
    assertThat(enqueue("a", "g", Priority.BULK)).isTrue();
  }

  @Test
  void groupsTakeTurnsAndInteractiveWorkGoesFirst() {
    for (int i = 0; i < 4; i++) {
      enqueue("large-" + i, "large", Priority.BULK);
    }
    enqueue("small-0", "small", Priority.BULK);
    enqueue("asked", "large", Priority.INTERACTIVE);
    assertThat(take(1)).containsExactly("asked");
    assertThat(take(2)).containsExactlyInAnyOrder("large-0", "small-0");
    enqueue("late-0", "late", Priority.BULK);
    assertThat(take(2)).containsExactlyInAnyOrder("large-1", "late-0");
    assertThat(take(5)).containsExactly("large-2", "large-3");
  }

  @Test
  void bulkWorkThatWaitedLongIsNotHeldUpByInteractiveWork() {
    enqueue("old", "bulk", Priority.BULK);
    test.jdbi()
        .useHandle(h -> h.execute("UPDATE queue_item SET enqueued = now() - interval '31 s'"));
    for (int i = 0; i < 10; i++) {
      enqueue("asked-" + i, "user", Priority.INTERACTIVE);
    }
    assertThat(take(2)).contains("old");
  }

  @Test
  void delayedWorkIsNotDoneBeforeItsTime() {
    test.jdbi()
        .useTransaction(
            handle ->
                queue.enqueue(
                    handle, new NewItem("a", "g", Priority.BULK, Duration.ofMinutes(10), NOTHING)));
    assertThat(take(1)).isEmpty();
    test.jdbi().useHandle(h -> h.execute("UPDATE queue_item SET due = now()"));
    assertThat(take(1)).containsExactly("a");
  }

  @Test
  void failedWorkIsTriedAgainAndGivenUpAfterItsLastAttempt() {
    List<Integer> attempts = new ArrayList<>();
    work(
        1,
        lease -> {
          attempts.add(lease.attempt());
          throw new IllegalStateException("no luck");
        });
    enqueue("a", "g", Priority.BULK);
    await().untilAsserted(() -> assertThat(size()).isZero());
    assertThat(attempts).containsExactly(1, 2, 3);
    String failure =
        jdbi.withHandle(
            h -> h.createQuery("SELECT failure FROM queue_dead").mapTo(String.class).one());
    assertThat(failure).contains("no luck");
  }

  @Test
  void workOfAKilledWorkerIsTakenOverAndTheKilledOneIsTooLate() {
    enqueue("a", "g", Priority.BULK);
    Lease dead = leases(1).getFirst();
    assertThat(take(1)).isEmpty();
    assertThat(ask("SELECT due > now() AND due <= now() + interval '30 s' FROM queue_item"))
        .isTrue();
    test.jdbi().useHandle(h -> h.execute("UPDATE queue_item SET due = due - interval '30 s'"));
    Lease next = leases(1).getFirst();
    assertThat(next.fence()).isGreaterThan(dead.fence());
    assertThatThrownBy(() -> jdbi.useTransaction(h -> queue.complete(h, dead)))
        .isInstanceOf(LeaseLost.class);
    jdbi.useTransaction(h -> queue.failed(h, dead, "too late"));
    jdbi.useTransaction(h -> queue.complete(h, next));
    assertThat(size()).isZero();
  }

  private boolean ask(String question) {
    return jdbi.withHandle(h -> h.createQuery(question).mapTo(Boolean.class).one());
  }

  @Test
  void workThatKillsItsWorkersIsGivenUp() {
    enqueue("a", "g", Priority.BULK);
    for (int i = 0; i < QUICK.attempts(); i++) {
      assertThat(leases(1)).hasSize(1);
      test.jdbi().useHandle(h -> h.execute("UPDATE queue_item SET due = now()"));
    }
    AtomicInteger handled = new AtomicInteger();
    work(1, lease -> handled.incrementAndGet());
    await().untilAsserted(() -> assertThat(size()).isZero());
    assertThat(handled).hasValue(0);
  }

  @Test
  void aHandlerThatTakesLongerThanItsLeaseKeepsIt() {
    queue = new Queue("test", settings(Duration.ofSeconds(3)), wakeUps);
    CountDownLatch finish = new CountDownLatch(1);
    ConcurrentLinkedQueue<Long> fences = new ConcurrentLinkedQueue<>();
    work(
        2,
        lease -> {
          fences.add(lease.fence());
          finish.await(60, TimeUnit.SECONDS);
        });
    enqueue("a", "g", Priority.BULK);
    await().until(() -> !fences.isEmpty());
    jdbi.useHandle(
        h -> h.execute("CREATE TABLE over AS SELECT due + interval '1 s' AS at FROM queue_item"));
    await().atMost(Duration.ofSeconds(30)).until(() -> ask("SELECT at <= now() FROM over"));
    finish.countDown();
    await().untilAsserted(() -> assertThat(size()).isZero());
    assertThat(fences).hasSize(1);
  }

  @Test
  void everyPieceIsCompletedExactlyOnceWhateverFails() {
    int pieces = 300;
    Random random = new Random(11);
    for (int worker = 0; worker < 3; worker++) {
      String name = "worker-" + worker;
      work(
          4,
          lease -> {
            int luck;
            synchronized (random) {
              luck = random.nextInt(20);
            }
            if (luck == 0 && lease.attempt() < 3) {
              throw new IllegalStateException("unlucky");
            }
            test.store()
                .ingest()
                .useTransaction(
                    handle -> {
                      handle.execute("INSERT INTO outcome VALUES (?, ?)", lease.key(), name);
                      queue.complete(handle, lease);
                      if (luck == 1 && lease.attempt() < 3) {
                        throw new IllegalStateException("just before the commit");
                      }
                    });
            if (luck == 2) {
              throw new IllegalStateException("just after the commit");
            }
          });
    }
    test.jdbi()
        .useTransaction(
            handle -> {
              for (int i = 0; i < pieces; i++) {
                queue.enqueue(handle, NewItem.now("k" + i, "g" + i % 7, Priority.BULK, NOTHING));
              }
            });
    await().atMost(Duration.ofSeconds(60)).until(() -> size() == 0);
    String counted =
        jdbi.withHandle(
            h ->
                h.createQuery("SELECT count(*) || '/' || count(DISTINCT key) FROM outcome")
                    .mapTo(String.class)
                    .one());
    assertThat(counted).isEqualTo(pieces + "/" + pieces);
  }

  @Test
  void workersOfAnotherProcessAreWokenBeforeTheyLookByThemselves() throws Exception {
    try (Store other = Store.open(TestStore.settings(test.database()), Path.of("/nonexistent"));
        WakeUps theirs = WakeUps.start(other)) {
      AtomicInteger handled = new AtomicInteger();
      Queue same = new Queue("test", QUICK, theirs);
      Duration never = Duration.ofHours(1);
      Handler count = lease -> handled.incrementAndGet();
      try (QueueWorkers workers =
          QueueWorkers.start(other.engine(), theirs, same, 2, "other", never, count)) {
        enqueue("warm", "g", Priority.BULK);
        await().until(() -> handled.get() == 1);
        for (int i = 1; i <= 10; i++) {
          int done = i + 1;
          enqueue("k" + i, "g", Priority.BULK);
          await().pollInterval(Duration.ofMillis(5)).until(() -> handled.get() == done);
        }
        assertThat(workers).isNotNull();
      }
    }
  }
}
