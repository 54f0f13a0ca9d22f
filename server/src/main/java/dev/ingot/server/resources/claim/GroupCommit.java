package dev.ingot.server.resources.claim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Answers small questions of many askers in one transaction: what waits while one group is at work
 * goes along with the next, so that a busy server asks its database and waits for its disk once for
 * many. While one group's commit waits for the disk the next one works. Whoever comes alone is
 * alone. If a group fails nothing of it is kept, and each asker asks again by itself.
 *
 * @param <Q> a question, which may be asked again
 * @param <A> its answer
 */
final class GroupCommit<Q, A> implements AutoCloseable {
  /** One that works, one whose commit waits for the disk. */
  private static final int WORKERS = 2;

  private static final int MOST = 64;
  private static final int WAITING = 10_000;

  /** Answers questions within one transaction, each in its place. */
  interface Answering<Q, A> {
    List<Answer<A>> answer(Handle handle, List<Q> questions);
  }

  /**
   * What one asker is told.
   *
   * @param given the answer, which may be null
   * @param refusal that the others outlive
   * @param alone it is to be asked again without others
   */
  record Answer<A>(@Nullable A given, @Nullable RuntimeException refusal, boolean alone) {
    static <A> Answer<A> of(@Nullable A given) {
      return new Answer<>(given, null, false);
    }

    static <A> Answer<A> refused(RuntimeException refusal) {
      return new Answer<>(null, refusal, false);
    }

    static <A> Answer<A> askAlone() {
      return new Answer<>(null, null, true);
    }
  }

  private record Job<Q, A>(@Nullable Q question, CompletableFuture<Answer<A>> done) {
    static <Q, A> Job<Q, A> of(@Nullable Q question) {
      return new Job<>(question, new CompletableFuture<>());
    }
  }

  private final Jdbi jdbi;
  private final Answering<Q, A> answering;
  private final LinkedBlockingQueue<Job<Q, A>> waiting =
      new LinkedBlockingQueue<>(WAITING + WORKERS);
  private final ReentrantLock turn = new ReentrantLock();
  private final List<Thread> workers = new ArrayList<>();
  private volatile boolean closed = true;

  GroupCommit(Jdbi jdbi, Answering<Q, A> answering) {
    this.jdbi = jdbi;
    this.answering = answering;
  }

  /** Starts its threads, which {@link #close} ends. */
  void start() {
    closed = false;
    for (int i = 0; i < WORKERS; i++) {
      workers.add(Thread.ofVirtual().name("claims-" + i).start(this::work));
    }
  }

  /** Asks, and returns when the answer is committed. */
  @Nullable A ask(Q question) {
    Job<Q, A> job = Job.of(question);
    boolean queued = !closed && waiting.size() < WAITING && waiting.offer(job);
    if (queued && closed && waiting.remove(job)) {
      queued = false;
    }
    Answer<A> answer = queued ? job.done.join() : Answer.askAlone();
    if (answer.alone) {
      answer = jdbi.inTransaction(handle -> answering.answer(handle, List.of(question)).getFirst());
    }
    if (answer.refusal != null) {
      throw answer.refusal;
    }
    return answer.given;
  }

  private void work() {
    boolean last = false;
    while (!last) {
      List<Job<Q, A>> group = new ArrayList<>();
      List<Answer<A>> answers = null;
      turn.lock();
      try {
        group.add(waiting.take());
        waiting.drainTo(group, MOST - 1);
        last = group.removeIf(job -> job.question == null);
        answers = answered(group);
      } catch (InterruptedException e) {
        last = true; // nobody does it: close() says it by the last question
      } finally {
        if (turn.isHeldByCurrentThread()) {
          turn.unlock();
        }
      }
      for (int i = 0; i < group.size(); i++) {
        group.get(i).done.complete(answers == null ? Answer.askAlone() : answers.get(i));
      }
    }
    waiting.add(Job.of(null)); // for the other worker
  }

  /** The answers, committed; null if there are none. */
  private @Nullable List<Answer<A>> answered(List<Job<Q, A>> group) {
    List<Q> questions = new ArrayList<>();
    for (Job<Q, A> job : group) {
      if (job.question != null) {
        questions.add(job.question);
      }
    }
    if (questions.isEmpty()) {
      return Collections.emptyList();
    }
    try {
      return jdbi.inTransaction(
          handle -> {
            List<Answer<A>> answers = answering.answer(handle, questions);
            turn.unlock(); // the commit follows
            return answers;
          });
    } catch (RuntimeException e) {
      return null; // each asks by itself, and hears of what is the matter then
    }
  }

  /** What was asked is answered; nobody is cut off within a transaction. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    waiting.add(Job.of(null));
    for (Thread worker : workers) {
      try {
        worker.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
