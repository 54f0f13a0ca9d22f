package dev.ingot.server.agents;

import dev.ingot.protocol.Message;
import dev.ingot.protocol.Section;
import dev.ingot.server.inventory.InventoryWriter;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.Transience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the reports of many sessions in few commits: what arrives while one commit runs goes with
 * the next, and where many arrive they wait for each other. A node's reports keep their order,
 * because a node has one worker. Its queues are bounded by the credit that the sessions hold.
 */
final class IngestBatcher implements Ingest, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(IngestBatcher.class);
  private static final long RETRY_NANOS = 500_000_000;

  /** Nobody waits for a report; what it says is asked for later. */
  private static final long MOMENT_NANOS = 50_000_000;

  private final InventoryWriter inventory;
  private final List<Gathering<Submission>> queues = new ArrayList<>();
  private final List<Thread> workers = new ArrayList<>();
  private volatile boolean closed;

  /** Reports of one session that go into the document together. */
  private record Document(List<Submission> submissions) {
    InventoryWriter.NodeReports reports() {
      Submission first = submissions.getFirst();
      List<InventoryWriter.Report> reports = new ArrayList<>();
      for (Submission submission : submissions) {
        Message.Report report = submission.report();
        report
            .sections()
            .forEach(
                section ->
                    reports.add(
                        new InventoryWriter.Report(
                            section,
                            report.digests().get(section.name()),
                            report.sequence(),
                            report.nodeTime())));
      }
      return new InventoryWriter.NodeReports(
          first.session().nodeId(), first.session().epoch(), first.incarnation(), reports);
    }
  }

  IngestBatcher(InventoryWriter inventory, AgentsSettings settings) {
    this.inventory = inventory;
    for (int i = 0; i < settings.ingestWorkers(); i++) {
      Gathering<Submission> queue =
          new Gathering<>(Integer.MAX_VALUE, settings.ingestBatch(), MOMENT_NANOS);
      queues.add(queue);
      workers.add(
          Thread.ofPlatform().daemon().name("agent-ingest-" + i).unstarted(() -> work(queue)));
    }
  }

  void start() {
    workers.forEach(Thread::start);
  }

  @Override
  public void submit(Submission submission) {
    int worker = Math.floorMod(submission.session().nodeId().hashCode(), queues.size());
    queues.get(worker).offer(submission);
  }

  private void work(Gathering<Submission> queue) {
    try {
      List<Submission> taken;
      while (!(taken = queue.take()).isEmpty()) {
        try {
          store(documents(taken));
        } catch (RuntimeException e) {
          log.error("store {} reports", taken.size(), e);
        }
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    }
  }

  private static List<Document> documents(List<Submission> taken) {
    Map<Object, Document> bySession = new LinkedHashMap<>();
    for (Submission submission : taken) {
      bySession
          .computeIfAbsent(submission.session(), unused -> new Document(new ArrayList<>()))
          .submissions()
          .add(submission);
    }
    return List.copyOf(bySession.values());
  }

  /** Stores all; where that fails, each half, until the one that cannot be stored stands alone. */
  private void store(List<Document> documents) {
    if (documents.isEmpty()) {
      return;
    }
    RuntimeException failure = tryToStore(documents.stream().map(Document::reports).toList());
    if (closed && failure != null) {
      return;
    }
    if (failure == null) {
      for (Document document : documents) {
        document.submissions().forEach(each -> each.outcome().accept(new Outcome(List.of())));
      }
    } else if (documents.size() > 1) {
      int half = documents.size() / 2;
      store(documents.subList(0, half));
      store(documents.subList(half, documents.size()));
    } else {
      storeSingly(documents.getFirst());
    }
  }

  private void storeSingly(Document document) {
    for (Submission submission : document.submissions()) {
      InventoryWriter.NodeReports whole = new Document(List.of(submission)).reports();
      List<Message.Rejected> rejected = new ArrayList<>();
      for (InventoryWriter.Report report : whole.reports()) {
        RuntimeException failure =
            tryToStore(
                List.of(
                    new InventoryWriter.NodeReports(
                        whole.nodeId(), whole.epoch(), whole.incarnation(), List.of(report))));
        if (closed && failure != null) {
          return;
        }
        if (failure != null) {
          rejected.add(rejected(whole.nodeId(), report, failure));
        }
      }
      submission.outcome().accept(new Outcome(rejected));
    }
  }

  private static Message.Rejected rejected(
      String nodeId, InventoryWriter.Report report, RuntimeException failure) {
    Section section = report.section();
    String detail =
        failure instanceof Problem problem ? problem.detail() : Transience.cause(failure);
    log.warn("store section {} of node {}: {}", section.name(), nodeId, LogText.line(detail));
    return new Message.Rejected(report.sequence(), section.name(), "unstorable", detail);
  }

  /** Waits out what waiting helps against; what it does not help against is returned. */
  private @Nullable RuntimeException tryToStore(List<InventoryWriter.NodeReports> reports) {
    boolean told = false;
    while (true) {
      try {
        inventory.store(reports);
        return null;
      } catch (RuntimeException e) {
        if (closed || !Transience.passes(e)) {
          return e;
        }
        if (!told) {
          log.warn(
              "store reports of {} nodes, trying again: {}", reports.size(), Transience.cause(e));
          told = true;
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  /** Ends after the commits that run; what is not committed is not acknowledged and comes again. */
  @Override
  public void close() {
    closed = true;
    queues.forEach(Gathering::close);
    workers.forEach(LockSupport::unpark);
    for (Thread worker : workers) {
      try {
        worker.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
